import Algebra

/// The benchmarks that come with the program.
public enum Benchmark: String, CaseIterable, Sendable {
  /// Poseidon2 permutations, on one thread.
  case poseidon2
  /// 16 transforms of length 2^20.
  case ntt
  /// Merkle trees over 2^20 rows of 16 and 2^18 rows of 100 elements.
  case merkle
  /// Proof of work of 20 bits.
  case grind
  /// 1,024 Keccak-f[1600] permutations, app parameters with log stacked height 21.
  case keccak
  /// 256 Keccak-f[1600] permutations, app parameters with log stacked height 19.
  case keccakSmall = "keccak-small"
  /// 256 Keccak-f[1600] permutations, leaf parameters.
  case keccakLeaf = "keccak-leaf"
  /// 256 Keccak-f[1600] permutations, internal parameters.
  case keccakInternal = "keccak-internal"
  /// Four Fibonacci AIRs of 2^20 rows, app parameters with log stacked height 20.
  case fib
  /// Four AIRs of 50 columns and 26 interactions a row, 2^16 rows each, app parameters with log stacked height 20.
  case lookups

  /// What it measures, in a line.
  public var summary: String {
    switch self {
    case .poseidon2: "Poseidon2 permutations per second, on one thread"
    case .ntt: "16 number-theoretic transforms of length 2^20"
    case .merkle: "Merkle trees, 2^20 rows x 16 and 2^18 rows x 100"
    case .grind: "proof of work of 20 bits, on average"
    case .keccak: "1,024 Keccak permutations, app parameters at 21"
    case .keccakSmall: "256 Keccak permutations, app parameters at 19"
    case .keccakLeaf: "256 Keccak permutations, leaf parameters"
    case .keccakInternal: "256 Keccak permutations, internal parameters"
    case .fib: "four Fibonacci AIRs of 2^20 rows, app parameters at 20"
    case .lookups: "four AIRs with 26 interactions a row, 2^16 rows, app parameters at 20"
    }
  }

  public init(named name: String) throws(BenchmarkError) {
    guard let benchmark = Benchmark(rawValue: name) else { throw .unknown(name: name) }
    self = benchmark
  }

  /// Runs the benchmark. Proofs that it makes are verified, and a rejected one is an error.
  public func run(
    workers: Workers, progress: ((ProgressEvent) -> Void)? = nil
  ) throws(BenchmarkError) -> BenchmarkResult {
    switch self {
    case .poseidon2: return KernelBenchmarks.poseidon2()
    case .ntt: return KernelBenchmarks.ntt(workers: workers)
    case .merkle: return KernelBenchmarks.merkle(workers: workers)
    case .grind: return KernelBenchmarks.grind(workers: workers)
    case .keccak, .keccakSmall, .keccakLeaf, .keccakInternal, .fib, .lookups:
      return try CircuitBenchmarks.run(self, workers: workers, progress: progress)
    }
  }
}
