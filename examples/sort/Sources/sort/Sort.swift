import GuestKit

/// Sorts the words of its input and reveals smallest, median and largest, their number, and a checksum of their order.
@main
struct Sort {
  static func main() {
    var values = readInputWords()
    Guest.require(!values.isEmpty, "there is nothing to sort")
    values.sort()
    reveal(values[0], at: 0)
    reveal(values[values.count / 2], at: 4)
    reveal(values[values.count - 1], at: 8)
    reveal(UInt32(values.count), at: 12)
    reveal(checksum(values), at: 16)
  }

  /// FNV-1 over words: depends on every value and on their order.
  static func checksum(_ values: [UInt32]) -> UInt32 {
    values.reduce(2_166_136_261) { $0 &* 16_777_619 ^ $1 }
  }
}
