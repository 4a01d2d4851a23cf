import Hashing

/// What a segment's deferral instructions did, in order of time. Times are those of the accesses before, in the order
/// that `Opcode` states; at most 2^17 timestamps back, for older words have been refreshed.
public struct DeferralRecords: Sendable {
  public var calls: [DeferralCallRecord] = []
  public var outputs: [DeferralOutputRecord] = []
  public var commits: [DeferralCommitRecord] = []
  /// The full blocks of outputs and commits, those of an instruction in succession.
  public var blocks: [DeferralBlockRecord] = []

  public init() {}

  public var isEmpty: Bool { calls.isEmpty && outputs.isEmpty && commits.isEmpty }
}

/// A CALL.
public struct DeferralCallRecord: Sendable {
  public var pc: UInt32
  /// Before the instruction, which is that of its first access.
  public var timestamp: UInt32
  /// Where the key of the output goes.
  public var destination: UInt32
  /// Where the commitment to the input is.
  public var source: UInt32
  public var input: InputCommit
  public var output: OutputCommit
  /// In bytes.
  public var outputLength: UInt32
  /// Before the call.
  public var inputAccumulator: InnerDigest
  public var outputAccumulator: InnerDigest
  /// Words that the key replaces.
  public var previous: [10 of UInt32]
  public var times: [24 of UInt32]
}

/// An OUTPUT.
public struct DeferralOutputRecord: Sendable {
  public var pc: UInt32
  public var timestamp: UInt32
  /// Where the output's bytes go.
  public var destination: UInt32
  /// Where the key is.
  public var source: UInt32
  public var commit: OutputCommit
  /// In bytes, a multiple of 8.
  public var length: UInt32
  public var times: [12 of UInt32]
  /// Number of its first block in `DeferralRecords.blocks`.
  public var firstBlock: Int

  public var blockCount: Int { Int(length / 8) }
}

/// A COMMIT.
public struct DeferralCommitRecord: Sendable {
  public var pc: UInt32
  public var timestamp: UInt32
  /// Where the commitment goes.
  public var destination: UInt32
  /// Where the descriptor is.
  public var source: UInt32
  /// Where the input's bytes are.
  public var pointer: UInt32
  /// In bytes.
  public var length: UInt32
  public var commit: InputCommit
  /// The words that hold the bytes after the last full block; 0 where there are none.
  public var tail: [2 of UInt32]
  /// Words that the commitment replaces.
  public var previous: [8 of UInt32]
  public var times: [14 of UInt32]
  /// Number of its first block in `DeferralRecords.blocks`.
  public var firstBlock: Int

  /// Blocks that are full.
  public var blockCount: Int { Int(length / 8) }
  /// Bytes after them.
  public var tailLength: Int { Int(length % 8) }
}

/// Eight bytes of an input or output.
public struct DeferralBlockRecord: Sendable {
  /// The two words after the instruction.
  public var words: [2 of UInt32]
  /// The two words before: the same where they are read.
  public var previous: [2 of UInt32]
  public var times: [2 of UInt32]
}
