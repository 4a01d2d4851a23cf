import AIR
import Algebra
import Hashing
import Machine
import Testing

@testable import MachineCircuits

@Suite struct MemoryMerkleTests {
  typealias Row = MemoryMerkleColumns<BabyBear>
  typealias Leaf = PersistentBoundaryColumns<BabyBear>
  static let name = "MemoryMerkleAIR"
  static let boundary = "PersistentBoundaryAIR"

  // MARK: Worlds without an instruction

  /// No instruction, but with these leaves opened, which do not change.
  static func opening(_ leaves: [MemoryLeaf], changes: [[8 of UInt32]]? = nil) -> SystemWorld {
    var segment = SmallSegment(Program(base: 0x0020_0800, slots: [Instruction(.phantom)]), steps: 0)
    segment.touchedLeaves = leaves.enumerated().map { index, leaf in
      TouchedLeaf(
        addressSpace: leaf.addressSpace, label: leaf.label, initial: leaf.cells, final: changes?[index] ?? leaf.cells,
        times: [0, 0])
    }
    return SystemWorld(segment, tree: MemoryTree(leaves))
  }

  static func leaf(_ space: UInt32, _ label: UInt32, _ cell: UInt32) -> MemoryLeaf {
    MemoryLeaf(addressSpace: space, label: label, cells: [cell, 2, 3, 4, 5, 6, 7, 8])
  }

  static let twoLeaves = opening([leaf(1, 2, 10), leaf(2, 1 << 25 + 9, 11)])

  /// Labels of all nodes anew, going down from the root's with a rule for isSpace, and boundary rows that follow.
  static func relabelled(
    _ world: SystemWorld, root: (space: BabyBear, address: BabyBear) = (0, 0), isSpace: (Row) -> BabyBear
  ) -> SystemWorld {
    world.forged { world in
      var labels: [[UInt32]: (BabyBear, BabyBear)] = [:]
      world.forge(name, Row.self) { rows in
        for i in rows.indices where rows[i].direction != 0 {
          let own = [rows[i].height.canonical, Self.index(rows[i])]
          let (space, address) = labels[own] ?? root
          let flag = isSpace(rows[i])
          for bit in 0..<2 {
            let child = [own[0] - 1, 2 * own[1] + UInt32(bit)]
            let step = BabyBear(bit)
            labels[child] = (space * (1 + flag) + step * flag, address * (2 - flag) + step * (1 - flag))
          }
          (rows[i].isSpace, rows[i].spaceLabel, rows[i].addressLabel) = (flag, space, address)
        }
        let last = rows.last { $0.direction != 0 }?.isSpace ?? 0
        for i in rows.indices where rows[i].direction == 0 { rows[i].isSpace = last }
      }
      world.forge(boundary, Leaf.self) { rows in
        for i in rows.indices where rows[i].direction != 0 {
          let index = (rows[i].addressSpace.canonical - 1) << 26 | rows[i].label.canonical
          if let (space, address) = labels[[0, index]] { (rows[i].addressSpace, rows[i].label) = (space + 1, address) }
        }
      }
    }
  }

  /// Of an honest row, among the nodes of its height.
  static func index(_ row: Row) -> UInt32 {
    row.spaceLabel.canonical << UInt32(max(26 - Int(row.height.canonical), 0)) | row.addressLabel.canonical
  }

  // MARK: The historic breaks

  /// The hashes on the way up from `bottom`, which stands `depth` steps below a leaf, and the leaf's cells, the last of
  /// them. `isRight(k)` says which way step `k` goes, counted from the leaf; siblings are zero.
  static func chain(_ bottom: InnerDigest, isRight: [Bool]) -> [InnerDigest] {
    var hashes = [bottom]
    for right in isRight.dropFirst().reversed() {
      let last = hashes[hashes.count - 1]
      hashes.append(right ? InnerConfiguration.compress(zero, last) : InnerConfiguration.compress(last, zero))
    }
    return hashes.reversed()
  }

  static let zero = InnerDigest([])

  /// Two neighbouring leaves exchange what lies 31 levels below them, where their labels meet modulo p: 2^31 steps are
  /// p + 2^27 - 1. There is no access at all, and the root changes.
  static func belowLeaves(endsWithHeight1: Bool) -> SystemWorld {
    let (a, b) = (InnerDigest((1...8).map { BabyBear($0) }), InnerDigest((11...18).map { BabyBear($0) }))
    // From leaf m: to 2^31 m + 2^27 - 1. From leaf m + 1: to 2^31 (m + 1), the same mod p.
    let ways = [
      Array(repeating: false, count: 4) + Array(repeating: true, count: 27), Array(repeating: false, count: 31),
    ]
    let before = [chain(a, isRight: ways[0]), chain(b, isRight: ways[1])]
    let after = [chain(b, isRight: ways[0]), chain(a, isRight: ways[1])]
    func cells(_ digest: InnerDigest) -> [8 of UInt32] { [8 of UInt32] { digest.elements[$0].canonical } }
    let leaves = (0..<2).map { MemoryLeaf(addressSpace: 4, label: 6 + UInt32($0), cells: cells(before[$0][0])) }
    return opening(leaves, changes: after.map { cells($0[0]) }).forged { world in
      world.forge(boundary, Leaf.self) { rows in
        for i in rows.indices { rows[i] = Leaf(cells: Array(repeating: 0, count: Leaf.width)) }
      }
      world.forge(name, Row.self) { rows in
        rows.removeAll { $0.direction == 0 }
        let model = rows[rows.count - 1]
        for depth in 0..<31 {
          for (path, way) in ways.enumerated() {
            var label = BabyBear(6 + path)
            for k in 0..<depth { label = 2 * label + (way[k] ? 1 : 0) }
            for (chain, direction) in [(before[path], 1), (after[path], -1)] as [([InnerDigest], Int)] {
              var row = model
              row.direction = BabyBear(direction)
              row.height = BabyBear(-depth)
              (row.spaceLabel, row.addressLabel) = (3, label)
              let child = chain[depth].cells
              (row.left, row.right) = way[depth] ? (zero.cells, child) : (child, zero.cells)
              row.parent =
                InnerConfiguration.compress(InnerDigest(row.left.elements), InnerDigest(row.right.elements)).cells
              let isBottom = depth == 30
              row.isLeftKept = direction == -1 && (isBottom || way[depth]) ? 1 : 0
              row.isRightKept = direction == -1 && (isBottom || !way[depth]) ? 1 : 0
              rows.append(row)
            }
          }
        }
        var padding = Row(cells: Array(repeating: 0, count: Row.width))
        padding.height = -30
        while rows.count & (rows.count - 1) != 0 || endsWithHeight1 && padding.height != 1 {
          if endsWithHeight1 { padding.height = 1 }
          rows.append(padding)
          if rows.count.nonzeroBitCount == 1 { break }
        }
      }
    }
  }

  /// A segment that believes to read memory that lies elsewhere: leaves are moved by `move`, and labels made to fit.
  static func moved(
    from place: (UInt32, UInt32) -> (UInt32, UInt32), root: (space: BabyBear, address: BabyBear)
  ) -> SystemWorld {
    let segment = SmallSegment(
      SmallWorlds.program, memory: SmallWorlds.memory, hintWords: [0xdead_beef, 1, 0x8000_0000, 3])
    let leaves = SmallSegment.leaves(SmallWorlds.memory).map { leaf in
      let (space, label) = place(leaf.addressSpace, leaf.label)
      return MemoryLeaf(addressSpace: space, label: label, cells: leaf.cells)
    }
    var elsewhere = segment
    for i in elsewhere.touchedLeaves.indices {
      let leaf = elsewhere.touchedLeaves[i]
      (elsewhere.touchedLeaves[i].addressSpace, elsewhere.touchedLeaves[i].label) = place(leaf.addressSpace, leaf.label)
    }
    return relabelled(SystemWorld(elsewhere, tree: MemoryTree(leaves)), root: root) { $0.isSpace }
  }

  // MARK: All of them

  static var worlds: [(String, SystemWorld)] {
    let idle = ConnectorTests.idle
    var worlds: [(String, SystemWorld)] = [
      ("moved by a leaf", moved(from: { ($0, $1 - 1) }, root: (0, BabyBear.inversePowerOfTwo(26)))),
      ("moved by an address space", moved(from: { ($0 + 1, $1) }, root: (-BabyBear.inversePowerOfTwo(3), 0))),
      ("below the leaves", belowLeaves(endsWithHeight1: false)),
      ("below the leaves and back", belowLeaves(endsWithHeight1: true)),
      ("address from the start", relabelled(twoLeaves) { _ in 0 }),
      ("address space to the end", relabelled(twoLeaves) { _ in 1 }),
      (
        "address space ends one level late for one of two nodes",
        relabelled(reordered(twoLeaves, height: 26)) { row in
          row.height.canonical > 26 || row.height == 26 && index(row) == 1 ? 1 : 0
        }
      ),
      (
        "address space ends one level early for one of two nodes",
        relabelled(reordered(opening([leaf(1, 2, 10), leaf(3, 9, 11)]), height: 27)) { row in
          row.height.canonical > 27 || row.height == 27 && index(row) == 1 ? 1 : 0
        }
      ),
      ("roots of neither tree", noTree),
      ("one root", oneRoot),
      ("a tree of its own", ownTree),
      ("root of a smaller tree", smallerTree),
      ("hash of other children", otherChildren),
    ]
    for i in 0..<16 {
      worlds.append(("public value \(i)", idle.forged { $0.parts[name]?.publicValues[i] += 1 }))
    }
    return worlds
  }

  /// The rows of a height with those of the second node first.
  static func reordered(_ world: SystemWorld, height: BabyBear) -> SystemWorld {
    world.forged { world in
      world.forge(name, Row.self) { rows in
        let places = rows.indices.filter { rows[$0].height == height && rows[$0].direction != 0 }
        let own = places.map { rows[$0] }
        for (place, row) in zip(places, own.suffix(own.count / 2) + own.prefix(own.count / 2)) { rows[place] = row }
      }
    }
  }

  /// Both roots are padding: any two roots.
  static let noTree = ConnectorTests.idle.forged { world in
    world.forge(name, Row.self) { rows in
      for i in rows.indices { rows[i].direction = 0 }
      rows[1].parent[3] += 1
    }
    world.parts[name]?.publicValues[11] += 1
  }

  /// The second row is no root, and neither row takes part.
  static let oneRoot = noTree.forged { world in
    world.forge(name, Row.self) { rows in rows[1].isRoot = 0 }
  }

  /// The public roots are one and the same and connected with each other; the run has roots of its own.
  static let ownTree = SmallWorlds.complete.forged { world in
    var idle: [Row] = []
    var other = ConnectorTests.idle
    other.forge(name, Row.self) { idle = $0 }
    world.forge(name, Row.self) { rows in
      let run = rows.filter { $0.direction != 0 }
      var gap = Row(cells: Array(repeating: 0, count: Row.width))
      (gap.height, gap.isSpace) = (29, 1)
      var first = Array(idle[..<2])
      first[1].isLeftKept = 1
      first[1].isRightKept = 1
      rows = first + [gap] + run
      gap.height = 1
      gap.isSpace = 0
      while rows.count.nonzeroBitCount != 1 { rows.append(gap) }
    }
    world.parts[name]?.publicValues = other.parts[name]?.publicValues ?? []
  }

  /// Heights begin with 28: the public roots are those of the left half.
  static let smallerTree = ConnectorTests.idle.forged { world in
    var roots: [BabyBear] = []
    world.forge(name, Row.self) { rows in
      rows.removeSubrange(0..<2)
      for i in 0..<2 { rows[i].isRoot = 1 }
      let padding = rows[rows.count - 1]
      rows += [padding, padding]
      roots = rows[0].parent.elements + rows[1].parent.elements
    }
    world.parts[name]?.publicValues = roots
  }

  /// The root after the segment is not the hash of its children.
  static let otherChildren = ConnectorTests.idle.forged { world in
    world.forge(name, Row.self) { rows in rows[1].parent[0] += 1 }
    world.parts[name]?.publicValues[8] += 1
  }

  @Test func everyWeakeningIsNoticed() {
    let result = SmallWorlds.complete.survivors(of: Self.name, Self.worlds)
    #expect(result.useless == [])
    // Both are said to be superfluous in the AIR. Without the first, a tree with another direction must be opened in all
    // of its 2^29 leaves; without the second, the tree before the segment, once more than the one after it.
    #expect(
      result.survivors == [
        "\(Self.name) without constraint direction is 1, -1 or 0",
        "\(Self.name) without constraint first row is a root",
      ])
  }

  /// Rows that are wrong by themselves, each by its constraint.
  @Test func rejectsWrongRows() {
    let changes: [(String, (inout [Row]) -> Void)] = [
      ("direction is 1, -1 or 0", { $0[0].direction = 2 }),
      ("first row is a root", { $0[0].isRoot = 2 }),
      ("isRoot falls by at most 1", { $0[5].isRoot = 1 }),
    ]
    for (constraint, change) in changes {
      let world = ConnectorTests.idle.forged { $0.forge(Self.name, Row.self, change) }
      #expect(world.findings().description.contains("\(Self.name) without constraint \(constraint)"))
    }
  }

  /// A child is kept that is not the same: on either side, and on both.
  @Test(arguments: [1, -1, 2, 5]) func rejectsKeptChildThatDiffers(flag: Int) {
    for row in 0..<2 {
      let world = SmallWorlds.complete.forged { world in
        world.forge(Self.name, Row.self) { $0[row].isLeftKept += BabyBear(flag) }
      }
      #expect(world.findings().description == ["bus 4"])
    }
  }
}

@Suite struct PersistentBoundaryTests {
  typealias Row = PersistentBoundaryColumns<BabyBear>
  static let name = "PersistentBoundaryAIR"

  static var worlds: [(String, SystemWorld)] {
    var worlds: [(String, SystemWorld)] = [
      (
        "another word at the end",
        HintStoreTests.forged(SmallWorlds.complete) { $0[4].payload[2] += 1 }.forged { world in
          world.forge(name, Row.self) { rows in
            for i in rows.indices where rows[i].direction == -1 && rows[i].addressSpace == 2 && rows[i].label == 0x200 {
              rows[i].values[6] += 1
            }
          }
        }
      )
    ]
    // A word that nobody accesses goes from time 5 to time 5.
    for half in 0..<2 {
      worlds.append(
        (
          "later beginning \(half)",
          MemoryMerkleTests.twoLeaves.forged { world in
            world.forge(name, Row.self) { rows in
              for i in 0..<2 { rows[i].times[half] = 5 }
            }
          }
        ))
    }
    return worlds
  }

  @Test func everyWeakeningIsNoticed() {
    let result = SmallWorlds.complete.survivors(of: Self.name, Self.worlds)
    #expect(result.useless == [])
    // Said to be superfluous in the AIR: the Merkle rows have no other directions.
    #expect(result.survivors == ["\(Self.name) without constraint direction is 1, -1 or 0"])
  }

  @Test func rejectsWrongRows() {
    let wrong: [(String, (inout [Row]) -> Void)] = [
      ("constraint direction is 1, -1 or 0", { $0[0].direction = 2 }),
      ("constraint direction is 1, -1 or 0", { $0[0].direction = BabyBear(2).inverse }),
    ]
    for (finding, change) in wrong {
      let world = SmallWorlds.complete.forged { $0.forge(Self.name, Row.self, change) }
      #expect(world.findings().description.contains("\(Self.name) without \(finding)"))
    }
    let onBuses: [(inout [Row]) -> Void] = [
      // A leaf twice.
      { $0[$0.count - 1] = $0[0] },
      // Both rows of a leaf, twice.
      {
        $0[$0.count - 2] = $0[0]
        $0[$0.count - 1] = $0[1]
      },
      // A wrong final time, an address, cells.
      { $0[1].times[1] += 1 }, { $0[0].label += 1 }, { $0[0].addressSpace += 1 },
      { $0[0].values[0] += 1 }, { $0[1].hash[7] += 1 },
      // No rows.
      { rows in for i in rows.indices { rows[i].direction = 0 } },
    ]
    for change in onBuses {
      let world = SmallWorlds.complete.forged { $0.forge(Self.name, Row.self, change) }
      let findings = world.findings()
      #expect(findings.failing.isEmpty && !findings.isAccepted(without: []))
    }
  }
}
