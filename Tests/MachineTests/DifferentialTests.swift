import Foundation
import Machine
import TestSupport
import Testing

/// Random programs, in all modes, against interpreters that share nothing with the machine.
struct DifferentialTests {
  static func reference(_ program: RandomProgram) throws -> ReferenceInterpreter {
    var reference = ReferenceInterpreter(
      code: program.code, base: Guest.base, data: program.data, dataBase: Guest.data)
    try reference.run(limit: 1_000_000)
    return reference
  }

  static func machine(_ program: RandomProgram) throws -> VirtualMachine {
    try VirtualMachine(executable: Executable(elf: Guest.elf(code: program.code, data: program.data)))
  }

  @Test(arguments: [300, 301, 302, 303])
  func randomProgramsEndAsInTheReference(seed: Int) throws {
    for index in 0..<50 {
      let seed = UInt64(1000 * seed + index)
      let program = RandomProgram(seed: seed, instructions: 400)
      let reference = try Self.reference(program)
      let machine = try Self.machine(program)
      let outcome = try machine.run()
      #expect(outcome.instructionCount == reference.count, "seed \(seed)")
      #expect(machine.bytes(at: Guest.data, count: program.data.count) == reference.data, "seed \(seed)")
      for register in 0..<32 {
        #expect(machine.register(register) == reference.x[register], "seed \(seed), x\(register)")
      }
    }
  }

  @Test(arguments: [400, 401])
  func allModesAgreeOnRandomPrograms(seed: Int) throws {
    for index in 0..<10 {
      let seed = UInt64(1000 * seed + index)
      let program = RandomProgram(seed: seed, instructions: 600)
      let reference = try Self.reference(program)

      let planner = try Self.machine(program)
      let plan = try planner.plan(budget: InstructionBudget(limit: 251), checkInterval: 50)
      #expect(plan.segments.reduce(0) { $0 + $1.instructionCount } == UInt64(reference.count))
      #expect(planner.bytes(at: Guest.data, count: program.data.count) == reference.data, "seed \(seed)")

      let recorder = try Self.machine(program)
      for segment in plan.segments {
        let recording = try recorder.preflight(instructions: segment.instructionCount, heights: segment.heights)
        #expect(recording.heights == segment.heights, "seed \(seed)")
        try RecordChecker.check(recording)
      }
      #expect(recorder.bytes(at: Guest.data, count: program.data.count) == reference.data, "seed \(seed)")
      #expect(recorder.outcome == plan.outcome)

      let profiled = try Self.machine(program)
      _ = try profiled.profile()
      #expect(profiled.bytes(at: Guest.data, count: program.data.count) == reference.data, "seed \(seed)")
      #expect(profiled.outcome == plan.outcome)
    }
  }

  static let isNightly = ProcessInfo.processInfo.environment["OUTRIGGER_NIGHTLY"] == "1"
  static let qemu = ["/usr/bin/qemu-riscv32", "/usr/local/bin/qemu-riscv32"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test(.enabled(if: isNightly && qemu != nil, "a nightly test that needs qemu-riscv32"))
  func randomProgramsEndAsInQemu() throws {
    let start = UInt64.random(in: 0..<1 << 40)
    print("qemu: seeds from \(start)")
    for seed in start..<start + 500 {
      let program = RandomProgram(seed: seed, instructions: 1000)
      let machine = try Self.machine(program)
      try machine.run()
      let expected = try Self.runQemu(Guest.elf(code: program.code, data: program.data))
      #expect(machine.bytes(at: Guest.data, count: program.data.count) == expected, "seed \(seed)")
    }
    for directed in DirectedCases.all {
      let file = Guest.elf(code: directed.program, data: [0, 0, 0, 0], dataMemorySize: DirectedCases.dataBytes)
      let words = try Self.runQemu(file).words
      #expect(fingerprint(words) == DirectedTests.expected[directed.name], "\(directed.name)")
    }
  }

  /// What the program writes under qemu.
  static func runQemu(_ elf: [UInt8]) throws -> [UInt8] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("outrigger-\(UUID().uuidString).elf")
    try Data(elf).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file.path)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(qemu))
    process.arguments = [file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return [UInt8](output)
  }
}

struct InstructionBudget: SegmentBudget {
  var limit: Int
  func fits(_ heights: SegmentHeights) -> Bool { heights.instructions <= limit }
}
