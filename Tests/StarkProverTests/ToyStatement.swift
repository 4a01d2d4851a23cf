import AIR
import Algebra
import Hashing
import SampleCircuits
import StarkProver
import StarkVerifier
import TestSupport

/// AIRs with traces that satisfy them, small enough to be proven hundreds of times.
struct ToyStatement: CustomStringConvertible {
  var description: String
  var airs: [any AIR]
  var traces: [AIRTrace]
  var parameters = ToyStatement.parameters

  static let parameters = SystemParameters(
    lSkip: 2, nStack: 4, wStack: 32, logBlowup: 1,
    whir: WHIRParameters(
      k: 2, queriesPerRound: [6, 4], muPowBits: 1, queryPhasePowBits: 1, foldingPowBits: 1,
      proximity: .uniqueDecoding),
    logup: LogUpParameters(maxInteractionCount: BabyBear.modulus, logMaxMessageLength: 4, powBits: 1),
    maxConstraintDegree: 3)

  static func fibonacci(logHeight: Int = 3) -> ToyStatement {
    let (trace, publicValues) = FibonacciTrace.generate(logHeight: logHeight)
    return ToyStatement(
      description: "Fibonacci of 2^\(logHeight) rows", airs: [FibonacciAIR()],
      traces: [AIRTrace(airID: 0, commonMain: trace, publicValues: publicValues)])
  }

  /// A sender and a receiver; some rows do neither.
  static func interactions() -> ToyStatement {
    let sender: [[BabyBear]] = [[0, 3, 7, 546], [1, 5, 4, 889]]
    let receiver: [[BabyBear]] = [[1, 3, 4, 2, 0, 545, 1, 0], [5, 4, 4, 5, 123, 889, 889, 456]]
    return ToyStatement(
      description: "interactions", airs: [DummyInteractionAIR(isSender: true), DummyInteractionAIR(isSender: false)],
      traces: [
        AIRTrace(airID: 0, commonMain: FieldMatrix(columns: sender)),
        AIRTrace(airID: 1, commonMain: FieldMatrix(columns: receiver)),
      ])
  }

  /// A preprocessed column added along two cached ones.
  static func preprocessedCached(logHeight: Int = 3) -> ToyStatement {
    let rows = 0..<1 << logHeight
    let selector = rows.map { BabyBear(1 - $0 % 2) }
    let counter = rows.map { BabyBear($0) }
    let first = zip(counter, selector).map { $0 + $1 }
    let second = zip(first, selector).map { $0 + $1 }
    return ToyStatement(
      description: "preprocessed and cached, 2^\(logHeight) rows",
      airs: [PreprocessedCachedAIR(preprocessed: FieldMatrix(columns: [selector]), cachedCount: 2)],
      traces: [
        AIRTrace(
          airID: 0, cachedMains: [FieldMatrix(columns: [first]), FieldMatrix(columns: [second])],
          commonMain: FieldMatrix(columns: [counter]))
      ])
  }

  /// A sender and a receiver of `2^logHeight` distinct messages each, in opposite orders.
  static func exchange(logHeight: Int) -> ToyStatement {
    let rows = 0..<1 << logHeight
    let ones = [BabyBear](repeating: .one, count: rows.count)
    let fields = rows.map { BabyBear($0 * $0 + 1) }
    return ToyStatement(
      description: "exchange of 2^\(logHeight) messages",
      airs: [DummyInteractionAIR(isSender: true, bus: 9), DummyInteractionAIR(isSender: false, bus: 9)],
      traces: [
        AIRTrace(airID: 0, commonMain: FieldMatrix(columns: [ones, fields])),
        AIRTrace(airID: 1, commonMain: FieldMatrix(columns: [ones, fields.reversed()])),
      ])
  }

  /// All AIRs in one system, with ids in order.
  static func all(_ statements: [ToyStatement], parameters: SystemParameters) -> ToyStatement {
    var result = ToyStatement(description: "", airs: [], traces: [], parameters: parameters)
    for statement in statements {
      let first = result.airs.count
      result.airs += statement.airs
      for var trace in statement.traces {
        trace.airID += first
        result.traces.append(trace)
      }
    }
    result.description = statements.map(\.description).joined(separator: ", ")
    return result
  }

  func provingKey() throws -> ProvingKey<InnerConfiguration> { try .generate(airs: airs, parameters: parameters) }

  /// Whether the AIR debugger finds the traces true.
  func isSatisfied() throws -> Bool {
    let instances = traces.map { trace in
      AIRInstance(
        air: CompiledAIR(airs[trace.airID]), cachedMains: trace.cachedMains, commonMain: trace.commonMain,
        publicValues: trace.publicValues)
    }
    return try TraceChecker(instances).check().isSatisfied
  }
}
