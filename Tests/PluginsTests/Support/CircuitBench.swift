import AIR
import Algebra
import PluginKit

/// A circuit's traces for some calls, between a host that states those calls.
struct CircuitBench {
  /// The circuit's AIRs that are present.
  var own: [AIRInstance]
  /// The host's side.
  var host: [AIRInstance]

  /// Proves the calls with `inputs`; the host states the outputs that `evaluate` gives.
  init(_ circuit: some DeferralCircuit, _ inputs: [[UInt8]]) throws {
    let calls = try inputs.map { StatedCall(input: $0, output: try circuit.evaluate($0, .local)) }
    self.init(airs: circuit.airs, traces: try circuit.traces(for: inputs), calls)
  }

  /// Traces, in order of `airs`, beside a host that states `calls`.
  init(airs: [any AIR], traces: [FieldMatrix?], _ calls: [StatedCall]) {
    own = zip(airs, traces).compactMap { air, trace in
      trace.map { AIRInstance(air: CompiledAIR(air), commonMain: $0) }
    }
    host = SimulatedHost.instances(calls)
  }

  func report() throws -> TraceReport { try TraceChecker(own + host, limit: 4, workers: Workers(2)).check() }

  /// The names of the constraints that fail, and of the buses that do not balance.
  func violations() throws -> Set<String> {
    let report = try TraceChecker(own + host, limit: 10_000).check()
    return Set(report.constraintFailures.map { $0.constraint } + report.busImbalances.map { $0.busDescription })
  }
}

/// The rows of a trace as structs, to be changed.
func rows<C: AIRColumns>(_ matrix: FieldMatrix, as type: C.Type) -> [C] where C.T == BabyBear {
  (0..<matrix.height).map { row in C(cells: (0..<C.width).map { matrix[row: row, column: $0] }) }
}

/// The trace of such rows.
func matrix<C: AIRColumns>(_ rows: [C]) -> FieldMatrix where C.T == BabyBear {
  FieldMatrix(rowMajor: rows.flatMap(\.cells), width: C.width)
}
