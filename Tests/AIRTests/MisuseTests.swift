import AIR
import Algebra
import Testing

/// Mistakes of those who write AIRs stop the program with a message that says what is wrong, in release builds too.
@Suite struct MisuseTests {
  private func message(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func expressionsOutsideOfAnEvaluation() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Expr(3) + 4
    }
    #expect(message(result).contains("expressions can only be built inside AIR.evaluate"))
  }

  @Test func expressionsOfAnotherEvaluation() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      final class Leak: @unchecked Sendable { var expression: Expr? }
      let leak = Leak()
      let leaking = TestAIR { builder in leak.expression = builder.cells(.commonMain).local[0] }
      let using = TestAIR { builder in
        if let expression = leak.expression { builder.assertZero("c", expression * 2) }
      }
      _ = CompiledAIR(leaking)
      _ = CompiledAIR(using)
    }
    #expect(message(result).contains("belongs to another evaluation"))
  }

  @Test func columnStructsOfAnotherWidth() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      struct Three<T: Cell>: AIRColumns { var cells3: [3 of T] }
      _ = CompiledAIR(TestAIR { _ = $0.main(Three<Expr>.self) })
    }
    #expect(message(result).contains("has 3 columns, but the width of commonMain is 4"))
  }

  @Test func partsAndPublicValuesThatDoNotExist() async {
    let part = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = CompiledAIR(TestAIR { _ = $0.cells(.cachedMain(1)) })
    }
    #expect(message(part).contains("TestAIR has no part cachedMain(1)"))
    let value = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = CompiledAIR(TestAIR(publicValueCount: 1) { _ = $0.publicValue(1) })
    }
    #expect(message(value).contains("has 1 public values, number 1 was asked for"))
  }
}
