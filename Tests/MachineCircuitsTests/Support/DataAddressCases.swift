import Algebra

/// Registers and immediates whose sum is no address.
enum DataAddressCases {
  /// p + 8, which as a field element is address 8.
  static let alias: (rs1: UInt32, immediate: Int) = (BabyBear.modulus + 8, 0)

  /// Not below 2^29, negative, wrapping around 2^32 or p.
  static let outOfRange: [(UInt32, Int)] = [
    (0x2000_0000, 0), (0x1fff_fffc, 4), (0x2000_0804, -2048), (0x3fff_fffc, 0), (0x4000_0000, 0), (0x8000_0000, 0),
    (0xffff_fffc, 0), (0xffff_fffc, 4), (0xffff_fffc, 8), (0, -4), (2044, -2048), (alias.rs1, alias.immediate),
    (BabyBear.modulus, 0), (BabyBear.modulus + 4, -4), (BabyBear.modulus - 4, 8), (2 * (BabyBear.modulus - 1) + 6, 0),
    (0x6000_0000, 0),
  ]

  static let forWords = outOfRange + [(1, 0), (2, 0), (3, 0), (0x100, -1), (0x1fff_fffc, 2), (BabyBear.modulus + 7, 2)]
  static let forHalves = outOfRange + [(1, 0), (3, 0), (0x100, -1), (0x102, 1), (BabyBear.modulus + 7, 2)]
}
