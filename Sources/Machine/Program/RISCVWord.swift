/// The fields of a 32-bit RISC-V instruction.
struct RISCVWord {
  let word: UInt32

  init(_ word: UInt32) { self.word = word }

  var opcode: UInt32 { word & 0x7f }
  var rd: UInt32 { word >> 7 & 31 }
  var funct3: UInt32 { word >> 12 & 7 }
  var rs1: UInt32 { word >> 15 & 31 }
  var rs2: UInt32 { word >> 20 & 31 }
  var funct7: UInt32 { word >> 25 }

  private var signedWord: Int32 { Int32(bitPattern: word) }

  /// I-type: 12 bits.
  var immediate: Int32 { signedWord >> 20 }
  /// S-type: 12 bits.
  var storeOffset: Int32 { (signedWord >> 25) << 5 | Int32(rd) }
  /// B-type: 13 bits, even.
  var branchOffset: Int32 {
    (signedWord >> 31) << 12 | Int32((word << 4) & 0x800) | Int32((word >> 20) & 0x7e0) | Int32((word >> 7) & 0x1e)
  }
  /// J-type: 21 bits, even.
  var jumpOffset: Int32 {
    (signedWord >> 31) << 20 | Int32(word & 0xff000) | Int32((word >> 9) & 0x800) | Int32((word >> 20) & 0x7fe)
  }
  /// U-type: the upper 20 bits.
  var upperImmediate: UInt32 { word & 0xffff_f000 }
}
