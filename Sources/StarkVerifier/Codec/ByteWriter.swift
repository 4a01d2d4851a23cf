import Algebra
import Hashing

/// Appends values in the proof form (chapter 10, section 7.1) or the key form (section 4.9).
package struct ByteWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  /// Bytes as they are.
  package mutating func append(_ other: [UInt8]) { bytes.append(contentsOf: other) }

  // MARK: Proof form

  package mutating func byte(_ value: UInt8) { bytes.append(value) }

  package mutating func word(_ value: UInt32) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func size(_ value: Int) { word(UInt32(clamping: value)) }

  mutating func element(_ value: BabyBear) { word(value.canonical) }

  package mutating func elements(_ values: [BabyBear]) {
    for value in values { element(value) }
  }

  mutating func ext(_ value: Ext4) {
    element(value.c0)
    element(value.c1)
    element(value.c2)
    element(value.c3)
  }

  /// Elements without their number.
  mutating func exts(_ values: [Ext4]) {
    for value in values { ext(value) }
  }

  /// The number of elements, then the elements.
  mutating func list(_ values: [Ext4]) {
    size(values.count)
    exts(values)
  }

  package mutating func digest<H: HashConfiguration>(_ value: H.Digest, _: H.Type) { H.encode(value, into: &bytes) }

  package mutating func digests<H: HashConfiguration>(_ values: [H.Digest], _: H.Type) {
    for value in values { H.encode(value, into: &bytes) }
  }

  // MARK: Key form

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func varint(_ value: Int) { varint(UInt64(clamping: value)) }

  /// Zig-zag form of a signed integer.
  mutating func signed(_ value: Int) { varint(UInt64(bitPattern: Int64((value &<< 1) ^ (value >> 63)))) }

  mutating func flag(_ value: Bool) { byte(value ? 1 : 0) }

  mutating func residue(_ value: BabyBear) { varint(UInt64(value.montgomery)) }

  mutating func keyDigest<H: HashConfiguration>(_ value: H.Digest, _: H.Type) { H.encodeForKey(value, into: &bytes) }
}
