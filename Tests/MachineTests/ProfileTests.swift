import Algebra
import Machine
import Testing

struct ProfileTests {
  // main calls twice: a, which calls b; then b. Addresses are 4 times the index.
  private static let code: [UInt32] = [
    RV.j(1, 12),  // 0 main: call a
    RV.j(1, 24),  // 1 main: call b
    RV.terminate(0),  // 2
    RV.addi(8, 1, 0),  // 3 a
    RV.j(1, 12),  // 4 a: call b
    RV.addi(1, 8, 0),  // 5 a
    RV.jalr(0, 1, 0),  // 6 a: return
    RV.addi(9, 9, 1),  // 7 b
    RV.jalr(0, 1, 0),  // 8 b: return
  ]

  private static func profile(symbols: Bool = true) throws -> Profile {
    let base = Guest.base
    let functions = [("main", 0, 3), ("a \"quoted\"", 3, 4), ("b", 7, 2)].map { name, index, count in
      FunctionSymbol(name: name, address: base + 4 * UInt32(index), size: 4 * UInt32(count))
    }
    var executable = try Guest.executable(code)
    executable.functions = symbols ? functions : []
    return try VirtualMachine(executable: executable).profile()
  }

  @Test func instructionsAreCountedByStack() throws {
    let profile = try Self.profile()
    #expect(profile.foldedStacks == "main 3\nmain;a\"quoted\" 4\nmain;a\"quoted\";b 2\nmain;b 2\n")
    #expect(profile.slotCounts == [1, 1, 1, 1, 1, 1, 1, 2, 2])
    #expect(profile.outcome.instructionCount == 11)
    #expect(profile.functions.map(\.name) == ["a \"quoted\"", "b", "main"])
    #expect(profile.functions.map(\.instructions) == [4, 4, 3])
  }

  @Test func withoutSymbolsAllIsUnknown() throws {
    let profile = try Self.profile(symbols: false)
    #expect(profile.functions.map(\.name) == ["(unknown)"])
    #expect(profile.functions.map(\.instructions) == [11])
  }

  @Test func lastFunctionMayHaveNoSize() throws {
    let executable = Executable(
      program: Program(base: 0, slots: [Instruction(.phantom), Instruction(.terminate, c: 0)]), entry: 0,
      functions: [FunctionSymbol(name: "main", address: 0, size: 0)])
    let profile = try VirtualMachine(executable: executable).profile()
    #expect(profile.functions.map(\.name) == ["main"])
    #expect(profile.functions.map(\.instructions) == [2])
  }

  @Test func speedscopeNamesAreQuoted() throws {
    let json = try Self.profile().speedscopeJSON(name: "run")
    #expect(json.contains(#"{"name":"a \"quoted\""}"#))
    #expect(
      json.contains(#""samples":[[1],[1,2],[1,2,3],[1,3]],"weights":[3,4,2,2]"#)
        || json.contains(#""weights":[3,4,2,2]"#))
    #expect(json.contains(#""endValue":11"#))
  }

  @Test func deepRecursionIsBounded() throws {
    // f calls itself 5000 times and returns as often: the return address goes to memory.
    let code: [UInt32] =
      RV.li(2, Guest.data) + RV.li(5, 5000) + [
        RV.j(1, 8), RV.terminate(0),
        RV.sw(1, 2, 0), RV.addi(2, 2, 4), RV.addi(5, 5, -1), RV.beq(5, 0, 8), RV.j(1, -16),
        RV.addi(2, 2, -4), RV.lw(1, 2, 0), RV.jalr(0, 1, 0),
      ]
    let profile = try VirtualMachine(executable: Guest.executable(code)).profile()
    #expect(profile.nodes.reduce(0) { $0 + $1.instructions } == profile.outcome.instructionCount)
    #expect(profile.slotCounts.reduce(0, +) == profile.outcome.instructionCount)
    #expect(profile.nodes.count <= 1 << 15)
    #expect(profile.nodes.first.map { $0.instructions < 20 } == true, "the returns lead back to the root")
  }
}
