import Algebra
import CKernels
import Hashing
import TestSupport
import Testing

/// Every form of every bulk function gives what the scalar one gives. The forms are switched for the whole process,
/// one test at a time; tests that run beside these see equal results whichever is chosen.
@Suite(.serialized)
struct SIMDTests {
  static let rowCounts = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 31, 32, 33, 50]
  static let widths = [0, 1, 2, 4, 7, 8, 9, 15, 16, 17, 18, 24, 25, 32, 33, 40]

  static func checkRows<H: SampleDigests>(_: H.Type) {
    var generator = SeededGenerator(40)
    let guardDigest = H.sampleDigests(8, &generator)[7]
    for width in widths {
      let height = 64
      let rows = (0..<height).map { row in
        // Whole rows of one edge value among the mixed ones.
        row % 9 < 3 ? [BabyBear](repeating: [.zero, .one, -.one][row % 9], count: width) : generator.elements(width)
      }
      let columns = (0..<width).map { column in rows.map { $0[column] } }
      ck_set_simd_level(0)
      let expected = rows.map { H.hash($0) }
      withEachSIMDLevel { level in
        for count in rowCounts {
          for first in [0, 5, 14] {
            let slice = Array(rows[first..<first + count])
            let wanted = Array(expected[first..<first + count])
            let context: Comment = "level \(level), width \(width), rows \(first) + \(count)"
            if width > 0 {
              let byColumns = H.hashRows(columns, firstRow: first, rowCount: count, guardDigest: guardDigest)
              let isEqual = byColumns == wanted
              #expect(isEqual, context)
            }
            let isEqual = H.hashRows(rowMajor: slice, width: width, guardDigest: guardDigest) == wanted
            #expect(isEqual, context)
          }
        }
      }
    }
  }

  @Test func innerRowHashes() {
    choosingSIMDLevels { Self.checkRows(InnerConfiguration.self) }
  }

  @Test func rootRowHashes() {
    choosingSIMDLevels { Self.checkRows(RootConfiguration.self) }
  }

  static func checkCompression<H: SampleDigests>(_: H.Type) {
    var generator = SeededGenerator(41)
    let digests = H.sampleDigests(200, &generator).shuffled(using: &generator)
    let guardDigest = digests[199]
    let shapes = [
      (0, 1), (1, 1), (2, 1), (3, 1), (5, 1), (8, 1), (9, 1), (16, 1), (17, 1), (40, 1), (1, 2), (3, 2), (7, 2),
      (2, 4), (9, 4), (1, 8), (1, 16), (3, 8), (5, 16), (1, 32), (3, 32), (1, 64),
    ]
    withEachSIMDLevel { level in
      for (groups, half) in shapes {
        let input = Array(digests.prefix(2 * groups * half))
        let output = H.compressHalves(
          input.isEmpty ? [guardDigest] : input, groups: groups, half: half, guardDigest: guardDigest)
        var wanted: [H.Digest] = []
        for group in 0..<groups {
          for at in 0..<half {
            let left = group * 2 * half + at
            wanted.append(H.compress(input[left], input[left + half]))  // one pair: scalar at every level
          }
        }
        let isEqual = output == wanted
        #expect(isEqual, "level \(level), \(groups) groups of \(half)")
      }
    }
  }

  @Test func innerCompression() { Self.checkCompression(InnerConfiguration.self) }

  @Test func rootCompression() { Self.checkCompression(RootConfiguration.self) }

  @Test(arguments: [2, 3]) func rootPermutations(width: Int) {
    var generator = SeededGenerator(42)
    let edges = RootConfiguration.sampleDigests(5, &generator)
    for count in [1, 3, 4, 8, 16, 17, 32, 200] {
      let cells = (0..<count * width).map { _ in
        Bool.random(using: &generator) ? generator.scalar() : edges[Int.random(in: 0..<5, using: &generator)]
      }
      let results = (0...ck_simd_available()).map { level in
        var states = cells
        states.withUnsafeMutableBytes { bytes in
          ck_bn254_permute(level, Int32(width), bytes.baseAddress?.assumingMemoryBound(to: ck_fr.self), count)
        }
        return states
      }
      #expect(results.allSatisfy { $0 == results[0] })
      #expect(results[0] != cells)
    }
  }

  @Test func rootStatesOfOneEdgeValueInEveryLane() {
    // The largest intermediate values that the lanes' bounds allow for.
    var generator = SeededGenerator(43)
    let edges = RootConfiguration.sampleDigests(5, &generator)
    for a in edges {
      for b in edges {
        for c in edges {
          let cells = (0..<16).flatMap { _ in [a, b, c] }
          let results = (0...ck_simd_available()).map { level in
            var states = cells
            states.withUnsafeMutableBytes { bytes in
              ck_bn254_permute(level, 3, bytes.baseAddress?.assumingMemoryBound(to: ck_fr.self), 16)
            }
            return states
          }
          #expect(results.allSatisfy { $0 == results[0] })
        }
      }
    }
  }

  @Test func environmentChoosesAtMostWhatTheMachineHas() {
    #expect((0...2).contains(ck_simd_available()))
    #expect(ck_simd_level() <= ck_simd_available())
    choosingSIMDLevels {
      ck_set_simd_level(9)
      #expect(ck_simd_level() == ck_simd_available())
      ck_set_simd_level(0)
      #expect(ck_simd_level() == 0)
    }
  }
}
