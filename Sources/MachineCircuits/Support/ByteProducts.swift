import AIR
import Algebra

extension Word {
  /// Sum of `self[i] other[j]` over `i + j = position`: what the product of two words holds at weight `2^(8 position)`.
  /// Positions 0 to 6. At most four products, so with bytes at most `4 * 255^2 < 2^18`.
  @inline(__always)
  func products(_ position: Int, _ other: Word) -> T {
    let first = position < 4 ? 0 : position - 3
    var sum = self[first] * other[position - first]
    var i = first + 1
    while i <= 3, i <= position {
      sum = sum + self[i] * other[position - i]
      i += 1
    }
    return sum
  }

  /// What the product of two words holds at weights 1 and `2^8`. With bytes at most `255^2 (1 + 2 * 2^8) < 2^25`.
  @inline(__always)
  func lowProducts(_ other: Word) -> T { products(0, other) + 256 * products(1, other) }

  /// The same at weights `2^16` and `2^24`, divided by `2^16`. With bytes at most `255^2 (3 + 4 * 2^8) < 2^26`.
  @inline(__always)
  func middleProducts(_ other: Word) -> T { products(2, other) + 256 * products(3, other) }
}
