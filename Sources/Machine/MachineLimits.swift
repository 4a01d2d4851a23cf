/// Sizes that executor and circuits agree on (chapter 20, section 0).
public enum MachineLimits {
  /// Pointers lie in `[0, 2^29)`.
  public static let pointerBits = 29
  /// Addresses of instructions lie in `[0, 2^30)`.
  public static let pcBits = 30
  /// Timestamps of a segment lie in `[0, 2^29)`.
  public static let timestampBits = 29
  /// An access follows the one before at the same address by at most `2^nearBits` timestamps; older words are
  /// refreshed first. Also the widest range that is looked up.
  public static let nearBits = 17
  /// Where results for `x0` go: a register that no RISC-V program can read.
  public static let sinkPointer: UInt32 = 128
  /// Words a HINT_BUFFER may ask for.
  public static let maxHintWords = 1023
  /// Words a single `hintRandom` may ask for; a bound on what a guest can make the host allocate.
  public static let maxRandomWords = 1 << 20
  /// Slots of a program, 256 MiB of code; a bound on what decoding it takes.
  public static let maxProgramSlots = 1 << 26
  /// Bytes of public values.
  public static let maxPublicValueBytes = 1 << 20
  /// Deferral circuits of an application.
  public static let maxDeferralCircuits = 1 << 10
  /// Bytes that one OUTPUT writes, and that one COMMIT reads: 2^17 blocks, and a quarter of them in timestamps.
  public static let maxDeferralBytes = 1 << 20
  /// Calls of one deferral circuit in a run.
  public static let maxDeferralCalls = 1 << 20
  /// Bytes of inputs and outputs that a run keeps; a bound on what a guest can make the host hold.
  public static let maxDeferralStorage = 1 << 31
  /// Cells hashed into a leaf of the memory tree.
  public static let leafCells = 8
  /// Height of the memory tree: 3 bits of address space and 26 bits of leaf label.
  public static let treeHeight = 29
  /// Height of the part of the tree below an address space.
  public static let addressHeight = 26
}

/// Address spaces (chapter 20, section 2.1). Cells of the first three are bytes.
public enum AddressSpace {
  public static let registers: UInt32 = 1
  public static let memory: UInt32 = 2
  public static let publicValues: UInt32 = 3
  public static let deferral: UInt32 = 4
}
