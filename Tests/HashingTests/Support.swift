import Algebra
import Hashing
import TestSupport

extension HashConfiguration {
  /// The hash of an array.
  static func hash(_ elements: [BabyBear]) -> Digest { elements.withUnsafeBufferPointer { hash($0) } }

  /// The hashes of rows `firstRow ..< firstRow + rowCount` of columns of equal length. Cells behind the output
  /// must keep `guardDigest`, else nil.
  static func hashRows(_ columns: [[BabyBear]], firstRow: Int, rowCount: Int, guardDigest: Digest) -> [Digest]? {
    let matrix = FieldMatrix(columns: columns)
    let pointers = columns.indices.map { UnsafePointer(matrix.base + $0 * matrix.height) }
    var digests = [Digest](repeating: guardDigest, count: rowCount + 2)
    pointers.withUnsafeBufferPointer { pointers in
      digests.withUnsafeMutableBufferPointer { output in
        guard let start = output.baseAddress else { return }
        hashRows(columns: pointers, firstRow: firstRow, rowCount: rowCount, into: start)
      }
    }
    return withExtendedLifetime(matrix) { digests.suffix(2) == [guardDigest, guardDigest] ? digests.dropLast(2) : nil }
  }

  /// The hashes of rows that stand one after the other.
  static func hashRows(rowMajor rows: [[BabyBear]], width: Int, guardDigest: Digest) -> [Digest]? {
    var digests = [Digest](repeating: guardDigest, count: rows.count + 2)
    let flat = rows.flatMap(\.self) + [.zero]  // never empty
    flat.withUnsafeBufferPointer { input in
      digests.withUnsafeMutableBufferPointer { output in
        guard let from = input.baseAddress, let to = output.baseAddress else { return }
        hashRows(rowMajor: from, width: width, rowCount: rows.count, into: to)
      }
    }
    return digests.suffix(2) == [guardDigest, guardDigest] ? digests.dropLast(2) : nil
  }

  /// One level of trees.
  static func compressHalves(_ input: [Digest], groups: Int, half: Int, guardDigest: Digest) -> [Digest]? {
    var output = [Digest](repeating: guardDigest, count: groups * half + 2)
    input.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        guard let from = input.baseAddress, let to = output.baseAddress else { return }
        compressHalves(from, into: to, groups: groups, half: half)
      }
    }
    return output.suffix(2) == [guardDigest, guardDigest] ? output.dropLast(2) : nil
  }
}

/// Makes digests to test with.
protocol SampleDigests: HashConfiguration {
  /// Edge values first, then uniform ones.
  static func sampleDigests(_ count: Int, _ generator: inout SeededGenerator) -> [Digest]
}

extension InnerConfiguration: SampleDigests {
  static func sampleDigests(_ count: Int, _ generator: inout SeededGenerator) -> [InnerDigest] {
    let edges = [BabyBear.zero, .one, -.one].map { InnerDigest(repeatElement($0, count: 8)) }
    return Array((edges + (0..<count).map { _ in InnerDigest(generator.elements(8)) }).prefix(count))
  }
}

extension RootConfiguration: SampleDigests {
  static func sampleDigests(_ count: Int, _ generator: inout SeededGenerator) -> [BN254Scalar] {
    // 0, 1, q - 1, and the scalars whose residues are 1 and q - 1.
    let residueOne = BN254Scalar(montgomeryLittleEndian: [1] + [UInt8](repeating: 0, count: 31)) ?? .zero
    let edges: [BN254Scalar] = [.zero, .one, -.one, residueOne, -residueOne]
    return Array((edges + (0..<count).map { _ in generator.scalar() }).prefix(count))
  }
}
