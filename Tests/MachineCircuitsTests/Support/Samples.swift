import Algebra
import Machine
import TestSupport

@testable import MachineCircuits

/// Words and steps for the tests of instruction chips. Registers of all steps: x7 the destination, x9 and x10 the
/// sources.
enum Samples {
  static let rd: BabyBear = 28
  static let rs1: BabyBear = 36
  static let rs2: BabyBear = 40

  /// Words at which halves, bytes and signs change.
  static let edges: [UInt32] = [
    0, 1, 255, 256, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x1_ffff, 0x1234_5678, 0x7fff_0000, 0x7fff_ffff, 0x8000_0000,
    0x8000_0001, 0xffff_0000, 0xffff_ffff,
  ]

  /// All pairs of edge words, then random pairs, a third of them with equal halves.
  static let pairs: [(x: UInt32, y: UInt32)] = {
    var generator = SeededGenerator(0xa1)
    var pairs = edges.flatMap { x in edges.map { y in (x: x, y: y) } }
    for index in 0..<48 {
      let (x, y) = (
        UInt32.random(in: 0...UInt32.max, using: &generator), UInt32.random(in: 0...UInt32.max, using: &generator)
      )
      switch index % 3 {
      case 0: pairs.append((x, x & 0xffff_0000 | y & 0xffff))
      case 1: pairs.append((x, y & 0xffff_0000 | x & 0xffff))
      default: pairs.append((x, y))
      }
    }
    return pairs
  }()

  static var words: [UInt32] { pairs.suffix(48).map(\.y) + edges }

  /// The immediates of 12 bits at which something changes.
  static let immediates = [0, 1, -1, 255, 256, 2047, -2048, -2047, 0x555]

  /// The result of a logical operation, bit by bit.
  static func combine(_ opcode: Opcode, _ x: UInt32, _ y: UInt32) -> UInt32 {
    (0..<32).reduce(0) { word, index in
      let ones = (bit(x, index) ? 1 : 0) + (bit(y, index) ? 1 : 0)
      let isOne =
        switch opcode {
        case .xor, .xorImmediate: ones == 1
        case .or, .orImmediate: ones >= 1
        default: ones == 2
        }
      return word | (isOne ? 1 << UInt32(index) : 0)
    }
  }

  /// The result of a shift, one bit at a time.
  static func shift(_ opcode: Opcode, _ x: UInt32, by amount: Int) -> UInt32 {
    (0..<amount).reduce(x) { word, _ in
      switch opcode {
      case .shiftLeft: word &* 2
      case .shiftRightLogical: word / 2
      default: word / 2 | word & 0x8000_0000
      }
    }
  }

  static func signed(_ word: UInt32) -> Int { Int(Int32(bitPattern: word)) }
  static func bit(_ word: UInt32, _ index: Int) -> Bool { word >> UInt32(index) & 1 == 1 }
}

extension ChipBench {
  /// The words written to x7, in order of time.
  var results: [UInt32] { honestWrites.filter { $0.pointer == Samples.rd.canonical }.map(\.word) }

  /// How far the honest instructions jump, in order of time.
  var jumps: [Int] { honestTargets.enumerated().map { Int($1) - Int(program.base) - 4 * $0 } }
}
