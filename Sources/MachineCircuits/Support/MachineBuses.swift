import AIR

/// The buses between the machine's AIRs. Messages:
enum MachineBus {
  /// `(pc, timestamp)`: the state before an instruction is received, the state after it sent.
  static let execution = PermutationBus(0, "execution")
  /// `(address space, pointer, 4 cells, timestamp)`: an access receives what the last one at the address sent.
  static let memory = PermutationBus(1, "memory")
  /// `(pc, opcode, a, b, c, d, e, f, g)`: the program's rows.
  static let program = LookupBus(2, "program")
  /// `(value, bits)`: all values below `2^bits`, for every number of bits up to `MachineLimits.nearBits`.
  static let range = LookupBus(3, "range")
  /// `(tree, height, address space part, address part, 8 cells of hash)`: nodes of the memory tree.
  static let merkle = PermutationBus(4, "Merkle")
  /// `(16 cells, 8 cells)`: two digests and their compression.
  static let compression = LookupBus(5, "compression")
  /// `(x, y, z, isXor)`: bytes `x`, `y` with `z` 0 where `isXor` is 0 and `z = x xor y` where it is 1.
  static let bytes = LookupBus(6, "bytes")
  /// `(16 cells, 8 cells, isCompression)`: a state and a half of its permutation, the first where isCompression is 1
  /// and the second where it is 0. Of deferral instructions.
  static let deferralHash = LookupBus(7, "deferral hash")
  /// `(isWrite, isDigest, start, base, position, 8 cells)`: the state of a sponge before a block of a deferral
  /// instruction's bytes, or the digest after the last one: see `DeferralBlockAIR`.
  static let deferralBlocks = PermutationBus(8, "deferral blocks")
}

extension AIRBuilder {
  /// `0 <= value < 2^bits`. Assumes `bits <= MachineLimits.nearBits`, or that `bits` is a column that a constraint or
  /// the program bounds so: the table has no other rows.
  func lookUpRange(_ name: String, _ value: Expr, bits: Expr, enabled: Expr) {
    lookUp(name, [value, bits], in: MachineBus.range, enabled: enabled)
  }

  /// `x` and `y` are bytes.
  func lookUpBytes(_ name: String, _ x: Expr, _ y: Expr, enabled: Expr) {
    lookUp(name, [x, y, 0, 0], in: MachineBus.bytes, enabled: enabled)
  }

  /// `x` and `y` are bytes and `z` is their exclusive or.
  func lookUpXor(_ name: String, _ x: Expr, _ y: Expr, _ z: Expr, enabled: Expr) {
    lookUp(name, [x, y, z, 1], in: MachineBus.bytes, enabled: enabled)
  }
}
