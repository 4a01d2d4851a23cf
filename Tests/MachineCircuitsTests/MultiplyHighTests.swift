import Algebra
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct MultiplyHighTests {
  typealias Bench = ChipBench<MultiplyHighAIR>
  typealias Case = (opcode: Opcode, x: UInt32, y: UInt32)

  static let opcodes: [Opcode] = [.multiplyHighSigned, .multiplyHighSignedUnsigned, .multiplyHighUnsigned]

  static func bench(_ cases: [Case]) -> Bench {
    ChipBench(MultiplyHighAIR(), cases.map { Bench.step($0.opcode, $0.x, $0.y) })
  }

  static func cases(_ pairs: [(UInt32, UInt32)]) -> [Case] {
    opcodes.flatMap { opcode in pairs.map { (opcode, $0.0, $0.1) } }
  }

  /// The high word, from the product of numbers of 128 bits.
  static func product(_ step: Case) -> UInt32 {
    let x = step.opcode == .multiplyHighUnsigned ? Int128(step.x) : Int128(Int32(bitPattern: step.x))
    let y = step.opcode == .multiplyHighSigned ? Int128(Int32(bitPattern: step.y)) : Int128(step.y)
    return UInt32(truncatingIfNeeded: (x * y) >> 32)
  }

  @Test func multipliesEdgeWords() {
    let cases = Self.cases(Operands.edgePairs)
    let bench = Self.bench(cases)
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.results == cases.map(Self.product))
  }

  @Test func multipliesRandomWords() {
    let cases = Self.cases(Operands.randomPairs(400, seed: 0x6d75_6c68))
    let bench = Self.bench(cases)
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.results == cases.map(Self.product))
  }

  /// Rows 0 and 1: the sum of the two lower halves of the product needs, or nearly needs, the next carry.
  /// Row 2: MULHSU with a large unsigned operand. Row 3: MULH of negative numbers. Row 4: MULHSU of a negative number.
  static let small = bench([
    (.multiplyHighUnsigned, 0xffff_ffff, 0xffff_ffff), (.multiplyHighUnsigned, 0xffff_ffff, 2),
    (.multiplyHighSignedUnsigned, 0x1357_9bdf, 0xfdb9_7531), (.multiplyHighSigned, 0x8765_4321, 0x9abc_def0),
    (.multiplyHighSignedUnsigned, 0xfeed_cafe, 0x0bad_f00d), (.multiplyHighSigned, 0x7123_4567, 0x6789_abcd),
  ])

  static var forgeries: [[MultiplyHighColumns<BabyBear>]] {
    /// The row of an operation, put in place of another with the same operands.
    func row(_ opcode: Opcode, _ x: UInt32, _ y: UInt32, at index: Int) -> MultiplyHighColumns<BabyBear> {
      var row = bench([(opcode, x, y)]).rows[0]
      row.operands.state = small.rows[index].operands.state
      (row.operands.rs1Time, row.operands.rs2Time, row.operands.rdTime) =
        (small.rows[index].operands.rs1Time, small.rows[index].operands.rs2Time, small.rows[index].operands.rdTime)
      return row
    }
    return small.simpleForgeries() + [
      // A lower half of 16 bits and one more borrows from its carry, and so on up to the result.
      small.forged { rows in
        rows[0].low = [65537, 65535]
        rows[0].rd = Word(0xffff_fffd)
      },
      small.forged { rows in
        rows[0].low = [1, 65536]
        rows[0].rd = Word(0xffff_fffd)
      },
      // The low carry 30720 too large, for 2^16 30720 = -1: the next half takes the rest and carries.
      small.forged { rows in
        rows[1].low = [65535, 65535 + 30720 - 65536]
        rows[1].rd = Word(2)
      },
      // The middle carry 30720 too large.
      small.forged { rows in
        rows[5].low[1] += 1
        rows[5].rd = Word(result(5) + 30720)
      },
      // rd + p, and rd - p with another wrap.
      small.forged { rows in rows[5].rd = Word(result(5) + BabyBear.modulus) },
      small.forged { rows in
        rows[0].rd = Word(result(0) - BabyBear.modulus)
      },
      // A wrap of 2^-16: the upper half is one more.
      small.forged { rows in
        rows[5].wrap = BabyBear.inversePowerOfTwo(16)
        rows[5].rd = Word(result(5) + 0x1_0000)
      },
      // Other operations on the same operands, with and without their flags.
      small.forged { rows in rows[3] = row(.multiplyHighUnsigned, 0x8765_4321, 0x9abc_def0, at: 3) },
      small.forged { rows in rows[3] = row(.multiplyHighSignedUnsigned, 0x8765_4321, 0x9abc_def0, at: 3) },
      small.forged { rows in rows[4] = row(.multiplyHighSigned, 0xfeed_cafe, 0x0bad_f00d, at: 4) },
      small.forged { rows in rows[2] = row(.multiplyHighSigned, 0x1357_9bdf, 0xfdb9_7531, at: 2) },
      // Negative operands that are said to be none, and the other way round.
      small.forged { rows in
        rows[3] = row(.multiplyHighUnsigned, 0x8765_4321, 0x9abc_def0, at: 3)
        (rows[3].rs1Sign.code, rows[3].rs2Sign.code) = (1, 1)
      },
      // MULHSU with the second operand signed: its row as one of MULHSU with the operands exchanged.
      small.forged { rows in
        let exchanged = row(.multiplyHighSignedUnsigned, 0xfdb9_7531, 0x1357_9bdf, at: 2)
        rows[2].rs1Sign = exchanged.rs2Sign
        rows[2].rs2Sign = exchanged.rs1Sign
        rows[2].rd = exchanged.rd
        rows[2].wrap = exchanged.wrap
      },
    ]
  }

  /// The result of a row of `small`.
  static func result(_ row: Int) -> UInt32 { small.results[row] }

  @Test func rejectsForgeries() {
    #expect(Self.small.verdict(of: Self.small.rows) == .unchanged)
    for forged in Self.forgeries {
      let verdict = Self.small.verdict(of: forged)
      #expect(!verdict.isBroken, "\(verdict)")
    }
  }

  /// Carries may have up to 14 bits, as the AIR argues; those given are what honest rows need.
  ///
  /// A sign of another code than 0, 1, 2 makes isSigned an odd number, and thereby the opcode that of any instruction of
  /// the program. Whether such a row also passes the look-up of signs is a matter of luck with square roots mod p; no
  /// instruction of the machine is known for which it does.
  static let harmless: Set = [
    "one bit more for low carry", "one bit more for middle carry", "one bit more for high carry",
    "without constraint rs1 sign is 0, 1 or 2", "without constraint rs2 sign is 0, 1 or 2",
  ]

  @Test func everyWeakeningIsNoticed() {
    #expect(Set(Self.small.survivors(Self.forgeries)) == Self.harmless)
  }
}
