import Foundation
import Machine
import TestSupport
import Testing

/// Each instruction on the cases of `DirectedCases`.
struct DirectedTests {
  /// Fingerprints of the result words. Origin: `qemu-riscv32` 7.2.22 (Debian package qemu-user) run on the files that
  /// `program` makes, once; a second interpreter in C and `ReferenceInterpreter` gave the same words.
  static let expected: [String: UInt64] = [
    "add": 0xb1f7_734c_9cad_49a9,
    "sub": 0xe7d2_46bc_c0bd_d2b5,
    "sll": 0x3f0a_a6d3_b7a5_31e5,
    "slt": 0x2592_0dd3_60e6_f755,
    "sltu": 0xaa02_f182_b504_a514,
    "xor": 0x7037_1035_c7d4_7170,
    "srl": 0x097a_fc19_f2f6_eecc,
    "sra": 0x8e22_2097_bfc5_4404,
    "or": 0x2d2e_5c5c_eb97_0654,
    "and": 0xbd7e_12d2_df86_aa9d,
    "mul": 0xc123_d0b0_02f7_52ff,
    "mulh": 0x4b12_5c77_c8a1_2de6,
    "mulhsu": 0xf011_2a23_b230_1598,
    "mulhu": 0x7086_2aba_72fc_564b,
    "div": 0x95b1_5a72_bab1_91df,
    "divu": 0x4fcd_1c7c_849b_23e3,
    "rem": 0x6534_ed08_7362_633d,
    "remu": 0xf237_2f34_86ad_764e,
    "addi": 0x52fc_abe3_b5f1_5d1e,
    "slti": 0x4077_fbc2_7913_ba94,
    "sltiu": 0x58af_4b75_0589_5794,
    "xori": 0x3737_7468_d215_a17a,
    "ori": 0x9ce0_d17c_9a22_5312,
    "andi": 0x9993_d194_0b24_9c19,
    "slli": 0x780d_dd66_23cc_9cd7,
    "srli": 0x76a0_f44a_0219_c01d,
    "srai": 0x3eb5_c575_6965_127d,
    "lb": 0xd5db_2243_5d36_3d9a,
    "lh": 0x9a79_eeb7_45a4_446a,
    "lw": 0x97c7_cf4e_dcdc_f4b2,
    "lbu": 0x6cd0_1c39_98df_caa2,
    "lhu": 0x0382_f888_a36f_0c5a,
    "sb": 0x54a3_6845_5d78_253d,
    "sh": 0x5449_b8ee_cb50_d2b9,
    "sw": 0x3562_ba2b_d115_5bae,
    "beq": 0x1682_bcf4_94ed_3fc0,
    "bne": 0x2729_aaed_7b4b_4fd6,
    "blt": 0xb677_4d7c_f934_a6d5,
    "bge": 0xcb51_ce35_698e_2143,
    "bltu": 0x3e73_37de_d116_6cb5,
    "bgeu": 0x4d4b_9d89_1cfc_d57b,
    "lui": 0x0a73_a20f_dd4c_817f,
    "auipc": 0xebbd_bd00_365b_26d7,
    "jal": 0xc1a5_8c31_9aa1_10c0,
    "jalr": 0x4159_6183_0d51_4324,
  ]

  @Test(arguments: DirectedCases.all.map(\.name))
  func resultsAreThoseOfTheOracle(name: String) throws {
    let directed = try #require(DirectedCases.all.first { $0.name == name })
    let program = directed.program
    let count = 4 * directed.cases.count
    var reference = ReferenceInterpreter(
      code: program, base: Guest.base, data: [UInt8](repeating: 0, count: DirectedCases.dataBytes),
      dataBase: Guest.data)
    try reference.run(limit: 1_000_000)

    let machine = try Guest.machine(program)
    let outcome = try machine.run()
    #expect(outcome.exitCode == 2)
    #expect(outcome.instructionCount == reference.count)
    let words = try #require(machine.bytes(at: Guest.data, count: count)).words
    for (index, pair) in zip(words, reference.data.words).enumerated() where pair.0 != pair.1 {
      Issue.record("\(name), case \(index): \(pair.0), the reference has \(pair.1)")
    }
    #expect(fingerprint(words) == Self.expected[name])
  }

  @Test func everyOperationIsAimedAt() {
    #expect(Set(DirectedCases.all.map(\.name)) == Set(Self.expected.keys))
    #expect(Self.expected.count == 45)
  }
}
