import Algebra
import Hashing

/// A cursor over bytes from outside. Every read is checked against what remains before anything is allocated, and
/// fails with the field that was being read, which `begin` and `at` name.
package struct ByteReader {
  private let bytes: [UInt8]
  package private(set) var offset = 0
  private var field = FieldName("header")
  /// Sections for an anatomy, where one is asked for.
  private var sections: [Section]?

  private struct Section {
    var name: FieldName
    var stage: ProtocolStage
    var start: Int
  }

  package init(_ bytes: [UInt8]) { self.init(bytes, recordingSections: false) }

  init(_ bytes: [UInt8], recordingSections: Bool) {
    self.bytes = bytes
    sections = recordingSections ? [] : nil
  }

  package var remaining: Int { bytes.count - offset }

  /// The section that the next bytes belong to.
  mutating func begin(_ stage: ProtocolStage, _ name: FieldName) {
    field = name
    sections?.append(Section(name: name, stage: stage, start: offset))
  }

  /// The field, inside the current section, that the next bytes belong to.
  package mutating func at(_ name: FieldName) { field = name }

  /// The recorded sections, without the empty ones; together they cover every byte read.
  func anatomy() -> [AnatomySection] {
    let recorded = sections ?? []
    var result: [AnatomySection] = []
    for (index, section) in recorded.enumerated() {
      let end = index + 1 < recorded.count ? recorded[index + 1].start : offset
      guard end > section.start else { continue }
      result.append(AnatomySection(name: section.name.text, stage: section.stage, bytes: section.start..<end))
    }
    return result
  }

  // MARK: Failures

  /// An error about the value at `offset`, or at the cursor.
  package func failure(_ kind: DecodeError.Kind, at offset: Int? = nil, expected: String, found: String) -> DecodeError
  {
    DecodeError(kind, field: field.text, offset: offset ?? self.offset, expected: expected, found: found)
  }

  /// Demands that `count` items of `size` bytes remain, and gives their number of bytes.
  @discardableResult
  package func require(_ count: Int, of size: Int = 1) throws(DecodeError) -> Int {
    let (total, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, total >= 0, total <= remaining else {
      throw failure(.truncated, expected: "\(count) x \(size) bytes", found: "\(remaining) bytes")
    }
    return total
  }

  /// Demands that every byte was read.
  package func finish() throws(DecodeError) {
    guard remaining == 0 else {
      throw failure(.trailingBytes, expected: "the end", found: "\(remaining) more bytes")
    }
  }

  /// The next `count` bytes.
  package mutating func bytes(_ count: Int) throws(DecodeError) -> [UInt8] {
    try require(count)
    defer { offset += count }
    return Array(bytes[offset..<offset + count])
  }

  // MARK: Integers

  package mutating func byte() throws(DecodeError) -> UInt8 {
    try require(1)
    defer { offset += 1 }
    return bytes[offset]
  }

  package mutating func word() throws(DecodeError) -> UInt32 {
    try require(4)
    defer { offset += 4 }
    return bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
  }

  /// A size that claims nothing about the bytes that follow.
  package mutating func size() throws(DecodeError) -> Int { Int(try word()) }

  /// The length of a list whose items take at least `itemSize` bytes each.
  package mutating func length(itemSize: Int) throws(DecodeError) -> Int {
    let start = offset
    let length = try size()
    guard length <= remaining / Swift.max(itemSize, 1) else {
      throw failure(
        .truncated, at: start, expected: "at most \(remaining / Swift.max(itemSize, 1)) items", found: "\(length)")
    }
    return length
  }

  /// A LEB128 integer of at most `limit`, in its shortest form.
  mutating func varint(limit: UInt64) throws(DecodeError) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let next = try byte()
      let bits = UInt64(next & 0x7f)
      let placed = bits << shift
      guard placed >> shift == bits else { break }
      value |= placed
      guard next & 0x80 == 0 else { continue }
      guard next != 0 || shift == 0 else {
        throw failure(.nonCanonicalVarint, at: start, expected: "the shortest form", found: "a padded form of \(value)")
      }
      guard value <= limit else {
        throw failure(.nonCanonicalVarint, at: start, expected: "at most \(limit)", found: "\(value)")
      }
      return value
    }
    throw failure(.nonCanonicalVarint, at: start, expected: "at most \(limit)", found: "a longer integer")
  }

  // MARK: Field elements and digests

  mutating func element() throws(DecodeError) -> BabyBear {
    let start = offset
    let value = try word()
    guard let element = BabyBear(canonical: value) else { throw nonCanonical(value, at: start) }
    return element
  }

  package mutating func elements(_ count: Int) throws(DecodeError) -> [BabyBear] {
    let size = try require(count, of: 4)
    var bad: Int?
    let result = bytes.withUnsafeBytes { source in
      [BabyBear](unsafeUninitializedCapacity: count) { target, initialized in
        // SAFE: `require` has checked that `4 * count` bytes stand at the cursor.
        for index in 0..<count {
          let word = source.loadUnaligned(fromByteOffset: offset + 4 * index, as: UInt32.self)
          guard let element = BabyBear(canonical: UInt32(littleEndian: word)) else {
            bad = bad ?? index
            continue
          }
          target.initializeElement(at: index, to: element)
        }
        initialized = bad == nil ? count : 0
      }
    }
    try rejectElement(bad)
    offset += size
    return result
  }

  mutating func ext() throws(DecodeError) -> Ext4 {
    let c0 = try element()
    let c1 = try element()
    let c2 = try element()
    let c3 = try element()
    return Ext4(c0, c1, c2, c3)
  }

  mutating func exts(_ count: Int) throws(DecodeError) -> [Ext4] {
    let size = try require(count, of: 16)
    var bad: Int?
    let result = bytes.withUnsafeBytes { source in
      [Ext4](unsafeUninitializedCapacity: count) { target, initialized in
        // SAFE: `require` has checked that `16 * count` bytes stand at the cursor.
        func coefficient(_ index: Int) -> BabyBear {
          let word = source.loadUnaligned(fromByteOffset: offset + 4 * index, as: UInt32.self)
          if let element = BabyBear(canonical: UInt32(littleEndian: word)) { return element }
          bad = bad ?? index
          return .zero
        }
        for index in 0..<count {
          target.initializeElement(
            at: index,
            to: Ext4(
              coefficient(4 * index), coefficient(4 * index + 1), coefficient(4 * index + 2),
              coefficient(4 * index + 3)))
        }
        initialized = count
      }
    }
    try rejectElement(bad)
    offset += size
    return result
  }

  package mutating func digest<H: HashConfiguration>(_: H.Type) throws(DecodeError) -> H.Digest {
    let size = try require(H.digestByteCount)
    guard let digest = H.decode(bytes[offset..<offset + size]) else {
      throw failure(.nonCanonicalDigest, expected: "a canonical \(H.name) digest", found: "one that is not reduced")
    }
    offset += size
    return digest
  }

  package mutating func digests<H: HashConfiguration>(_ count: Int, _: H.Type) throws(DecodeError) -> [H.Digest] {
    try require(count, of: H.digestByteCount)
    var result: [H.Digest] = []
    result.reserveCapacity(count)
    for _ in 0..<count { result.append(try digest(H.self)) }
    return result
  }

  /// A digest in the form that keys have.
  mutating func keyDigest<H: HashConfiguration>(_: H.Type) throws(DecodeError) -> H.Digest {
    var end = offset
    guard let digest = H.decodeForKey(bytes, at: &end), end <= bytes.count else {
      throw failure(.nonCanonicalDigest, expected: "a canonical \(H.name) digest", found: "none")
    }
    offset = end
    return digest
  }

  private func rejectElement(_ index: Int?) throws(DecodeError) {
    guard let index else { return }
    let position = offset + 4 * index
    let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: UInt32.self) }
    throw nonCanonical(UInt32(littleEndian: value), at: position)
  }

  private func nonCanonical(_ value: UInt32, at position: Int) -> DecodeError {
    failure(
      .nonCanonicalElement, at: position, expected: "a field element below \(BabyBear.modulus)", found: "\(value)")
  }
}
