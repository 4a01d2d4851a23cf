import AIR
import Algebra
import Machine

/// SB, SH: the low part of rs2 replaces a byte or half of memory at `rs1 + immediate`. REVEAL: rs2 becomes the word at
/// `rs1 + immediate` of the public values. 23 columns, 13 interactions, degree 3.
///
/// Borrowed from the program: `-2048 <= immediate <= 2047`.
/// Borrowed from the memory boundary: pointers are multiples of 4 below 2^29 (`DataAddress`). That public values end
/// earlier is the host's to check (chapter 20, section 3.7); later ones are never opened.
struct StorePartAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(StorePartColumns<Expr>.self).local

    // Constrains: which part of which word is replaced. The opcode, looked up in the program, tells bytes, halves and
    // REVEAL apart; the position is bound by the address: its distance to the word's pointer, a multiple of 4, is the
    // part's place in the word. A half at an odd address therefore has no row, nor has a word that is not aligned.
    let place = row.place
    place.assertValid(builder)
    let isValid = place.isValid
    let isReveal = place[.reveal]
    let isHalf = place[.lowHalf] + place[.highHalf]
    let shift = place[.byte1] + 2 * (place[.byte2] + place[.highHalf]) + 3 * place[.byte3]

    // Assumes: rs1 consists of bytes (memory).
    // Constrains: rs1 < 2^30, so that rs1 + immediate - shift means an integer (`DataAddress`).
    // Broken if removed: with rs1 = p + a the part at address a is overwritten.
    builder.lookUpRange("rs1 is below 2^30", row.operands.rs1[3], bits: Expr(DataAddress.topByteBits), enabled: isValid)

    // Constrains: the word that is written: each byte is the previous one, or one of rs2 where the part lies. All are
    // bytes, for memory consists of bytes and the selectors are 0 or 1, at most one of them 1.
    // Broken if removed: memory gets any word.
    let (old, new) = (row.operands.previous, row.operands.rs2)
    let isLowPair = place[.lowHalf] + isReveal
    let data = Word(
      old[0] + (place[.byte0] + isLowPair) * (new[0] - old[0]),
      old[1] + place[.byte1] * (new[0] - old[1]) + isLowPair * (new[1] - old[1]),
      old[2] + (place[.byte2] + place[.highHalf]) * (new[0] - old[2]) + isReveal * (new[2] - old[2]),
      old[3] + place[.byte3] * (new[0] - old[3]) + place[.highHalf] * (new[1] - old[3])
        + isReveal * (new[3] - old[3]))

    row.operands.evaluate(
      builder, opcode: Expr(.storeByte) + isHalf + 2 * isReveal, data: data,
      space: Expr(AddressSpace.memory) + isReveal, at: row.operands.address - shift, isValid: isValid)
  }
}
