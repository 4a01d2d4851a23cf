import Algebra
import CKernels

/// Sums of program outputs over the cube on cosets `g^e D` of the skip domain (chapter 10, section 8.3): the univariate
/// round's view of a trace. All arithmetic is in the base field; the skip domain is what makes the round cheap.
struct CosetEvaluation {
  let domain: SkipDomain
  /// Exponents `e` of the cosets; 0, the domain itself, may come first.
  let exponents: [Int]
  private let scales: [BabyBear]
  private let rotations: [BabyBear]

  init(domain: SkipDomain, exponents: [Int]) {
    self.domain = domain
    self.exponents = exponents
    let n = domain.size
    var scales: [BabyBear] = []
    var rotations: [BabyBear] = []
    let last = domain.points[n - 1]  // w^-1
    for exponent in exponents {
      let shift = BabyBear.generator.power(UInt64(exponent))
      for place in 0..<n {
        scales.append(shift.power(UInt64(bitReversed(place, bits: domain.log))) * domain.sizeInverse)
      }
      let kernel = domain.lagrangeKernel(at: Ext4(last))
      for point in domain.points { rotations.append(evaluate(kernel, at: shift * point).c0) }
    }
    self.scales = scales
    self.rotations = rotations
  }

  /// Chunks that a block covers: enough for whole vectors.
  var chunksPerBlock: Int { Swift.max(16, 256 >> domain.log) }

  /// For each accumulator, coset and point, in this order: the sum over the cube of `weights[x]` times the accumulator.
  /// `weights` has a multiple of `chunksPerBlock` entries, zeros beyond the cube.
  func sums(
    _ program: DAGProgram, weights programWeights: [Ext4], trace: ProverTrace, eq weights: ExtArray, workers: Workers
  ) -> [[[Ext4]]] {
    let n = domain.size
    let lanes = exponents.count * n * chunksPerBlock
    let count = program.accumulatorCount * exponents.count * n
    let flat = workers.sums(weights.count, grain: chunksPerBlock * 4, width: count) { range, sums in
      let scratch = BlockScratch(
        slots: program.slotCount, words: lanes, accumulatorWords: program.accumulatorCount * 4 * lanes)
      for first in stride(from: range.lowerBound, to: range.upperBound, by: chunksPerBlock) {
        run(program, programWeights, trace, first: first, weights: weights, scratch: scratch, sums: &sums)
      }
    }
    return (0..<program.accumulatorCount).map { a in
      exponents.indices.map { c in
        let start = (a * exponents.count + c) * n
        return Array(flat[start..<start + n])
      }
    }
  }

  private func run(
    _ program: DAGProgram, _ programWeights: [Ext4], _ trace: ProverTrace, first: Int, weights: ExtArray,
    scratch: BlockScratch, sums: inout [Ext4]
  ) {
    domain.inverseRoots.withUnsafeBufferPointer { inverseRoots in
      domain.roots.withUnsafeBufferPointer { roots in
        scales.withUnsafeBufferPointer { scales in
          rotations.withUnsafeBufferPointer { rotations in
            var description = ck_coset_domain(
              log_n: domain.log, cosets: exponents.count, first_is_domain: exponents.first == 0 ? 1 : 0,
              xs: chunksPerBlock, mask: trace.height - 1, inverse_roots: inverseRoots.baseAddress!.words,
              roots: roots.baseAddress!.words, scales: scales.baseAddress!.words,
              rotations: rotations.baseAddress!.words)
            trace.columns.withUnsafeBytes { columns in
              program.withProgram(weights: programWeights) { pointer in
                sums.withWords { sums in
                  ck_dag_cosets(
                    pointer, &description, columns.assumingMemoryBound(to: UnsafePointer<UInt32>?.self).baseAddress,
                    scratch.slots, scratch.accumulators, first, weights.base + first, weights.stride, sums)
                }
              }
            }
          }
        }
      }
    }
  }
}
