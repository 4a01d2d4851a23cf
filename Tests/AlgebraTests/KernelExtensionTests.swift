import Algebra
import CKernels
import TestSupport
import Testing

extension KernelTests {
  /// Arrays of extension elements.
  @Suite struct Extension {
    static let factors: [Ext4] = {
      var generator = SeededGenerator(80)
      return [generator.extElement(), .zero, .one, -.one]
    }()

    @Test func foldBindsTheLowestVariable() {
      var generator = SeededGenerator(81)
      for count in KernelTests.awkwardCounts {
        let values = generator.extElements(2 * count)
        let input = Planes(values)
        for r in Self.factors {
          let wanted = (0..<count).map { i -> Ext4 in
            let (low, high) = (values[2 * i], values[2 * i + 1])
            return low + r * (high - low)
          }
          expectOnEveryLevel(Planes(wanted), "\(count) pairs") {
            var out = Planes(blank: count)
            r.withWords { ck_ext_fold(input.words, input.stride, $0, &out.words, out.stride, count) }
            return out
          }
        }
      }
    }

    @Test func pairSums() {
      var generator = SeededGenerator(82)
      for count in KernelTests.awkwardCounts {
        let values = generator.extElements(2 * count)
        let input = Planes(values)
        let wanted = (0..<count).map { i -> Ext4 in values[2 * i] + values[2 * i + 1] }
        expectOnEveryLevel(Planes(wanted), "\(count) pairs") {
          var out = Planes(blank: count)
          ck_ext_pair_sums(input.words, input.stride, &out.words, out.stride, count)
          return out
        }
      }
    }

    @Test func tensorStepWritesTheUpperHalf() {
      var generator = SeededGenerator(83)
      for half in KernelTests.awkwardCounts {
        for count in Set([half, half / 2]) {
          let values = generator.extElements(2 * half)
          let (low, high) = (generator.extElement(), generator.extElement())
          var wanted = values
          for i in 0..<count {
            wanted[half + i] = high * values[i]
            wanted[i] = low * values[i]
          }
          expectOnEveryLevel(Planes(wanted), "\(count) of \(half)") {
            var table = Planes(values)
            low.withWords { low in
              high.withWords { ck_ext_tensor_step(&table.words, table.stride, half, count, low, $0) }
            }
            return table
          }
        }
      }
    }

    @Test func multiplyAdd() {
      var generator = SeededGenerator(84)
      for count in KernelTests.awkwardCounts {
        let (a, b) = (generator.extElements(count), generator.extElements(count))
        let input = Planes(a)
        for factor in Self.factors {
          let wanted = zip(a, b).map { $1 + factor * $0 }
          expectOnEveryLevel(Planes(wanted), "\(count) elements") {
            var out = Planes(b)
            factor.withWords { ck_ext_multiply_add(input.words, input.stride, $0, &out.words, out.stride, count) }
            return out
          }
        }
      }
    }

    @Test func dotProduct() {
      var generator = SeededGenerator(85)
      for count in KernelTests.awkwardCounts {
        let (a, b) = (generator.extElements(count), generator.extElements(count))
        let (left, right) = (Planes(a), Planes(b))
        let wanted = zip(a, b).reduce(Ext4.zero) { $0 + $1.0 * $1.1 }
        expectOnEveryLevel(wanted, "\(count) elements") {
          Ext4.fromWords { ck_ext_dot(left.words, left.stride, right.words, right.stride, count, $0) }
        }
      }
    }

    @Test func productRound() {
      var generator = SeededGenerator(86)
      for count in KernelTests.awkwardCounts {
        let (f, w) = (generator.extElements(2 * count), generator.extElements(2 * count))
        let (left, right) = (Planes(f), Planes(w))
        // From values at 0, 1 and 2: the coefficient of X^2 is (s(0) - 2 s(1) + s(2)) / 2.
        func sum(at x: BabyBear) -> Ext4 {
          (0..<count).reduce(Ext4.zero) { sum, i in
            let (f0, f1, w0, w1) = (f[2 * i], f[2 * i + 1], w[2 * i], w[2 * i + 1])
            let (left, right): (Ext4, Ext4) = (f0 + (f1 - f0) * x, w0 + (w1 - w0) * x)
            return sum + left * right
          }
        }
        let double: Ext4 = sum(at: 0) - sum(at: 1) - sum(at: 1) + sum(at: 2)
        let leading = double * BabyBear(2).inverse
        expectOnEveryLevel([sum(at: 1), leading], "\(count) pairs") {
          var sums = [Ext4.zero, .zero]
          sums.withWords {
            ck_product_round(left.words, left.stride, right.words, right.stride, count, $0, $0 + 4)
          }
          return sums
        }
      }
    }

    /// Numerators in the form that the kernels take: base elements as one plane, others as four.
    struct Numerators {
      let elements: [Ext4]
      let isBase: Bool
      let words: [UInt32]

      init(_ count: Int, isBase: Bool, _ generator: inout SeededGenerator) {
        self.isBase = isBase
        elements = isBase ? generator.elements(count).map { Ext4($0) } : generator.extElements(count)
        words = isBase ? Line(elements.map(\.c0)).words : Planes(elements).words
      }
    }

    @Test(arguments: [false, true]) func fractionParentsAreSplitByParity(isBase: Bool) {
      var generator = SeededGenerator(87)
      for count in KernelTests.awkwardCounts + [64, 65, 95] {
        for first in [0, 2, 34] {
          let used = first + count
          let (p0, p1) = (
            Numerators(used, isBase: isBase, &generator), Numerators(used, isBase: isBase, &generator)
          )
          let (q0, q1) = (generator.extElements(used), generator.extElements(used))
          let (denominators0, denominators1) = (Planes(q0), Planes(q1))
          let outputCount = (used + 1) / 2
          // Even numerators, odd numerators, even and odd denominators.
          var wanted = [Planes](repeating: Planes(blank: outputCount), count: 4)
          for y in first..<used {
            wanted[y & 1][y / 2] = p0.elements[y] * q1[y] + p1.elements[y] * q0[y]
            wanted[2 + y & 1][y / 2] = q0[y] * q1[y]
          }
          expectOnEveryLevel(wanted, "\(count) pairs from \(first)") {
            var (a, b) = (Planes(blank: outputCount), Planes(blank: outputCount))
            var (c, d) = (a, b)
            ck_fraction_parents(
              p0.words, p1.words, isBase ? 1 : 0, denominators0.words, denominators1.words, denominators0.stride, first,
              count, &a.words, &b.words, &c.words, &d.words, a.stride)
            return [a, b, c, d]
          }
        }
      }
    }

    @Test(arguments: [false, true]) func fractionRound(isBase: Bool) {
      var generator = SeededGenerator(88)
      for count in KernelTests.awkwardCounts {
        let (p0, p1) = (
          Numerators(2 * count, isBase: isBase, &generator), Numerators(2 * count, isBase: isBase, &generator)
        )
        let (q0, q1) = (generator.extElements(2 * count), generator.extElements(2 * count))
        let weights = generator.extElements(count)
        let lambda = generator.extElement()
        func at(_ values: [Ext4], _ i: Int, _ x: BabyBear) -> Ext4 {
          values[2 * i] + (values[2 * i + 1] - values[2 * i]) * x
        }
        func sum(_ x: BabyBear) -> Ext4 {
          (0..<count).reduce(Ext4.zero) { sum, i in
            let (a, b) = (at(p0.elements, i, x), at(p1.elements, i, x))
            let (c, d) = (at(q0, i, x), at(q1, i, x))
            let h: Ext4 = a * d + b * c + lambda * c * d
            return sum + weights[i] * h
          }
        }
        let double: Ext4 = sum(0) - sum(1) - sum(1) + sum(2)
        let leading = double * BabyBear(2).inverse
        let total = weights.reduce(Ext4.zero, +)
        let (denominators0, denominators1, table) = (Planes(q0), Planes(q1), Planes(weights))
        expectOnEveryLevel([sum(1), leading, total], "\(count) pairs") {
          var sums = [Ext4](repeating: .one, count: 3)
          sums.withWords { sums in
            lambda.withWords {
              ck_fraction_round(
                p0.words, p1.words, denominators0.stride, isBase ? 1 : 0, denominators0.words, denominators1.words,
                denominators0.stride, table.words, table.stride, $0, count, sums)
            }
          }
          return sums
        }
      }
    }
  }
}
