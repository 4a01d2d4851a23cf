import Algebra
import CKernels

/// The permutation of the inner configuration, for circuits that contain it: Poseidon2 over BabyBear, 16 elements wide,
/// S-box `x^7`, four full rounds, 13 internal ones and four full ones (chapter 10, section 2.1).
public enum Poseidon2 {
  public static let width = 16

  /// What the rounds add: 16 elements in a full round, one to element 0 in an internal one.
  public struct Constants: Sendable {
    public let initial: [[BabyBear]]
    public let `internal`: [BabyBear]
    public let final: [[BabyBear]]
  }

  public static let constants: Constants = {
    var (initial, inner, final) = ([UInt32](repeating: 0, count: 64), [UInt32](repeating: 0, count: 13), [UInt32]())
    final = initial
    ck_permutation_constants(&initial, &inner, &final)
    func element(_ residue: UInt32) -> BabyBear { BabyBear(montgomery: residue) ?? .zero }
    func rounds(_ residues: [UInt32]) -> [[BabyBear]] {
      (0..<4).map { round in (0..<16).map { element(residues[16 * round + $0]) } }
    }
    return Constants(initial: rounds(initial), internal: inner.map(element), final: rounds(final))
  }()

  /// An internal round adds to `diagonal[i] * state[i]` the sum of the state.
  public static let diagonal: [BabyBear] = {
    let inverse = BabyBear.inversePowerOfTwo
    return [
      -2, 1, 2, inverse(1), 3, 4, -inverse(1), -3, -4, inverse(8), inverse(2), inverse(3), inverse(27), -inverse(8),
      -inverse(4), -inverse(27),
    ]
  }()

  /// Permutes states of 16 elements each, one after the other, in place.
  public static func permute(_ states: inout [BabyBear]) {
    let count = states.count / width
    states.withUnsafeMutableBytes { bytes in
      // SAFE: BabyBear is a plain UInt32 word; the kernel touches 16 words for each whole state.
      ck_permute(bytes.baseAddress?.assumingMemoryBound(to: UInt32.self), count)
    }
  }

  /// Columns of a permutation in a trace: see `fillColumns`.
  public static let traceColumnCount = 282

  /// Fills rows `firstRow ..< firstRow + states.count / 16` of a trace with the permutations of `states`, which stand one
  /// after the other. `columns` are the trace's columns, at least `traceColumnCount`:
  /// the state; for each of four full rounds, the cubes in the S-boxes and the state after the round; for each internal
  /// round, the cube and the result of the S-box; for three full rounds as before; for the last one, the cubes.
  public static func fillColumns(
    _ columns: [UnsafeMutablePointer<BabyBear>], firstRow: Int, states: UnsafeBufferPointer<BabyBear>
  ) {
    precondition(columns.count >= traceColumnCount && states.count % width == 0)
    // SAFE: BabyBear is a plain UInt32 word; the kernel writes the rows said, which the caller has.
    let words: [UnsafeMutablePointer<UInt32>?] = columns.map {
      UnsafeMutableRawPointer($0).assumingMemoryBound(to: UInt32.self)
    }
    ck_permutation_columns(
      UnsafeRawPointer(states.baseAddress)?.assumingMemoryBound(to: UInt32.self), words, firstRow, states.count / width)
  }
}
