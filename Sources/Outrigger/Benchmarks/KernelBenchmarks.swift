import Algebra
import CKernels
import Hashing

/// Throughput of the kernels that proving consists of.
enum KernelBenchmarks {
  /// Poseidon2 permutations of independent states, on one thread, beside the scalar form.
  static func poseidon2() -> BenchmarkResult {
    let count = 1 << 14
    let states = FieldMatrix(height: count, width: 16)
    RandomElements(seed: 1).fill(states, workers: Workers(1))
    let permute = {
      states.base.withMemoryRebound(to: UInt32.self, capacity: count * 16) { ck_permute($0, count) }
    }
    let rate = Double(count) / best(of: 60, permute)
    let scalarRate = withScalarKernels { Double(count) / best(of: 10, permute) }
    return result(
      "poseidon2", "\(count) independent states of 16 elements", threads: 1,
      [
        .init("permutations_per_second", rate, "1/s"),
        .init("scalar_permutations_per_second", scalarRate, "1/s"),
        .init("ratio_to_scalar", rate / scalarRate, "x"),
      ])
  }

  /// 16 forward transforms of length 2^20, beside a copy of the same memory.
  static func ntt(workers: Workers) -> BenchmarkResult {
    let log = 20
    let matrix = FieldMatrix(height: 1 << log, width: 16)
    RandomElements(seed: 2).fill(matrix, workers: workers)
    let seconds = best(of: 12) { forwardNTT(matrix, workers: workers) }
    let copySeconds = copyTime(of: matrix)
    return result(
      "ntt", "16 forward transforms of length 2^\(log)", threads: workers.count,
      [
        .init("seconds", seconds, "s"),
        .init("elements_per_second", Double(matrix.height * matrix.width) / seconds, "1/s"),
        .init("ratio_to_memory_copy", seconds / copySeconds, "x"),
      ])
  }

  /// Transforms every column, in place.
  private static func forwardNTT(_ matrix: FieldMatrix, workers: Workers) {
    let log = matrix.height.trailingZeroBitCount
    let twiddles = NTT.twiddles(log: log)
    workers.forEach(matrix.width) { column in
      NTT.evaluate(matrix.base + column * matrix.height, log: log, block: 0, twiddles: twiddles)
    }
  }

  /// Merkle trees over the rows of column-major matrices, beside the permutations alone.
  static func merkle(workers: Workers) -> BenchmarkResult {
    let permutationRate = poseidon2().metrics.first?.value ?? 1
    var metrics: [BenchmarkResult.Metric] = []
    for (log, width) in [(20, 16), (18, 100)] {
      let rows = 1 << log
      let matrix = FieldMatrix(height: rows, width: width)
      RandomElements(seed: 3).fill(matrix, workers: workers)
      let seconds = best(of: 5) { merkleRoot(matrix, workers: workers) }
      let permutations = Double(rows * ((width + 7) / 8) + rows - 1)
      metrics.append(.init("seconds_2p\(log)_x_\(width)", seconds, "s"))
      metrics.append(.init("permutations_per_second_2p\(log)_x_\(width)", permutations / seconds, "1/s"))
      metrics.append(
        .init(
          "ratio_to_permutations_2p\(log)_x_\(width)",
          seconds * permutationRate * Double(workers.count) / permutations, "x"))
    }
    return result("merkle", "Merkle trees of 2^20 rows x 16 and 2^18 rows x 100", threads: workers.count, metrics)
  }

  /// The time to find a witness of 20 bits, averaged over many states: single ones vary widely.
  static func grind(workers: Workers) -> BenchmarkResult {
    let rounds = 24
    var transcript = InnerConfiguration.Transcript()
    var candidates = 0.0
    let watch = Stopwatch()
    for round in 0..<rounds {
      transcript.observe(BabyBear(round))
      guard let witness = transcript.grind(bits: 20, threads: workers.count) else { continue }
      candidates += Double(witness.canonical) + 1
    }
    let seconds = watch.seconds
    return result(
      "grind", "\(rounds) searches for a proof of work of 20 bits", threads: workers.count,
      [
        .init("seconds_on_average", seconds / Double(rounds), "s"),
        .init("candidates_per_second", candidates / seconds, "1/s"),
        .init("seconds_per_2p20_candidates", seconds / candidates * 1_048_576, "s"),
      ])
  }

  // MARK: Helpers

  /// Hashes the rows and compresses layer by layer; the digests that are not the root are dropped.
  static func merkleRoot(_ matrix: FieldMatrix, workers: Workers) {
    let rows = matrix.height
    let layers = PageMemory.allocate(count: 2 * rows, of: InnerDigest.self)
    defer { PageMemory.deallocate(layers, count: 2 * rows) }
    // SAFE: ranges of rows, and of nodes within a layer, are disjoint; a layer is read after it was written.
    nonisolated(unsafe) let digests = layers
    let columns = (0..<matrix.width).map { UnsafePointer(matrix.base + $0 * rows) }
    nonisolated(unsafe) let columnPointers = columns
    workers.forEachRange(rows, grain: 1 << 12) { range in
      columnPointers.withUnsafeBufferPointer {
        InnerConfiguration.hashRows(
          columns: $0, firstRow: range.lowerBound, rowCount: range.count, into: digests + range.lowerBound)
      }
    }
    var start = 0
    var count = rows
    while count > 1 {
      let input = start
      let output = start + count
      workers.forEachRange(count / 2, grain: 1 << 12) { range in
        InnerConfiguration.compressHalves(
          digests + input + 2 * range.lowerBound, into: digests + output + range.lowerBound, groups: range.count,
          half: 1)
      }
      start = output
      count /= 2
    }
  }

  /// The least time of `count` runs.
  static func best(of count: Int, _ body: () -> Void) -> Double {
    body()
    return (0..<count).map { _ in Stopwatch.measure(body) }.min() ?? 0
  }

  private static func copyTime(of matrix: FieldMatrix) -> Double {
    let count = matrix.height * matrix.width
    let target = PageMemory.allocate(count: count, of: BabyBear.self)
    defer { PageMemory.deallocate(target, count: count) }
    return best(of: 12) { target.update(from: matrix.base, count: count) }
  }

  /// Runs `body` with the scalar kernels. No other thread may be using kernels.
  private static func withScalarKernels<R>(_ body: () -> R) -> R {
    let level = ck_simd_level()
    ck_set_simd_level(0)
    defer { ck_set_simd_level(level) }
    return body()
  }

  private static func result(
    _ name: String, _ work: String, threads: Int, _ metrics: [BenchmarkResult.Metric]
  ) -> BenchmarkResult {
    BenchmarkResult(
      name: name, work: work, threads: threads, machine: .current, peakBytes: ProcessMemory.peakBytes, phases: [],
      metrics: metrics)
  }
}
