import Algebra

/// Inverses mod p of small integers, from a table of 256 KiB that is made once.
enum SmallInverses {
  // SAFE: filled before the pointer is published, never written again and never freed.
  private nonisolated(unsafe) static let table: UnsafePointer<BabyBear> = {
    var inverses = (0..<1 << 16).map { BabyBear($0) }
    BabyBear.batchInvert(&inverses)
    let table = UnsafeMutablePointer<BabyBear>.allocate(capacity: inverses.count)
    table.initialize(from: inverses, count: inverses.count)
    return UnsafePointer(table)
  }()

  /// `1 / value`, and 0 for 0. Assumes `-2^16 < value < 2^16`.
  @inline(__always)
  static func inverse(of value: Int32) -> BabyBear {
    // SAFE: the mask keeps the index inside the table; it changes nothing for values in range.
    let inverse = table[Int(value.magnitude & 0xffff)]
    return value < 0 ? -inverse : inverse
  }
}
