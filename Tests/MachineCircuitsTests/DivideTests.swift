import Algebra
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct DivideTests {
  typealias Bench = ChipBench<DivideAIR>
  typealias Case = (opcode: Opcode, x: UInt32, y: UInt32)

  static let opcodes: [Opcode] = [.divideSigned, .divideUnsigned, .remainderSigned, .remainderUnsigned]

  static func bench(_ cases: [Case]) -> Bench {
    ChipBench(DivideAIR(), cases.map { Bench.step($0.opcode, $0.x, $0.y) })
  }

  static func cases(_ pairs: [(UInt32, UInt32)]) -> [Case] {
    opcodes.flatMap { opcode in pairs.map { (opcode, $0.0, $0.1) } }
  }

  /// By the RISC-V manual: rounds towards zero; x / 0 = -1 and x rem 0 = x; -2^31 / -1 = -2^31, with remainder 0.
  static func result(_ step: Case) -> UInt32 {
    let isSigned = step.opcode == .divideSigned || step.opcode == .remainderSigned
    let x = isSigned ? Int64(Int32(bitPattern: step.x)) : Int64(step.x)
    let y = isSigned ? Int64(Int32(bitPattern: step.y)) : Int64(step.y)
    let isQuotient = step.opcode == .divideSigned || step.opcode == .divideUnsigned
    if y == 0 { return isQuotient ? 0xffff_ffff : step.x }
    return UInt32(truncatingIfNeeded: isQuotient ? x / y : x % y)
  }

  @Test func dividesEdgeWords() {
    let cases = Self.cases(Operands.edgePairs)
    let bench = Self.bench(cases)
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.results == cases.map(Self.result))
  }

  @Test func dividesRandomWords() {
    let cases = Self.cases(Operands.randomPairs(400, seed: 0x6469_7601))
    let bench = Self.bench(cases)
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.results == cases.map(Self.result))
  }

  /// n = p + 2^16: for a digit u = -2^-16 = 30720 too many things add up.
  static let odd: UInt32 = 0x7801_0001

  static let smallCases: [Case] = [
    (.divideUnsigned, 7, 3), (.remainderUnsigned, 7, 3), (.divideSigned, 0xffff_fff9, 2),
    (.remainderSigned, 0xffff_fff9, 2), (.divideUnsigned, odd, 1), (.remainderUnsigned, odd, 0),
    (.divideUnsigned, 5, 0),
    (.remainderUnsigned, 0xf234_5678, 0x1234), (.divideUnsigned, 0x9234_5678, 0x1_0000),
    (.divideSigned, 0xffff_ff00, 0xffff_fff0), (.remainderSigned, 1000, 0xffff_ff00),
    (.divideUnsigned, 7, 0xffff_fffd),
  ]
  static let small = bench(smallCases)

  /// What a row may claim instead of the truth. Where nothing is claimed, it is as in the honest row.
  private struct Claim {
    var quotient: UInt32?
    var remainder: UInt32?
    var signs: (quotient: BabyBear, remainder: BabyBear)?
    var borrow: BabyBear?
    var isDivisorZero: BabyBear?
  }

  private static func forged(_ row: Int, _ claim: Claim) -> [DivideColumns<BabyBear>] {
    small.forged { rows in
      if let word = claim.quotient { rows[row].quotient = Word(word) }
      if let word = claim.remainder { rows[row].remainder = Word(word) }
      if let signs = claim.signs { (rows[row].isQuotientNegative, rows[row].isRemainderNegative) = signs }
      if let borrow = claim.borrow { rows[row].borrow = borrow }
      if let flag = claim.isDivisorZero { rows[row].isDivisorZero = flag }
    }
  }

  /// A row as of another operation or other operands, in the place of `row`.
  private static func replaced(
    _ row: Int, by step: Case, _ change: (inout DivideColumns<BabyBear>) -> Void = { _ in }
  ) -> [DivideColumns<BabyBear>] {
    small.forged { rows in
      var other = bench([step]).rows[0]
      other.state = rows[row].state
      (other.rs1Time, other.rs2Time, other.rdTime) = (rows[row].rs1Time, rows[row].rs2Time, rows[row].rdTime)
      change(&other)
      rows[row] = other
    }
  }

  static var forgeries: [[DivideColumns<BabyBear>]] {
    let third = BabyBear(30720)
    return small.simpleForgeries() + [
      // 7 = 3 * 1 + 4: without a borrow, with one, and with one that is 2^-16 in disguise.
      forged(0, Claim(quotient: 1, remainder: 4)),
      forged(0, Claim(quotient: 1, remainder: 4, borrow: 1)),
      forged(0, Claim(quotient: 1, remainder: 4, borrow: 1 - third)),
      forged(1, Claim(quotient: 1, remainder: 4)),
      forged(1, Claim(quotient: 1, remainder: 4, borrow: 1)),
      // 7 = 3 * 3 - 2.
      forged(0, Claim(quotient: 3, remainder: 0xffff_fffe)),
      forged(0, Claim(quotient: 3, remainder: 0xffff_fffe, signs: (0, 1))),
      // The flag for a divisor that is not zero.
      forged(0, Claim(quotient: 1, remainder: 4, isDivisorZero: 1)),
      forged(0, Claim(quotient: 0xffff_ffff, isDivisorZero: 1)),
      // Quotients and remainders by zero.
      forged(6, Claim(quotient: 0)),
      forged(6, Claim(quotient: 0, isDivisorZero: 0)),
      forged(6, Claim(quotient: 0xffff_fffe)),
      forged(5, Claim(remainder: 0)),
      forged(5, Claim(remainder: odd - 1)),
      // n + p divided by 1, and n + 2^32 divided by 2^16.
      forged(4, Claim(quotient: odd &+ BabyBear.modulus)),
      forged(8, Claim(quotient: 0x1_9234)),
      forged(4, Claim(quotient: odd + 0x1_0000)),
      // The digit u: a quotient or remainder of 0 that is u times 2^32.
      forged(4, Claim(quotient: 0, signs: (-third, 0))),
      forged(5, Claim(remainder: 0, signs: (0, -third))),
      // -7 / 2 = 3, -7 rem 2 = 1.
      forged(2, Claim(quotient: 3, signs: (0, 1))),
      forged(3, Claim(remainder: 1, signs: (1, 0))),
      forged(2, Claim(quotient: 3, remainder: 1, signs: (0, 0))),
      // -7 / 2 = -4 rem 1.
      forged(2, Claim(quotient: 0xffff_fffc, remainder: 1, signs: (1, 0))),
      forged(3, Claim(quotient: 0xffff_fffc, remainder: 1, signs: (1, 0))),
      // Zeros with a sign.
      forged(9, Claim(signs: (0, 1))),
      // Other operations.
      replaced(0, by: (.remainderUnsigned, 7, 3)),
      replaced(2, by: (.divideUnsigned, 0xffff_fff9, 2)),
      replaced(3, by: (.remainderUnsigned, 0xffff_fff9, 2)),
      replaced(7, by: (.remainderSigned, 0xf234_5678, 0x1234)),
      // Operands with the sign of others.
      replaced(2, by: (.divideUnsigned, 0xffff_fff9, 2)) { $0.dividendSign.code = 1 },
      replaced(3, by: (.remainderUnsigned, 0xffff_fff9, 2)) { $0.dividendSign.code = 1 },
      replaced(9, by: (.divideUnsigned, 0xffff_ff00, 0xffff_fff0)) { $0.dividendSign.code = 1 },
      // An unsigned division by minus something.
      replaced(11, by: (.divideSigned, 7, 0xffff_fffd)) { $0.dividendSign.code = 0 },
      // REMU as a DIV that is signed -2 times.
      replaced(7, by: (.divideSigned, 0xf234_5678, 0x1234)) { $0.dividendSign.code = -1 },
      // An instruction that counts -2 times, in the padding.
      small.forged { rows in
        rows[12] = rows[7]
        rows[12].operation = -1
      },
    ]
  }

  @Test func rejectsForgeries() {
    #expect(Self.small.verdict(of: Self.small.rows) == .unchanged)
    for forged in Self.forgeries {
      let verdict = Self.small.verdict(of: forged)
      #expect(!verdict.isBroken, "\(verdict)")
    }
  }

  /// The carry may have up to 14 bits and the comparison 17, as the AIR argues; those given are what honest rows need.
  ///
  /// A sign of another code than 0, 1, 2: see `MultiplyHighTests`.
  static let harmless: Set = [
    "one bit more for carry", "one bit more for remainder is less, low half",
    "one bit more for remainder is less, high half", "without constraint dividend sign is 0, 1 or 2",
  ]

  @Test func everyWeakeningIsNoticed() {
    #expect(Set(Self.small.survivors(Self.forgeries)) == Self.harmless)
  }

  /// The cells that are the prover's to choose, filled with words near the true ones and all flags: whatever is accepted
  /// says the same.
  @Test(arguments: opcodes)
  func hasOneResult(_ opcode: Opcode) {
    let operands: [(UInt32, UInt32)] = [
      (0, 0), (0, 3), (7, 0), (7, 2), (0xffff_fff9, 2), (7, 0xffff_fffe), (0xffff_fff9, 0xffff_fffe),
      (0x8000_0000, 0xffff_ffff), (0x8000_0000, 1), (0xfffe_0000, 0x1_0000), (6, 0xffff_fffd), (0x8000_0000, 0),
    ]
    for (x, y) in operands {
      let bench = Self.bench([(opcode, x, y)])
      let honest = bench.rows[0]
      let (q, r) = (Self.word(honest.quotient), Self.word(honest.remainder))
      var accepted = 0
      for quotient in Set([q, q &+ 1, q &- 1, 0 &- q, 0, 0xffff_ffff]) {
        for remainder in Set([r, r &+ y, r &- y, 0 &- r, 0, x]) {
          for flags in 0..<24 {
            let forged = bench.forged { rows in
              rows[0].quotient = Word(quotient)
              rows[0].remainder = Word(remainder)
              rows[0].isQuotientNegative = BabyBear(flags & 1)
              rows[0].isRemainderNegative = BabyBear(flags >> 1 & 1)
              rows[0].isDivisorZero = BabyBear(flags >> 2 & 1)
              rows[0].borrow = BabyBear(flags >> 3)
            }
            let verdict = bench.verdict(of: forged)
            #expect(!verdict.isBroken, "\(x) by \(y): \(quotient), \(remainder), flags \(flags)")
            if !verdict.isRejected { accepted += 1 }
          }
        }
      }
      #expect(accepted >= 1)
    }
  }

  private static func word(_ word: Word<BabyBear>) -> UInt32 {
    (0..<4).reduce(0) { $0 | word[$1].canonical << UInt32(8 * $1) }
  }
}
