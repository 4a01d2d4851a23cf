import Algebra
import Benchmark
import Hashing

/// Kernels of the inner configuration, on one thread and on two. `OUTRIGGER_SIMD` chooses the form.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .cpuTotal, .throughput, .peakMemoryResident], timeUnits: .automatic, warmupIterations: 2,
    maxDuration: .seconds(8), maxIterations: 60)

  // One compression is one permutation of width 16.
  let compressions = 1 << 16
  Benchmark("Poseidon2, \(compressions) permutations, 1 thread") { benchmark, digests in
    benchmark.startMeasurement()
    InnerConfiguration.compressHalves(
      digests.base, into: digests.base + 2 * compressions, groups: compressions, half: 1)
    benchmark.stopMeasurement()
  } setup: {
    Digests(count: 3 * compressions)
  }

  for threads in [1, 2] {
    let workers = Workers(threads)

    Benchmark("NTT 2^20 x 16, \(threads) threads") { benchmark, matrix in
      let twiddles = NTT.twiddles(log: 20)
      benchmark.startMeasurement()
      workers.forEach(matrix.width) { column in
        NTT.evaluate(matrix.base + column * matrix.height, log: 20, block: 0, twiddles: twiddles)
      }
      benchmark.stopMeasurement()
    } setup: {
      randomMatrix(logHeight: 20, width: 16)
    }

    for (logHeight, width) in [(20, 16), (18, 100)] {
      Benchmark("Merkle 2^\(logHeight) x \(width), \(threads) threads") { benchmark, matrix in
        benchmark.startMeasurement()
        blackHole(merkleRoot(of: matrix, workers: workers))
        benchmark.stopMeasurement()
      } setup: {
        randomMatrix(logHeight: logHeight, width: width)
      }
    }

    // Every iteration starts from another state, so that the mean is over many searches.
    Benchmark("grind(20), \(threads) threads") { benchmark in
      var transcript = InnerConfiguration.Transcript()
      transcript.observe(BabyBear(benchmark.currentIteration))
      benchmark.startMeasurement()
      blackHole(transcript.smallestWitness(bits: 20, threads: threads))
      benchmark.stopMeasurement()
    }
  }
}
