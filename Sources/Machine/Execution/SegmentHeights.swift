/// What a segment takes, counted exactly: the numbers that decide on the heights of its traces.
public struct SegmentHeights: Sendable, Equatable {
  /// Rows by chip: instructions, and for `hintStore` instructions and words.
  public var rows: [27 of Int]
  /// Words that were refreshed.
  public var refreshes: Int
  /// Leaves of memory that were touched.
  public var leaves: Int
  /// Inner nodes of the tree above them, the root included.
  public var nodes: Int
  /// Timestamp after the last instruction.
  public var timestamp: Int
  /// Instructions executed; a TERMINATE counts.
  public var instructions: Int

  /// An empty segment.
  public init() {
    rows = .init(repeating: 0)
    refreshes = 0
    leaves = 0
    nodes = 0
    timestamp = 1
    instructions = 0
  }

  public subscript(chip: Chip) -> Int {
    get { rows[chip.rawValue] }
    set { rows[chip.rawValue] = newValue }
  }

  /// The most permutations that hashing memory can take: one for each leaf and node, in the initial and in the final
  /// tree. Equal ones are merged, so it may be fewer.
  public var maxHashes: Int { 2 * (leaves + nodes) }

  /// The most permutations that deferral instructions can take: for a CALL one for each accumulator; for an OUTPUT the
  /// header; for a COMMIT the header, a block that is not full, and the folding; and one for each full block.
  public var maxDeferralHashes: Int {
    2 * self[.deferralCall] + self[.deferralOutput] + 3 * self[.deferralCommit] + self[.deferralBlock]
  }

  /// Bytes that a recording of the segment takes.
  public var recordBytes: Int {
    let others: [(Chip, Int)] = [
      (.hintStore, MemoryLayout<HintRecord>.stride), (.deferralCall, MemoryLayout<DeferralCallRecord>.stride),
      (.deferralOutput, MemoryLayout<DeferralOutputRecord>.stride),
      (.deferralCommit, MemoryLayout<DeferralCommitRecord>.stride),
      (.deferralBlock, MemoryLayout<DeferralBlockRecord>.stride),
    ]
    let special = others.reduce(0) { $0 + self[$1.0] * $1.1 }
    let instructions = Chip.allCases.reduce(0) { $0 + self[$1] } - others.reduce(0) { $0 + self[$1.0] }
    return instructions * MemoryLayout<ExecutionRecord>.stride + special
      + refreshes * MemoryLayout<RefreshRecord>.stride + leaves * MemoryLayout<TouchedLeaf>.stride
  }

  public static func == (a: SegmentHeights, b: SegmentHeights) -> Bool {
    a.rows.indices.allSatisfy { a.rows[$0] == b.rows[$0] } && a.refreshes == b.refreshes && a.leaves == b.leaves
      && a.nodes == b.nodes && a.timestamp == b.timestamp && a.instructions == b.instructions
  }
}
