import Algebra
import Machine
import Testing

@testable import MachineCircuits

/// Executor and circuits agree on every operation: programs that use all of them are run and recorded, and every
/// constraint and bus of all AIRs holds.
@Suite struct WholeMachineTests {
  private static let base: UInt32 = 0x800
  private static func register(_ number: Int) -> BabyBear { BabyBear(4 * number) }

  private static func load(_ word: UInt32, into number: Int) -> Instruction {
    let bytes = (0..<4).map { BabyBear(word >> UInt32(8 * $0) & 255) }
    return Instruction(
      .loadConstant, a: register(number), b: 4, c: bytes[0], d: bytes[1], e: bytes[2], f: bytes[3])
  }

  /// Runs the code, which ends by itself, with the inputs, and checks the traces of all that happened.
  private static func check(_ code: [Instruction], inputs: [[UInt8]] = []) throws -> SegmentRecording {
    let executable = Executable(program: Program(base: base, slots: code), entry: base)
    let configuration = try MachineConfiguration.test()
    let workers = Workers(2)
    let guest = try CommittedGuest(executable, configuration: configuration, workers: workers)
    let prover = SegmentProver(key: try .generate(configuration, workers: workers), guest: guest)
    let machine = try VirtualMachine(executable: executable, inputs: inputs)
    let recording = try machine.preflight()
    #expect(machine.exitCode == 0)
    var tree = guest.initialMemory
    let report = try prover.check(
      SegmentWitness(recording, applyingTo: &tree, workers: workers), workers: workers)
    #expect(report.isSatisfied, "\(report)")
    return recording
  }

  private static let words: [UInt32] = [0, 1, 31, 255, 0x7fff_ffff, 0x8000_0000, 0xdead_beef, 0xffff_ffff]

  @Test func operationsOnRegisters() throws {
    let operations: [Opcode] = [
      .add, .sub, .xor, .or, .and, .shiftLeft, .shiftRightLogical, .shiftRightArithmetic, .lessThanSigned,
      .lessThanUnsigned, .multiply, .multiplyHighSigned, .multiplyHighSignedUnsigned, .multiplyHighUnsigned,
      .divideSigned, .divideUnsigned, .remainderSigned, .remainderUnsigned,
    ]
    var code: [Instruction] = []
    for x in Self.words {
      for y in Self.words {
        code += [Self.load(x, into: 5), Self.load(y, into: 6)]
        code += operations.map { Instruction($0, a: Self.register(7), b: Self.register(5), c: Self.register(6)) }
        // Destinations that are operands too.
        code.append(Instruction(.sub, a: Self.register(5), b: Self.register(5), c: Self.register(6)))
        code.append(Instruction(.multiply, a: Self.register(6), b: Self.register(6), c: Self.register(6)))
      }
    }
    let recording = try Self.check(code + [Instruction(.terminate)])
    #expect(recording.records(of: .divide).count == 4 * Self.words.count * Self.words.count)
  }

  @Test func operationsWithConstants() throws {
    // The transpiler knows the operands of each form.
    var code: [Instruction] = []
    for x in Self.words {
      code.append(Self.load(x, into: 5))
      for immediate in [0, 1, 0x7ff, 0x800, 0xfff] as [UInt32] {
        // ADDI, SLTI, SLTIU, XORI, ORI, ANDI.
        for function in [0, 2, 3, 4, 6, 7] as [UInt32] {
          code.append(try Self.transpile(immediate << 20 | 5 << 15 | function << 12 | 7 << 7 | 0x13, code.count))
        }
      }
      for amount in 0..<UInt32(32) {
        // SLLI, SRLI, SRAI.
        for (function, high) in [(1, 0), (5, 0), (5, 0x20)] as [(UInt32, UInt32)] {
          let word = high << 25 | amount << 20 | 5 << 15 | function << 12 | 7 << 7 | 0x13
          code.append(try Self.transpile(word, code.count))
        }
      }
    }
    // LUI and AUIPC.
    code.append(try Self.transpile(0xfffff << 12 | 7 << 7 | 0x37, code.count))
    code.append(try Self.transpile(0xfffff << 12 | 7 << 7 | 0x17, code.count))
    _ = try Self.check(code + [Instruction(.terminate)])
  }

  private static func transpile(_ word: UInt32, _ slot: Int) throws -> Instruction {
    try Transpiler.instruction(word, at: base + 4 * UInt32(slot))
  }

  @Test func branchesAndJumps() throws {
    let branches: [Opcode] = [
      .branchEqual, .branchNotEqual, .branchLessUnsigned, .branchNotLessUnsigned, .branchLessSigned,
      .branchNotLessSigned,
    ]
    var code: [Instruction] = []
    for x in Self.words {
      for y in Self.words {
        code += [Self.load(x, into: 5), Self.load(y, into: 6)]
        // Taken or not, the way leads over a no-op.
        for branch in branches {
          code.append(Instruction(branch, a: Self.register(5), b: Self.register(6), c: 8))
          code.append(Instruction(.phantom))
        }
      }
      for branch in [Opcode.branchZero, .branchNotZero] {
        code.append(Instruction(branch, a: Self.register(5), c: 8))
        code.append(Instruction(.phantom))
      }
    }
    for (offset, odd) in [(0, 0), (8, 1), (-8, 0)] as [(Int, UInt32)] {
      let target = Self.base + 4 * UInt32(code.count + 2)
      code.append(Self.load(UInt32(Int(target) - offset) | odd, into: 8))
      code.append(
        Instruction(
          .jumpRegister, a: Self.register(9), b: Self.register(8), c: BabyBear(offset), d: 1, e: 2, f: 3, g: 4))
    }
    // To the sink.
    code.append(
      Instruction(.loadConstant, a: BabyBear(MachineLimits.sinkPointer), b: 8, c: 1, d: 2, e: 3, f: 4))
    code.append(Instruction(.phantom))
    _ = try Self.check(code + [Instruction(.terminate)])
  }

  @Test func memoryHintsAndPublicValues() throws {
    let (base, data) = (Self.register(10), Self.register(11))
    var code: [Instruction] = [Self.load(0x4000, into: 10), Self.load(0x8192_a3b4, into: 11)]
    code.append(Instruction(.storeWord, a: data, b: base, c: 4))
    for place in 0..<4 {
      code.append(Instruction(.storeByte, a: data, b: base, c: BabyBear(8 + place)))
      code.append(Instruction(.loadByte, a: Self.register(12), b: base, c: BabyBear(4 + place)))
      code.append(Instruction(.loadByteUnsigned, a: Self.register(12), b: base, c: BabyBear(4 + place)))
    }
    for place in [0, 2] {
      code.append(Instruction(.storeHalf, a: data, b: base, c: BabyBear(-16 + place)))
      code.append(Instruction(.loadHalf, a: Self.register(12), b: base, c: BabyBear(4 + place)))
      code.append(Instruction(.loadHalfUnsigned, a: Self.register(12), b: base, c: BabyBear(4 + place)))
    }
    // The last word of memory, and the first.
    code.append(Self.load(1 << 29 - 4, into: 13))
    code.append(Instruction(.storeWord, a: data, b: Self.register(13)))
    code.append(Instruction(.loadWord, a: Self.register(13), b: Self.register(13)))
    code.append(Instruction(.loadWord, a: Self.register(13), b: 0))
    // Input: its length, then all its words at once. The destination is memory that was in use.
    code.append(Instruction(.phantom, c: 0x20))
    code.append(Instruction(.hintWord, b: base))
    code.append(Self.load(25, into: 14))
    code.append(Instruction(.hintBuffer, a: Self.register(14), b: base))
    code.append(Instruction(.loadWord, a: data, b: base, c: 96))
    for word in 0..<8 { code.append(Instruction(.reveal, a: data, b: 0, c: BabyBear(4 * word))) }
    let recording = try Self.check(code + [Instruction(.terminate)], inputs: [(0..<100).map { $0 }])
    #expect(recording.hints.count == 26)
  }

  /// Words that were last accessed more than 2^17 timestamps ago, in a register and in memory.
  @Test func wordsThatHaveToBeRefreshed() throws {
    let code: [Instruction] = [
      Self.load(0x4000, into: 10), Self.load(0x1234_5678, into: 11),
      Instruction(.storeWord, a: Self.register(11), b: Self.register(10)), Self.load(50_000, into: 5),
      Instruction(.addImmediate, a: Self.register(5), b: Self.register(5), c: -1),
      Instruction(.branchNotZero, a: Self.register(5), c: -4),
      Instruction(.loadWord, a: Self.register(12), b: Self.register(10)),
      Instruction(.sub, a: Self.register(11), b: Self.register(12), c: Self.register(11)),
      Instruction(.branchNotZero, a: Self.register(11), c: 8), Instruction(.terminate),
      Instruction(.terminate, c: 1),
    ]
    let recording = try Self.check(code)
    // Registers 10 and 11, the word in memory. Register 12 and the sink were not touched before.
    #expect(recording.refreshes.count >= 3)
  }

  @Test func aRunOfOneInstruction() throws {
    let recording = try Self.check([Instruction(.terminate)])
    #expect(recording.touchedLeaves.isEmpty)
  }
}
