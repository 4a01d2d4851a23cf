import AIR
import Algebra
import Hashing
import MachineCircuits
import MachineVerifier
import Testing

@testable import Deferral

/// The AIR of the call tree on its own: forged traces that each of its rules stops.
@Suite struct CallTreeTests {
  typealias Columns = CallTreeColumns<BabyBear>
  static let index = 7

  /// A row with the flags of the heights.
  struct Row {
    var columns = Columns.zero
    /// By height, from 1 on.
    var isHeight: [BabyBear]

    init(height: Int) { isHeight = Array(repeating: 0, count: height - 1) }
  }

  static func digest(_ seed: Int) -> InnerDigest { InnerDigest((0..<8).map { BabyBear(1000 * seed + $0 + 1) }) }
  static func input(_ call: Int) -> UnfoldedInputCommit { .init(digest: digest(2 * call)) }
  static func output(_ call: Int) -> OutputCommit { .init(digest: digest(2 * call + 1)) }

  static func honest(_ callCount: Int, height: Int) -> (rows: [Row], publicValues: [BabyBear]) {
    var requests = PermutationRequests()
    let trace = CallTreeTrace(
      inputs: (0..<callCount).map(input), outputs: (0..<callCount).map(output), height: height, index: index,
      requests: &requests)
    let rows = (0..<trace.matrix.height).map { number in
      var row = Row(height: height)
      row.columns = Columns(trace.matrix, row: number)
      row.isHeight = (0..<height - 1).map { trace.matrix[row: number, column: Columns.width + $0] }
      return row
    }
    return (rows, trace.publicValues)
  }

  /// The world of `rows`. Leaves are counted from the end, and unless given the public values say what the first row
  /// says.
  static func world(_ rows: [Row], height: Int, publicValues: [BabyBear]? = nil, counts: Bool = true) throws -> World {
    var rows = rows
    if counts {
      var left: BabyBear = 0
      for i in rows.indices.reversed() {
        left += rows[i].columns.isLeaf
        rows[i].columns.callsLeft = left
      }
    }
    let air = CallTreeAIR(index: index, height: height)
    let matrix = FieldMatrix(height: rows.count, width: air.width.commonMain)
    for (number, row) in rows.enumerated() {
      for (column, cell) in (row.columns.cells + row.isHeight).enumerated() {
        matrix[row: number, column: column] = cell
      }
    }
    let first = rows[0].columns
    return try World(
      CompiledAIR(air), trace: matrix,
      publicValues: publicValues
        ?? first.hash.elements + [first.callsLeft, BabyBear(height), BabyBear(index)])
  }

  /// Whether a world tells the truth: the commits that it takes are those of calls from 0 on, each once, and the public
  /// values are those of their tree.
  static func isTrue(_ world: World, height: Int) -> Bool {
    let taken = world.taken(from: IOBus.commit.index)
    var calls: [CommittedCall] = []
    for number in 0..<taken.count / 2 {
      let sides = [0, 1].compactMap { side in
        taken.first { $0.key[0] == BabyBear(number) && $0.key[1] == BabyBear(side) && $0.value == -1 }
          .map { InnerDigest($0.key[2...]) }
      }
      guard sides.count == 2 else { return false }
      calls.append(
        CommittedCall(
          input: UnfoldedInputCommit(digest: sides[0]).folded(), output: OutputCommit(digest: sides[1])))
    }
    guard 2 * calls.count == taken.count, calls.count <= 1 << height else { return false }
    return world.publicValues
      == CallTree.root(calls, height: height).elements
      + [BabyBear(calls.count), BabyBear(height), BabyBear(index)]
  }

  // MARK: Building trees row by row

  /// Fills in what a row's lookups say.
  static func hashed(_ row: Row, left: InnerDigest, right: InnerDigest, tag: Int? = nil) -> Row {
    var row = row
    let isInner = row.isHeight.reduce(0, +)
    let tag = InnerDigest([tag.map { BabyBear($0) } ?? row.columns.isLeaf + 2 * isInner])
    let middle = InnerConfiguration.compress(tag, left)
    row.columns.left = left.cells
    row.columns.right = right.cells
    row.columns.middle = middle.cells
    row.columns.hash = InnerConfiguration.compress(middle, right).cells
    return row
  }

  static func leaf(_ position: Int, _ input: InnerDigest, _ output: InnerDigest, height: Int) -> Row {
    var row = Row(height: height)
    row.columns.isLeaf = 1
    row.columns.position = BabyBear(position)
    row.columns.unfolded = input.cells
    return hashed(row, left: UnfoldedInputCommit(digest: input).folded().digest, right: output)
  }

  /// An inner row at a height below the root's, or the root.
  static func inner(
    _ position: Int, at own: Int, _ left: Row, _ right: Row?, height: Int
  ) -> Row {
    var row = Row(height: height)
    if own < height { row.isHeight[own - 1] = 1 }
    row.columns.position = BabyBear(position)
    row.columns.isRightAbsent = right == nil ? 1 : 0
    return hashed(
      row, left: InnerDigest(cells: left.columns.hash),
      right: right.map { InnerDigest(cells: $0.columns.hash) } ?? CallTree.absent[own - 1], tag: 2)
  }

  static func padded(_ rows: [Row], height: Int) -> [Row] {
    rows + Array(repeating: Row(height: height), count: rows.count.paddedToPowerOfTwo - rows.count)
  }

  /// From `path`, a row at height `from - 1`, on the leftmost path up to the root; the root is last.
  static func path(above row: Row, from: Int, height: Int) -> [Row] {
    var rows = [row]
    for own in from...height { rows.append(inner(0, at: own, rows[rows.count - 1], nil, height: height)) }
    return Array(rows.dropFirst())
  }

  // MARK: Forgeries, all in trees of height 6

  static let height = 6

  static func forgeries() throws -> [(name: String, world: World)] {
    var worlds: [(name: String, world: World)] = []
    /// Changes rows of an honest tree over three calls and hashes them up again: rows go from the root down.
    func add(_ name: String, counts: Bool = true, _ change: (inout [Row]) -> Void) throws {
      var rows = honest(3, height: height).rows
      change(&rows)
      worlds.append((name, try world(rows, height: height, counts: counts)))
    }
    func addPublic(_ name: String, _ place: Int) throws {
      let (rows, honest) = honest(3, height: height)
      var publicValues = honest
      publicValues[place] += 1
      worlds.append((name, try world(rows, height: height, publicValues: publicValues)))
    }
    for i in 0..<8 { try addPublic("another root \(i)", i) }
    try addPublic("wrong number of calls", BatchPublicValue.callCount)
    try addPublic("another height", BatchPublicValue.height)
    try addPublic("another index", BatchPublicValue.index)

    // The honest rows: root (6), inner 5, 4, 3, 2, then two of height 1, three leaves.
    try add("a leaf is not counted", counts: false) { rows in for i in 0...7 { rows[i].columns.callsLeft -= 1 } }
    try add("one more at the end", counts: false) { rows in for i in rows.indices { rows[i].columns.callsLeft += 1 } }
    try add("root elsewhere") { rows in
      // So that the leaves are calls from 64 on.
      rows[0].columns.position = 1
      for i in rows.indices {
        let place = rows[i].isHeight.firstIndex(of: 1).map { $0 + 1 } ?? 0
        if i > 0, place > 0 || rows[i].columns.isLeaf == 1 {
          rows[i].columns.position += BabyBear(1 << (height - place))
        }
      }
    }
    for i in 0..<8 {
      try add("something where no call is \(i)") { rows in
        var right = rows[0].columns.right
        right[i] += 1
        rows[0] = hashed(
          rows[0], left: InnerDigest(cells: rows[0].columns.left), right: InnerDigest(cells: right), tag: 2)
      }
    }
    try add("call hidden in an absent slot") { rows in
      // Call 2, with its node of height 1; the root's right child too is absent, so only the bus is against it.
      rows[4] = hashed(
        rows[4], left: InnerDigest(cells: rows[4].columns.left), right: CallTree.absent[1], tag: 2)
      rows[4].columns.isRightAbsent = 1
      for i in (0..<4).reversed() {
        rows[i] = hashed(
          rows[i], left: InnerDigest(cells: rows[i + 1].columns.hash), right: InnerDigest(cells: rows[i].columns.right),
          tag: 2)
      }
    }
    worlds.append(("another folded commit", try changedLeaf { $0.left[3] += 1 }))
    try add("another middle") { rows in
      rows[0].columns.middle[1] += 1
      rows[0].columns.hash =
        InnerConfiguration.compress(
          InnerDigest(cells: rows[0].columns.middle), InnerDigest(cells: rows[0].columns.right)
        ).cells
    }
    try add("another hash") { rows in rows[0].columns.hash[7] += 1 }
    worlds.append(("leaf that takes back its rows", try takenBack()))
    for flag in 1..<height { worlds.append(("height with a flag of -1, \(flag)", try mixedHeight(flag))) }
    return worlds
  }

  /// One call whose leaf is changed before it is hashed up.
  static func changedLeaf(_ change: (inout Columns) -> Void) throws -> World {
    var row = leaf(0, input(0).digest, output(0).digest, height: height)
    change(&row.columns)
    row = hashed(row, left: InnerDigest(cells: row.columns.left), right: InnerDigest(cells: row.columns.right))
    return try world(
      padded(path(above: row, from: 1, height: height).reversed() + [row], height: height), height: height)
  }

  /// The leaf of the true call is swallowed by a row with `isLeaf` = -1, which also takes back the commits of the leaf
  /// in its place.
  static func takenBack() throws -> World {
    let honest = leaf(0, input(0).digest, output(0).digest, height: height)
    var fake = Row(height: height)
    fake.columns.isLeaf = 1
    fake.columns.unfolded = digest(77).cells
    fake = hashed(fake, left: InnerDigest(cells: honest.columns.hash), right: CallTree.absent[0])
    var eater = fake
    eater.columns.isLeaf = -1
    eater.columns.isRightAbsent = 1
    eater.isHeight[0] = 1
    let rows = path(above: fake, from: 1, height: height).reversed() + [eater, honest, fake]
    return try world(padded(Array(rows), height: height), height: height)
  }

  /// A row whose height is made of three flags, one of them -1, with a right child that is absent in the same way.
  static func mixedHeight(_ flag: Int) throws -> World {
    let (a, b) = [1: (2, 3), 2: (1, 3), 3: (1, 4), 4: (1, 5), 5: (2, 4)][flag] ?? (0, 0)
    let own = a + b - flag
    var rows = [leaf(0, input(0).digest, output(0).digest, height: height)]
    for below in 1..<own where own > 1 { rows.append(inner(0, at: below, rows[rows.count - 1], nil, height: height)) }
    var mixed = Row(height: height)
    (mixed.isHeight[flag - 1], mixed.isHeight[a - 1], mixed.isHeight[b - 1]) = (-1, 1, 1)
    mixed.columns.isRightAbsent = 1
    let right = (0..<8).map {
      CallTree.absent[a - 1].elements[$0] + CallTree.absent[b - 1].elements[$0] - CallTree.absent[flag - 1].elements[$0]
    }
    mixed = hashed(mixed, left: InnerDigest(cells: rows[rows.count - 1].columns.hash), right: InnerDigest(right))
    rows.append(mixed)
    rows += path(above: mixed, from: own + 1, height: height)
    return try world(padded(rows.reversed(), height: height), height: height)
  }

  // MARK: Tests

  @Test func everyWeakeningIsNoticed() throws {
    let (rows, publicValues) = Self.honest(3, height: Self.height)
    let honest = try Self.world(rows, height: Self.height, publicValues: publicValues)
    let isTrue = Self.isTrue(honest, height: Self.height)
    #expect(isTrue)
    let worlds = try Self.forgeries()
    #expect(worlds.filter { Self.isTrue($0.world, height: Self.height) }.map(\.name) == [])
    let (survivors, useless) = try World.survivors(
      honest: honest, worlds.filter { $0.name != "call hidden in an absent slot" })
    #expect(useless == [])
    // Said to follow from the other rules.
    #expect(survivors == ["one kind of row", "isRightAbsent is boolean", "absent child of an inner node"])
    // What no single rule stops: the node of the call has nobody who takes it.
    let hidden = try #require(worlds.first { $0.name == "call hidden in an absent slot" }).world
    let isAccepted = try hidden.findings().isAccepted(without: nil)
    #expect(!isAccepted)
  }

  @Test(arguments: [1, 2, 3, 6, 16])
  func honestTreesAreThoseOfTheVerifier(height: Int) throws {
    for count in [1, 2, 3, 5, 8, 64] where count <= 1 << height {
      let (rows, publicValues) = Self.honest(count, height: height)
      let world = try Self.world(rows, height: height, publicValues: publicValues)
      let (isTrue, isAccepted) = (Self.isTrue(world, height: height), try world.findings().isAccepted(without: nil))
      #expect(isTrue && isAccepted, "\(count) calls, height \(height)")
    }
  }

  /// A leaf's tag in an inner node, and the other way round.
  @Test func wrongTagIsRejected() throws {
    for place in [0, 9] {
      var rows = Self.honest(3, height: Self.height).rows
      rows[place] = Self.hashed(
        rows[place], left: InnerDigest(cells: rows[place].columns.left),
        right: InnerDigest(cells: rows[place].columns.right), tag: place == 0 ? 1 : 2)
      let isAccepted = try Self.world(rows, height: Self.height).findings().isAccepted(without: nil)
      #expect(!isAccepted)
    }
  }
}
