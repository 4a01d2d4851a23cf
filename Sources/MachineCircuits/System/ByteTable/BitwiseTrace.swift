import AIR
import Algebra
import Machine

/// Traces of `BitwiseAIR`.
///
/// The sequence is `0`, `0 1`, `0 2`, ..., `0 255`, `1`, `1 2`, `1 3`, ..., `1 255`, ..., `255`: block `i` is `i` and then
/// `i j` for each `j > i`. It has `256^2` bytes. The pair `(i, i)` stands at the block's start, where the second `i` is
/// that of `i i+1`; `(i, j)` and `(j, i)` with `i < j` stand in `i j i`, and `(255, i)` at the end of the block before.
package enum BitwiseTrace {
  package static let height = 1 << 16

  /// Row of the first byte of block `i`: `sum of 1 + 2 (255 - k) for k < i`.
  static func start(ofBlock i: Int) -> Int { 512 * i - i * i }

  /// The row with `x` that is followed by one with `y`.
  static func row(of x: Int, _ y: Int) -> Int {
    if x < y { return start(ofBlock: x) + 1 + 2 * (y - x - 1) }
    if x == 255 { return (start(ofBlock: y) + height - 1) % height }
    if x == y { return start(ofBlock: x) }
    return start(ofBlock: y) + 2 + 2 * (x - y - 1)
  }

  /// The table with the counts of `tally`.
  package static func make(_ tally: LookupTally) -> FieldMatrix {
    let matrix = FieldMatrix(height: height, width: BitwiseColumns<BabyBear>.width)
    let bits = (0..<8).map { matrix.column($0) }
    let (byteLookups, xorLookups) = (matrix.column(8), matrix.column(9))
    for x in 0..<256 {
      for y in 0..<256 {
        let row = row(of: x, y)
        for k in 0..<8 where x >> k & 1 == 1 { bits[k][row] = .one }
        byteLookups[row] = BabyBear(tally.bytes[x << 8 | y])
        xorLookups[row] = BabyBear(tally.xors[x << 8 | y])
      }
    }
    return matrix
  }
}
