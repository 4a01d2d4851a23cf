import Algebra
import CKernels

/// Eight BabyBear elements: the digest of the inner configuration.
public struct InnerDigest: Hashable, Sendable, BitwiseCopyable {
  public var e0, e1, e2, e3, e4, e5, e6, e7: BabyBear

  public init(
    _ e0: BabyBear, _ e1: BabyBear, _ e2: BabyBear, _ e3: BabyBear, _ e4: BabyBear, _ e5: BabyBear, _ e6: BabyBear,
    _ e7: BabyBear
  ) {
    (self.e0, self.e1, self.e2, self.e3) = (e0, e1, e2, e3)
    (self.e4, self.e5, self.e6, self.e7) = (e4, e5, e6, e7)
  }

  /// The digest of the first eight of `elements`, zeros where there are fewer.
  public init(_ elements: some Collection<BabyBear>) {
    var iterator = elements.makeIterator()
    func next(_ iterator: inout some IteratorProtocol<BabyBear>) -> BabyBear { iterator.next() ?? .zero }
    e0 = next(&iterator)
    e1 = next(&iterator)
    e2 = next(&iterator)
    e3 = next(&iterator)
    e4 = next(&iterator)
    e5 = next(&iterator)
    e6 = next(&iterator)
    e7 = next(&iterator)
  }

  public var elements: [BabyBear] { [e0, e1, e2, e3, e4, e5, e6, e7] }
}

/// Poseidon2 over BabyBear throughout: the configuration of app, leaf, internal and hook proofs.
public enum InnerConfiguration: HashConfiguration {
  public typealias Digest = InnerDigest
  public typealias Transcript = InnerTranscript

  public static let name = "inner"
  public static let emptyDigest = InnerDigest([])

  public static func hash(_ elements: UnsafeBufferPointer<BabyBear>) -> InnerDigest {
    var digest = emptyDigest
    guard let start = elements.baseAddress else { return digest }
    hashRows(rowMajor: start, width: elements.count, rowCount: 1, into: &digest)
    return digest
  }

  public static func compress(_ left: InnerDigest, _ right: InnerDigest) -> InnerDigest {
    var output = emptyDigest
    withUnsafePointer(to: (left, right)) { pair in
      pair.withMemoryRebound(to: InnerDigest.self, capacity: 2) {
        compressHalves($0, into: &output, groups: 1, half: 1)
      }
    }
    return output
  }

  public static func hashRows(
    columns: UnsafeBufferPointer<UnsafePointer<BabyBear>>, firstRow: Int, rowCount: Int,
    into digests: UnsafeMutablePointer<InnerDigest>
  ) {
    // SAFE: BabyBear and InnerDigest are plain UInt32 words; the kernel reads them as such.
    UnsafeRawBufferPointer(columns).withMemoryRebound(to: UnsafePointer<UInt32>?.self) { words in
      ck_hash_columns(
        words.baseAddress, columns.count, firstRow, rowCount,
        UnsafeMutableRawPointer(digests).assumingMemoryBound(to: UInt32.self))
    }
  }

  public static func hashRows(
    rowMajor rows: UnsafePointer<BabyBear>, width: Int, rowCount: Int, into digests: UnsafeMutablePointer<InnerDigest>
  ) {
    ck_hash_rows(
      UnsafeRawPointer(rows).assumingMemoryBound(to: UInt32.self), width, rowCount,
      UnsafeMutableRawPointer(digests).assumingMemoryBound(to: UInt32.self))
  }

  public static func compressHalves(
    _ input: UnsafePointer<InnerDigest>, into output: UnsafeMutablePointer<InnerDigest>, groups: Int, half: Int
  ) {
    ck_compress_halves(
      UnsafeRawPointer(input).assumingMemoryBound(to: UInt32.self),
      UnsafeMutableRawPointer(output).assumingMemoryBound(to: UInt32.self), groups, half)
  }

  public static let digestByteCount = 32

  public static func encode(_ digest: InnerDigest, into bytes: inout [UInt8]) {
    for element in digest.elements {
      withUnsafeBytes(of: element.canonical.littleEndian) { bytes.append(contentsOf: $0) }
    }
  }

  public static func decode(_ bytes: ArraySlice<UInt8>) -> InnerDigest? {
    guard bytes.count == digestByteCount else { return nil }
    return bytes.withUnsafeBytes { buffer in
      func element(_ index: Int) -> BabyBear? {
        BabyBear(canonical: UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: 4 &* index, as: UInt32.self)))
      }
      guard let e0 = element(0), let e1 = element(1), let e2 = element(2), let e3 = element(3), let e4 = element(4),
        let e5 = element(5), let e6 = element(6), let e7 = element(7)
      else { return nil }
      return InnerDigest(e0, e1, e2, e3, e4, e5, e6, e7)
    }
  }

  public static func encodeForKey(_ digest: InnerDigest, into bytes: inout [UInt8]) {
    for element in digest.elements {
      var rest = element.montgomery
      while rest >= 128 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
        rest >>= 7
      }
      bytes.append(UInt8(truncatingIfNeeded: rest))
    }
  }

  public static func decodeForKey(_ bytes: [UInt8], at offset: inout Int) -> InnerDigest? {
    var elements: [BabyBear] = []
    for _ in 0..<8 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while true {
        guard bytes.indices.contains(offset), shift < 35 else { return nil }
        let byte = bytes[offset]
        offset &+= 1
        value |= UInt64(byte & 127) &<< shift
        if byte < 128 {
          guard byte != 0 || shift == 0 else { return nil }  // an over-long encoding
          break
        }
        shift &+= 7
      }
      guard let word = UInt32(exactly: value), let element = BabyBear(montgomery: word) else { return nil }
      elements.append(element)
    }
    return InnerDigest(elements)
  }

  public static func integers(of digest: InnerDigest) -> [String] { digest.elements.map(\.description) }
}
