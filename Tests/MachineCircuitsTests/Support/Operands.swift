import Algebra
import CMachine
import Machine
import TestSupport

@testable import MachineCircuits

/// Operands for tests of instructions with two registers.
enum Operands {
  /// Words at the edges of bytes, halves and signs.
  static let edges: [UInt32] = [
    0, 1, 2, 3, 0xff, 0x100, 0xffff, 0x1_0000, 0x1_0001, 0xff_ffff, 0x7801_0001, 0x7fff_0000, 0x7fff_ffff, 0x8000_0000,
    0x8000_0001, 0x8000_ffff, 0xff00_00ff, 0xffff_0000, 0xffff_fffe, 0xffff_ffff,
  ]

  /// All pairs of edge words.
  static var edgePairs: [(UInt32, UInt32)] { edges.flatMap { x in edges.map { (x, $0) } } }

  /// Pairs of random words of all lengths.
  static func randomPairs(_ count: Int, seed: UInt64) -> [(UInt32, UInt32)] {
    var generator = SeededGenerator(seed)
    return (0..<count).map { _ in
      let shifts = (Int.random(in: 0..<32, using: &generator), Int.random(in: 0..<32, using: &generator))
      return (
        UInt32.random(in: 0...UInt32.max, using: &generator) >> shifts.0,
        UInt32.random(in: 0...UInt32.max, using: &generator) >> shifts.1
      )
    }
  }
}

extension ChipBench {
  /// An operation on two registers.
  static func step(_ opcode: Opcode, _ x: UInt32, _ y: UInt32) -> (Instruction, ExecutionRecord) {
    (
      Instruction(opcode, a: Samples.rd, b: Samples.rs1, c: Samples.rs2),
      ExecutionRecord(x: x, y: y, previous: 0x0102_0304)
    )
  }
}
