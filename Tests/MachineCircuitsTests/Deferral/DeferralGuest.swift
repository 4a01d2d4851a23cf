import Algebra
import Hashing
import Machine

@testable import MachineCircuits

/// Programs that use deferral circuits, made by hand.
enum DeferralGuest {
  static let base: UInt32 = 0x800
  /// Where the programs keep things.
  static let descriptor: UInt32 = 0x4000
  static let commit: UInt32 = 0x4010
  static let key: UInt32 = 0x4040
  static let output: UInt32 = 0x10_0000
  static let input: UInt32 = 0x20_0000

  static let circuitCommits = [0, 1].map { index in InnerDigest((1...8).map { BabyBear($0 + 10 * index) }) }

  /// The first circuit gives the last 8 bytes of its input twice, or nothing for a shorter one. The second repeats its
  /// input's first byte eight times for each of its bytes.
  static let bindings = [
    DeferralBinding(circuitCommit: circuitCommits[0], maxInputBytes: 1 << 20) { input throws(DeferralFailure) in
      input.count < 8 ? [] : Array(input.suffix(8) + input.suffix(8))
    },
    DeferralBinding(circuitCommit: circuitCommits[1], maxInputBytes: 1 << 20) { input throws(DeferralFailure) in
      [UInt8](repeating: input.first ?? 0, count: 8 * input.count)
    },
  ]

  static func register(_ number: Int) -> BabyBear { BabyBear(4 * number) }

  static func load(_ word: UInt32, into number: Int) -> Instruction {
    let bytes = (0..<4).map { BabyBear(word >> UInt32(8 * $0) & 255) }
    return Instruction(.loadConstant, a: register(number), b: 4, c: bytes[0], d: bytes[1], e: bytes[2], f: bytes[3])
  }

  static let pointers = [
    load(descriptor, into: 10), load(commit, into: 11), load(key, into: 12), load(output, into: 13),
    load(input, into: 14),
  ]

  static func deferral(_ opcode: Opcode, _ index: Int, _ destination: Int, _ source: Int) -> Instruction {
    Instruction(opcode, a: register(destination), b: register(source), c: BabyBear(index))
  }

  /// COMMIT to `length` bytes at x14, CALL, OUTPUT to x13.
  static func roundTrip(_ index: Int, length: Int) -> [Instruction] {
    [
      load(UInt32(length), into: 15), Instruction(.storeWord, a: register(14), b: register(10)),
      Instruction(.storeWord, a: register(15), b: register(10), c: 4), deferral(.deferralCommit, index, 11, 10),
      deferral(.deferralCall, index, 12, 11), deferral(.deferralOutput, index, 13, 12),
    ]
  }

  /// The program that ends after `code`.
  static func executable(_ code: [Instruction], input bytes: [UInt8] = []) -> Executable {
    Executable(
      program: Program(base: base, slots: pointers + code + [Instruction(.terminate)]), entry: base,
      memory: bytes.isEmpty ? [] : [MemoryBlock(address: input, bytes: bytes)])
  }

  static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 5) } }
}
