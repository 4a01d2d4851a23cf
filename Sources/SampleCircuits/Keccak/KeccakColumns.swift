import AIR

/// The columns of one round of Keccak-f[1600]: 2,633.
///
/// A lane of 64 bits is at `[y][x]`, as Keccak's specification (FIPS 202, section 3.1) names coordinates, and is held
/// either as 64 bits or as four 16-bit limbs, low end first. Limbs are used where a value only passes through; bits
/// where a step is computed on them.
public struct KeccakColumns<T: Cell>: AIRColumns {
  /// `isRound[r]` is 1 in round `r` of a permutation, 0 otherwise.
  public var isRound: [24 of T]
  /// Whether the permutation that ends in this row is one that others may rely on. Only ever 1 in round 23.
  public var isExported: T
  /// The permutation's input, in limbs, repeated in each of its rows.
  public var preimage: [5 of [5 of [4 of T]]]
  /// The round's input, in limbs.
  public var input: [5 of [5 of [4 of T]]]
  /// Column parities of the input, in bits: `parity[x] = input[0][x] ^ .. ^ input[4][x]`.
  public var parity: [5 of [64 of T]]
  /// Column parities after theta, in bits.
  public var thetaParity: [5 of [64 of T]]
  /// The state after theta, in bits.
  public var theta: [5 of [5 of [64 of T]]]
  /// The state after rho, pi and chi, in limbs.
  public var chi: [5 of [5 of [4 of T]]]
  /// Lane (0, 0) after chi, in bits.
  public var chiOriginBits: [64 of T]
  /// Lane (0, 0) after iota, in limbs. The other lanes of the round's output are those of `chi`.
  public var iotaOrigin: [4 of T]
}

/// The numbers that define Keccak-f[1600] (FIPS 202, section 3.2).
enum KeccakConstants {
  static let rounds = 24

  /// How far rho rotates lane `[y][x]` to the left.
  static let rotations: [[Int]] = [
    [0, 1, 62, 28, 27],
    [36, 44, 6, 55, 20],
    [3, 10, 43, 25, 39],
    [41, 45, 15, 21, 8],
    [18, 2, 61, 56, 14],
  ]

  /// What iota adds to lane (0, 0) in each round.
  static let roundConstants: [UInt64] = [
    0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808a, 0x8000_0000_8000_8000,
    0x0000_0000_0000_808b, 0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009,
    0x0000_0000_0000_008a, 0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000a,
    0x0000_0000_8000_808b, 0x8000_0000_0000_008b, 0x8000_0000_0000_8089, 0x8000_0000_0000_8003,
    0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800a, 0x8000_0000_8000_000a,
    0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
  ]

  /// Where bit `z` of lane `[y][x]` after rho and pi comes from: the same bit of another lane before them.
  static func sourceOfPi(x: Int, y: Int, z: Int) -> (x: Int, y: Int, z: Int) {
    // Pi moves lane (x', y') to (y', 2x' + 3y'), so x' = x + 3y and y' = x, modulo 5.
    let (sourceX, sourceY) = ((x + 3 * y) % 5, x)
    return (sourceX, sourceY, (z - rotations[sourceY][sourceX] + 64) % 64)
  }
}
