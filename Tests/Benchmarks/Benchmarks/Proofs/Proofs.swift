import AIR
import Algebra
import Benchmark
import Hashing
import SampleCircuits
import StarkProver
import StarkVerifier

/// Small proofs, whole: what a change to any phase shows up in. Large ones are run by `outrigger stark bench`.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .cpuTotal, .peakMemoryResident], timeUnits: .automatic, warmupIterations: 1,
    maxDuration: .seconds(10), maxIterations: 20)

  for logHeight in [12, 16] {
    let parameters = Result { try SystemParameters.app(logStackedHeight: logHeight + 1) }

    Benchmark("prove Fibonacci, 2^\(logHeight) rows, app parameters, 2 threads") { benchmark, statement in
      benchmark.startMeasurement()
      blackHole(try statement.prove(workers: Workers(2)))
      benchmark.stopMeasurement()
    } setup: {
      try Statement(parameters: parameters.get(), logHeight: logHeight)
    }

    Benchmark("verify Fibonacci, 2^\(logHeight) rows, app parameters") { benchmark, proven in
      benchmark.startMeasurement()
      try proven.verifier.verify(proven.proof)
      benchmark.stopMeasurement()
    } setup: {
      try Proven(Statement(parameters: parameters.get(), logHeight: logHeight))
    }
  }
}

/// A key and a trace of the Fibonacci AIR.
struct Statement: Sendable {
  let key: ProvingKey<InnerConfiguration>
  let trace: AIRTrace

  init(parameters: SystemParameters, logHeight: Int) throws {
    key = try ProvingKey.generate(airs: [FibonacciAIR()], parameters: parameters, workers: Workers(2))
    let (matrix, publicValues) = FibonacciTrace.generate(logHeight: logHeight)
    trace = AIRTrace(airID: 0, cachedMains: [], commonMain: matrix, publicValues: publicValues)
  }

  func prove(workers: Workers) throws -> Proof<InnerConfiguration> {
    try Prover(key: key, workers: workers).prove([trace])
  }
}

/// A proof with the verifier for it.
struct Proven: Sendable {
  let verifier: Verifier<InnerConfiguration>
  let proof: Proof<InnerConfiguration>

  init(_ statement: Statement) throws {
    let key = statement.key.verifyingKey
    verifier = Verifier(key: key, parameters: key.parameters)
    proof = try statement.prove(workers: Workers(2))
  }
}
