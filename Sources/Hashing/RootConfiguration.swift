import Algebra
import CKernels

/// BabyBear traces hashed with Poseidon2 over BN254: the configuration of the root proof.
///
/// A digest is one BN254 scalar. Leaves are hashed by the multi-field sponge, which packs up to eight BabyBear
/// elements into a scalar (chapter 10, section 2.4); pairs are compressed by the permutation of width 2 (2.5).
public enum RootConfiguration: HashConfiguration {
  public typealias Digest = BN254Scalar
  public typealias Transcript = RootTranscript

  public static let name = "root"
  public static let emptyDigest = BN254Scalar.zero

  public static func hash(_ elements: UnsafeBufferPointer<BabyBear>) -> BN254Scalar {
    var digest = emptyDigest
    guard let start = elements.baseAddress else { return digest }
    hashRows(rowMajor: start, width: elements.count, rowCount: 1, into: &digest)
    return digest
  }

  public static func compress(_ left: BN254Scalar, _ right: BN254Scalar) -> BN254Scalar {
    var output = emptyDigest
    let pair: [2 of BN254Scalar] = [left, right]
    pair.span.withUnsafeBufferPointer { input in
      guard let start = input.baseAddress else { return }
      compressHalves(start, into: &output, groups: 1, half: 1)
    }
    return output
  }

  public static func hashRows(
    columns: UnsafeBufferPointer<UnsafePointer<BabyBear>>, firstRow: Int, rowCount: Int,
    into digests: UnsafeMutablePointer<BN254Scalar>
  ) {
    // SAFE: BabyBear is one UInt32, BN254Scalar four UInt64 like ck_fr; the kernel reads and writes them as such.
    UnsafeRawBufferPointer(columns).withMemoryRebound(to: UnsafePointer<UInt32>?.self) { words in
      ck_bn254_hash_rows(
        ck_simd_level(), words.baseAddress, columns.count, firstRow, rowCount, rawElements(digests))
    }
  }

  public static func hashRows(
    rowMajor rows: UnsafePointer<BabyBear>, width: Int, rowCount: Int,
    into digests: UnsafeMutablePointer<BN254Scalar>
  ) {
    ck_bn254_hash_rows_row_major(
      ck_simd_level(), UnsafeRawPointer(rows).assumingMemoryBound(to: UInt32.self), width, rowCount,
      rawElements(digests))
  }

  public static func compressHalves(
    _ input: UnsafePointer<BN254Scalar>, into output: UnsafeMutablePointer<BN254Scalar>, groups: Int, half: Int
  ) {
    ck_bn254_compress_halves(
      ck_simd_level(), UnsafeRawPointer(input).assumingMemoryBound(to: ck_fr.self), rawElements(output), groups, half)
  }

  private static func rawElements(_ digests: UnsafeMutablePointer<BN254Scalar>) -> UnsafeMutablePointer<ck_fr> {
    UnsafeMutableRawPointer(digests).assumingMemoryBound(to: ck_fr.self)
  }

  public static let digestByteCount = BN254Scalar.byteCount

  public static func encode(_ digest: BN254Scalar, into bytes: inout [UInt8]) {
    bytes.append(contentsOf: digest.canonicalBigEndian)
  }

  public static func decode(_ bytes: ArraySlice<UInt8>) -> BN254Scalar? { BN254Scalar(canonicalBigEndian: bytes) }

  public static func encodeForKey(_ digest: BN254Scalar, into bytes: inout [UInt8]) {
    bytes.append(UInt8(BN254Scalar.byteCount))  // a varint of one byte
    bytes.append(contentsOf: digest.montgomeryLittleEndian)
  }

  public static func decodeForKey(_ bytes: [UInt8], at offset: inout Int) -> BN254Scalar? {
    let length = 1 + BN254Scalar.byteCount
    guard offset >= 0, offset <= bytes.count, bytes.count &- offset >= length,
      bytes[offset] == UInt8(BN254Scalar.byteCount),
      let digest = BN254Scalar(montgomeryLittleEndian: bytes[offset &+ 1..<offset &+ length])
    else { return nil }
    offset &+= length
    return digest
  }

  public static func integers(of digest: BN254Scalar) -> [String] { [digest.description] }
}
