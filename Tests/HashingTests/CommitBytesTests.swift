import Algebra
import BigInt
import Foundation
import Hashing
import TestSupport
import Testing

@Suite struct CommitBytesTests {
  static let digests: [InnerDigest] = {
    var generator = SeededGenerator(40)
    let edges = [InnerDigest([]), InnerDigest([1]), InnerDigest([BabyBear](repeating: -1, count: 8))]
    return edges
      + (0..<50).map { _ in
        InnerDigest((0..<8).map { _ in BabyBear(UInt32.random(in: 0..<BabyBear.modulus, using: &generator)) })
      }
  }()

  @Test func areTheBigEndianInteger() {
    for digest in Self.digests {
      let integer = digest.elements.reversed().reduce(BigUInt(0)) {
        $0 * BigUInt(BabyBear.modulus) + BigUInt($1.canonical)
      }
      #expect(BigUInt(Data(CommitBytes(digest).bytes)) == integer)
    }
  }

  @Test func roundTripAsText() {
    for digest in Self.digests {
      let text = CommitBytes(digest).description
      #expect(text.count == 66)
      #expect(CommitBytes(text)?.digest == digest)
      #expect(CommitBytes(String(text.dropFirst(2)).uppercased())?.digest == digest)
    }
  }

  /// `value + p^8` has the same remainders: the digest it stands for is another integer.
  @Test func rejectOtherForms() {
    let modulus = BigUInt(BabyBear.modulus).power(8)
    for digest in Self.digests {
      let alias = BigUInt(Data(CommitBytes(digest).bytes)) + modulus
      let digits = String(alias, radix: 16)
      #expect(CommitBytes(String(repeating: "0", count: 64 - digits.count) + digits) == nil)
    }
    let good = CommitBytes(InnerDigest([5])).description
    for bad in ["", "0x", String(good.dropLast()), good + "0", good.replacingOccurrences(of: "5", with: "g")] {
      #expect(CommitBytes(bad) == nil)
    }
  }
}
