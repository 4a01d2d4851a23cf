import Algebra
import Synchronization
import TestSupport
import Testing

/// The parallel loop: every index once, exact sums, whatever the number of threads.
@Suite struct WorkersTests {
  @Test(arguments: [1, 2, 5]) func everyIndexIsVisitedOnce(threads: Int) {
    for iterations in [0, 1, 2, 3, 100, 1000] {
      let visits = Mutex([Int](repeating: 0, count: iterations))
      Workers(threads).forEach(iterations) { index in visits.withLock { $0[index] += 1 } }
      #expect(visits.withLock { $0.allSatisfy { $0 == 1 } }, "\(iterations) iterations")
    }
  }

  @Test func noIterationsForNegativeCounts() {
    let visits = Atomic<Int>(0)
    Workers(2).forEach(-3) { _ in visits.wrappingAdd(1, ordering: .relaxed) }
    Workers(2).forEachRange(0, grain: 8) { _ in visits.wrappingAdd(1, ordering: .relaxed) }
    #expect(visits.load(ordering: .relaxed) == 0)
  }

  @Test func thereIsAlwaysAThread() {
    #expect(Workers(0).count == 1)
    #expect(Workers(-4).count == 1)
    #expect(Workers(3).count == 3)
  }

  @Test(arguments: [1, 2]) func rangesPartitionTheWhole(threads: Int) {
    for (total, grain) in [(1, 1), (10, 3), (10, 10), (10, 100), (1000, 7), (5, 0), (5, -1)] {
      let visits = Mutex([Int](repeating: 0, count: total))
      let longest = Mutex(0)
      Workers(threads).forEachRange(total, grain: grain) { range in
        longest.withLock { $0 = max($0, range.count) }
        visits.withLock { for index in range { $0[index] += 1 } }
      }
      #expect(visits.withLock { $0.allSatisfy { $0 == 1 } }, "\(total) by \(grain)")
      #expect(longest.withLock { $0 } <= max(grain, 1), "\(total) by \(grain)")
    }
  }

  @Test(arguments: [1, 2]) func sumsAreExact(threads: Int) {
    var generator = SeededGenerator(95)
    let values = (0..<3000).map { _ in generator.extElement() }
    let workers = Workers(threads)
    let sum = workers.sum(values.count, grain: 17) { range in
      range.reduce(Ext4.zero) { sum, index in sum + values[index] }
    }
    #expect(sum == values.reduce(.zero, +))
    let sums = workers.sums(values.count, grain: 64, width: 3) { range, sums in
      for index in range { sums[index % 3] += values[index] }
    }
    for residue in 0..<3 {
      let part = stride(from: residue, to: values.count, by: 3).reduce(Ext4.zero) { sum, index in sum + values[index] }
      #expect(sums[residue] == part)
    }
    #expect(workers.sums(0, grain: 4, width: 2) { _, _ in } == [.zero, .zero])
  }
}
