import Algebra
import Hashing

/// The Merkle tree over a machine's memory: height 29, 8 cells a leaf (chapter 20, section 2.7).
///
/// Leaf `label` of address space `s` stands at `(s - 1) * 2^26 + label`; its hash is `compress(cells, 0^8)`, that of an
/// inner node `compress(left, right)`. Only what differs from the all-zero memory is held, in pages: a leaf costs its
/// share of a page of 512 leaves (32 KiB) and of the pages above. The tree is kept from segment to segment; an update
/// hashes what lies above the touched leaves and nothing else. A copy shares all pages until they change.
public struct MemoryTree: Sendable {
  typealias Hash = InnerConfiguration

  /// A subtree of `height` levels below its root, in one array: the root at 1, children of `i` at `2i` and `2i + 1`.
  fileprivate struct Layer {
    /// Height of the leaves of this layer's pages in the whole tree.
    let bottom: Int
    let height: Int
    /// Place of a page in `pages` by the index of its root.
    var places: [UInt32: Int] = [:]
    var pages: [ContiguousArray<InnerDigest>] = []
    /// A page of the all-zero memory.
    let empty: ContiguousArray<InnerDigest>

    init(bottom: Int, height: Int) {
      self.bottom = bottom
      self.height = height
      empty = ContiguousArray(
        (0..<2 << height).map { i in
          let depth = i == 0 ? 0 : Int.bitWidth - 1 - i.leadingZeroBitCount
          return MemoryTree.zeroHashes[bottom + height - depth]
        })
    }

    func place(of page: UInt32) -> Int? { places[page] }

    mutating func makePlace(of page: UInt32) -> Int {
      if let place = places[page] { return place }
      pages.append(empty)
      places[page] = pages.count - 1
      return pages.count - 1
    }
  }

  /// Layers from the leaves up: heights 0 ... 9, 9 ... 19, 19 ... 29. The node at the border belongs to both.
  private var layers: [Layer]

  /// Hashes of all-zero subtrees by height, 0 to 29.
  public static let zeroHashes: [InnerDigest] = {
    var hashes = [Hash.compress(Hash.emptyDigest, Hash.emptyDigest)]
    for height in 0..<MachineLimits.treeHeight { hashes.append(Hash.compress(hashes[height], hashes[height])) }
    return hashes
  }()

  /// The all-zero memory.
  public init() {
    layers = [Layer(bottom: 0, height: 9), Layer(bottom: 9, height: 10), Layer(bottom: 19, height: 10)]
  }

  /// A memory with the given leaves, each at most once, in any order, and zeros elsewhere.
  public init(_ leaves: [MemoryLeaf], workers: Workers = Workers(1)) {
    self.init()
    let sorted = leaves.sorted { $0.index < $1.index }
    let hashes = Self.hashes(of: sorted.map { InnerDigest(cells: $0.cells) }, workers: workers)
    _ = advance(zip(sorted, hashes).map { ($0.index, $1) }, isRecorded: false, workers: workers)
  }

  /// The hash of the whole memory.
  public var root: InnerDigest { node(height: MachineLimits.treeHeight, index: 0) }

  /// The hash of node `index`, counted from the left, of the nodes at `height`.
  public func node(height: Int, index: UInt32) -> InnerDigest {
    precondition(
      (0...MachineLimits.treeHeight).contains(height) && index >> UInt32(MachineLimits.treeHeight - height) == 0)
    guard let layer = layers.first(where: { height < $0.bottom + $0.height }) ?? layers.last else {
      return Self.zeroHashes[height]
    }
    let (page, slot) = layer.position(height: height, index: index)
    guard let place = layer.place(of: page) else { return Self.zeroHashes[height] }
    return layer.pages[place][slot]
  }

  /// Replaces the touched leaves and gives the nodes above them, before and after.
  ///
  /// `touched` is in order of address space and label, as segment records are, each leaf once.
  public mutating func update(_ touched: [TouchedLeaf], workers: Workers = Workers(1)) -> MemoryTreeUpdate {
    let hashes = Self.hashes(of: touched.map { InnerDigest(cells: $0.final) }, workers: workers)
    return advance(
      zip(touched, hashes).map { (MemoryLeaf.index(addressSpace: $0.addressSpace, label: $0.label), $1) },
      isRecorded: true, workers: workers)
  }

  /// `compress(cells, 0^8)` for each of `cells`.
  private static func hashes(of cells: [InnerDigest], workers: Workers) -> [InnerDigest] {
    compressions(cells.count, workers: workers) { (cells[$0], Hash.emptyDigest) }
  }

  /// `compress(left, right)` for the `count` pairs, many at a time.
  private static func compressions(
    _ count: Int, workers: Workers, _ pair: @Sendable (Int) -> (InnerDigest, InnerDigest)
  ) -> [InnerDigest] {
    [InnerDigest](unsafeUninitializedCapacity: count) { output, initialized in
      // SAFE: every range writes its own digests, and all are written.
      nonisolated(unsafe) let output = output
      workers.forEachRange(count, grain: 1024) { range in
        var pairs: [InnerDigest] = []
        pairs.reserveCapacity(2 * range.count)
        for i in range {
          let (left, right) = pair(i)
          pairs.append(left)
          pairs.append(right)
        }
        pairs.withUnsafeBufferPointer { pairs in
          guard let input = pairs.baseAddress, let base = output.baseAddress else { return }
          Hash.compressHalves(input, into: base + range.lowerBound, groups: range.count, half: 1)
        }
      }
      initialized = count
    }
  }
}

extension MemoryTree.Layer {
  /// Page and place in it of a node of this layer.
  fileprivate func position(height nodeHeight: Int, index: UInt32) -> (page: UInt32, slot: Int) {
    let depth = UInt32(bottom + height - nodeHeight)
    return (index >> depth, 1 << Int(depth) | Int(index & ((1 << depth) - 1)))
  }
}

extension MemoryTree {
  /// A node on the way up: its hashes before and after.
  private struct Changed {
    var index: UInt32
    var initial: InnerDigest
    var final: InnerDigest
    var isTouched: Bool
  }

  /// Sets the hashes of leaves, sorted by index, and of all nodes above them.
  private mutating func advance(
    _ leaves: [(index: UInt32, hash: InnerDigest)], isRecorded: Bool, workers: Workers
  ) -> MemoryTreeUpdate {
    let initialRoot = root
    var level = leaves.map { Changed(index: $0.index, initial: .init([]), final: $0.hash, isTouched: true) }
    if isRecorded && level.isEmpty {
      // The path to leaf 0, so that the roots are connected with something.
      level = [Changed(index: 0, initial: .init([]), final: node(height: 0, index: 0), isTouched: false)]
    }
    exchange(&level, height: 0)
    let initialLeafHashes = leaves.isEmpty ? [] : level.map(\.initial)

    var levels: [[MemoryTreeUpdate.Node]] = []
    for height in 1...MachineLimits.treeHeight {
      var nodes: [MemoryTreeUpdate.Node] = []
      nodes.reserveCapacity(level.count)
      var child = 0
      while child < level.count {
        var node = MemoryTreeUpdate.Node(height: height, index: level[child].index >> 1)
        while child < level.count, level[child].index >> 1 == node.index {
          if level[child].index & 1 == 0 {
            (node.initial.left, node.final.left) = (level[child].initial, level[child].final)
            node.isLeftTouched = level[child].isTouched
            node.hasLeft = true
          } else {
            (node.initial.right, node.final.right) = (level[child].initial, level[child].final)
            node.isRightTouched = level[child].isTouched
            node.hasRight = true
          }
          child += 1
        }
        if !node.hasLeft {
          node.initial.left = self.node(height: height - 1, index: node.index << 1)
          node.final.left = node.initial.left
        }
        if !node.hasRight {
          node.initial.right = self.node(height: height - 1, index: node.index << 1 | 1)
          node.final.right = node.initial.right
        }
        nodes.append(node)
      }
      let pending = nodes
      let hashes = Self.compressions(pending.count, workers: workers) {
        (pending[$0].final.left, pending[$0].final.right)
      }
      level = zip(nodes, hashes).map { Changed(index: $0.index, initial: .init([]), final: $1, isTouched: true) }
      exchange(&level, height: height)
      for i in nodes.indices {
        nodes[i].initial.parent = level[i].initial
        nodes[i].final.parent = level[i].final
      }
      if isRecorded { levels.append(nodes) }
    }
    return MemoryTreeUpdate(
      initialRoot: initialRoot, finalRoot: root, initialLeafHashes: initialLeafHashes,
      finalLeafHashes: leaves.map(\.hash), nodes: levels.reversed().flatMap { $0 })
  }

  /// Stores the final hashes of a level and fetches what they replace.
  private mutating func exchange(_ level: inout [Changed], height: Int) {
    for l in layers.indices
    where layers[l].bottom <= height && height <= layers[l].bottom + layers[l].height {
      var current: (page: UInt32, place: Int)?
      for i in level.indices {
        let (page, slot) = layers[l].position(height: height, index: level[i].index)
        let place: Int
        if let current, current.page == page {
          place = current.place
        } else {
          place = layers[l].makePlace(of: page)
          current = (page, place)
        }
        level[i].initial = layers[l].pages[place][slot]
        layers[l].pages[place][slot] = level[i].final
      }
    }
  }
}

/// Eight cells of memory with their place.
public struct MemoryLeaf: Sendable {
  public var addressSpace: UInt32
  /// First pointer divided by 8.
  public var label: UInt32
  public var cells: [8 of UInt32]

  public init(addressSpace: UInt32, label: UInt32, cells: [8 of UInt32]) {
    self.addressSpace = addressSpace
    self.label = label
    self.cells = cells
  }

  var index: UInt32 { Self.index(addressSpace: addressSpace, label: label) }

  /// Position among the leaves. `1 <= addressSpace <= 8`, `label < 2^26`.
  static func index(addressSpace: UInt32, label: UInt32) -> UInt32 {
    precondition((1...8).contains(addressSpace) && label >> UInt32(MachineLimits.addressHeight) == 0)
    return (addressSpace - 1) << UInt32(MachineLimits.addressHeight) | label
  }
}

extension InnerDigest {
  /// Eight cells in the form of a digest, as they enter a compression.
  public init(cells: [8 of UInt32]) {
    self.init(
      BabyBear(cells[0]), BabyBear(cells[1]), BabyBear(cells[2]), BabyBear(cells[3]), BabyBear(cells[4]),
      BabyBear(cells[5]), BabyBear(cells[6]), BabyBear(cells[7]))
  }
}
