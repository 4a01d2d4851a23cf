import AIR
import Algebra
import Hashing
import SampleCircuits
import StarkProver
import StarkVerifier

/// Proving and verifying the sample circuits.
enum CircuitBenchmarks {
  /// AIRs with their traces, not yet tied to parameters.
  private struct Circuit {
    var airs: [any AIR]
    var traces: [AIRTrace]
    var description: String
  }

  static func run(
    _ benchmark: Benchmark, workers: Workers, progress: ((ProgressEvent) -> Void)?
  ) throws(BenchmarkError) -> BenchmarkResult {
    do {
      progress?(.began("generate traces"))
      switch benchmark {
      case .keccak:
        return try run(benchmark, keccak(1024, workers), .app(logStackedHeight: 21), workers, progress)
      case .keccakSmall:
        return try run(benchmark, keccak(256, workers), .app(logStackedHeight: 19), workers, progress)
      case .keccakLeaf: return try run(benchmark, keccak(256, workers), .leaf, workers, progress)
      case .keccakInternal: return try run(benchmark, keccak(256, workers), .internal, workers, progress)
      case .fib: return try run(benchmark, fibonacci(), .app(logStackedHeight: 20), workers, progress)
      case .lookups: return try run(benchmark, lookups(workers), .app(logStackedHeight: 20), workers, progress)
      case .poseidon2, .ntt, .merkle, .grind:
        throw BenchmarkError.failed("\(benchmark.rawValue) proves nothing")
      }
    } catch let error as BenchmarkError {
      throw error
    } catch {
      throw .failed("\(benchmark.rawValue): \(error)")
    }
  }

  // MARK: Circuits

  private static func keccak(_ permutations: Int, _ workers: Workers) -> Circuit {
    let trace = KeccakTrace.random(permutations: permutations, workers: workers)
    return Circuit(
      airs: [KeccakAIR()],
      traces: [AIRTrace(airID: 0, cachedMains: [], commonMain: trace, publicValues: [])],
      description: "\(permutations) Keccak-f[1600] permutations, \(trace.height) rows x \(trace.width) columns")
  }

  private static func fibonacci() -> Circuit {
    let count = 4
    let logHeight = 20
    let traces = (0..<count).map { id in
      let (trace, values) = FibonacciTrace.generate(logHeight: logHeight, a: 0, b: BabyBear(id + 1))
      return AIRTrace(airID: id, cachedMains: [], commonMain: trace, publicValues: values)
    }
    return Circuit(
      airs: Array(repeating: FibonacciAIR(), count: count), traces: traces,
      description: "\(count) Fibonacci AIRs, 2^\(logHeight) rows x 2 columns each")
  }

  private static func lookups(_ workers: Workers) -> Circuit {
    let count = 4
    let logHeight = 16
    let matrices = LookupTrace.generate(stations: count, logHeight: logHeight, workers: workers)
    return Circuit(
      airs: (0..<count).map { LookupAIR(station: $0, of: count) },
      traces: matrices.enumerated().map {
        AIRTrace(airID: $0.offset, cachedMains: [], commonMain: $0.element, publicValues: [])
      },
      description: "\(count) AIRs of 50 columns and 26 interactions a row, 2^\(logHeight) rows each")
  }

  // MARK: Measuring

  private static func run(
    _ benchmark: Benchmark, _ circuit: Circuit, _ parameters: SystemParameters, _ workers: Workers,
    _ progress: ((ProgressEvent) -> Void)?
  ) throws -> BenchmarkResult {
    progress?(.began("generate keys"))
    let key = try ProvingKey<InnerConfiguration>.generate(
      airs: circuit.airs, parameters: parameters, workers: workers)
    progress?(.began("prove"))
    var phases: [(name: String, seconds: Double)] = []
    let proving = Stopwatch()
    let proof = try Prover(key: key, workers: workers).prove(circuit.traces) { phase, seconds in
      phases.append((phase.rawValue, seconds))
      progress?(.finished(phase.rawValue, seconds: seconds))
    }
    let proveSeconds = proving.seconds

    progress?(.began("verify"))
    let bytes = proof.encode()
    let verifier = Verifier<InnerConfiguration>(key: key.verifyingKey, parameters: parameters)
    var verifySeconds = Double.infinity
    for _ in 0..<5 {
      let watch = Stopwatch()
      do { try verifier.verify(proof) } catch {
        throw BenchmarkError.failed("\(benchmark.rawValue): our own proof was rejected: \(error)")
      }
      verifySeconds = min(verifySeconds, watch.seconds)
    }

    let cells = circuit.traces.reduce(0) { $0 + $1.commonMain.height * $1.commonMain.width }
    let name = Preset(matching: parameters)?.name ?? "other parameters"
    return BenchmarkResult(
      name: benchmark.rawValue, work: "\(circuit.description), \(name)", threads: workers.count, machine: .current,
      proveSeconds: proveSeconds, verifySeconds: verifySeconds, proofBytes: bytes.count,
      peakBytes: ProcessMemory.peakBytes, phases: phases,
      metrics: [.init("cells_per_second", Double(cells) / proveSeconds, "1/s")], isValidProof: true)
  }
}
