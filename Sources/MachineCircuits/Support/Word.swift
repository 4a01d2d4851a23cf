import AIR
import Algebra

/// A 32-bit word as it stands in memory: four byte cells, the lowest first.
struct Word<T: Cell>: AIRColumns {
  var bytes: [4 of T]

  init(_ bytes: [4 of T]) { self.bytes = bytes }

  /// The word whose bytes are the given cells.
  init(_ b0: T, _ b1: T, _ b2: T, _ b3: T) { bytes = [b0, b1, b2, b3] }

  /// The word as a number.
  var value: T { low + 65536 * high }
  /// Bits 0 to 15. Below 2^16 when the cells are bytes.
  var low: T { bytes[0] + 256 * bytes[1] }
  /// Bits 16 to 31.
  var high: T { bytes[2] + 256 * bytes[3] }

  subscript(index: Int) -> T {
    get { bytes[index] }
    set { bytes[index] = newValue }
  }
}

extension Word where T == BabyBear {
  /// The bytes of `value`.
  init(_ value: UInt32) {
    self.init(
      BabyBear(value & 255), BabyBear(value >> 8 & 255), BabyBear(value >> 16 & 255), BabyBear(value >> 24))
  }
}
