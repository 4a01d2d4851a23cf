import AIR
import Algebra
import PluginKit
import Testing

/// A circuit's traces for some calls, between a host that states those calls.
struct CircuitBench {
  /// The circuit's AIRs that are present.
  var own: [AIRInstance]
  /// The host's side.
  var host: [AIRInstance]

  /// Proves the calls with `inputs`; the host states the outputs that `evaluate` gives.
  init(_ circuit: some DeferralCircuit, _ inputs: [[UInt8]]) throws {
    let calls = try inputs.map { StatedCall(input: $0, output: try circuit.evaluate($0, .local)) }
    host = SimulatedHost.instances(calls)
    own = zip(circuit.airs, try circuit.traces(for: inputs)).compactMap { air, trace in
      trace.map { AIRInstance(air: CompiledAIR(air), commonMain: $0) }
    }
  }

  func report() throws -> TraceReport { try TraceChecker(own + host, limit: 4, workers: Workers(2)).check() }
}
