import AIR

/// A block of a call's input or output as the sponge absorbs it, the header or 8 bytes: 30 columns.
struct InputOutputColumns<T: Cell>: AIRColumns {
  var isInput: T
  var isOutput: T
  /// 1 on the first block of an input or output.
  var isHeader: T
  /// 1 on the last block of an input or output, which may be its header.
  var isLast: T
  /// Number of the call. On padding that of the last call.
  var call: T
  /// Number of the block inside its input or output: 0 on the header.
  var block: T
  /// Bytes of the input or output.
  var length: T
  /// `isFill[i]` is 1 where byte `i + 1` of the block lies beyond the end of the input.
  var isFill: [7 of T]
  var cells: [8 of T]
  /// On the last block the digest, else the capacity: what the sponge keeps for the next one.
  var result: [8 of T]
}

/// Where the public values of a circuit for single calls stand.
enum SingleCallPublicValue {
  static let input = 0..<8
  static let output = 8..<16
  static let index = 16
}
