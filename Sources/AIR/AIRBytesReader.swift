import Algebra

/// A cursor over AIR bytes that knows which AIR and node it is in. Every read is checked against what remains.
struct AIRBytesReader {
  private let bytes: [UInt8]
  private(set) var offset = 0
  var air: Int?
  var node: Int?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var remaining: Int { bytes.count - offset }

  /// An error about the value at `offset`, or at the cursor.
  func failure(
    _ rule: AIRBytesError.Rule, at offset: Int? = nil, expected: String, found: String
  ) -> AIRBytesError {
    AIRBytesError(rule, offset: offset ?? self.offset, air: air, node: node, expected: expected, found: found)
  }

  private mutating func take(_ count: Int) throws(AIRBytesError) -> ArraySlice<UInt8> {
    guard count <= remaining else {
      throw failure(.truncated, expected: "\(count) bytes", found: "\(remaining)")
    }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  mutating func magic() throws(AIRBytesError) {
    let found = bytes.prefix(AIRBytes.magic.count)
    guard found.elementsEqual(AIRBytes.magic) else {
      throw failure(
        .magic, expected: "OTRGAIR1",
        found: found.isEmpty ? "nothing" : "bytes \(found.map(String.init).joined(separator: " "))")
    }
    offset = AIRBytes.magic.count
  }

  mutating func u8() throws(AIRBytesError) -> UInt8 {
    let bytes = try take(1)
    return bytes[bytes.startIndex]
  }

  mutating func u16() throws(AIRBytesError) -> UInt16 {
    UInt16(truncatingIfNeeded: try integer(2))
  }

  mutating func u32() throws(AIRBytesError) -> UInt32 {
    UInt32(truncatingIfNeeded: try integer(4))
  }

  private mutating func integer(_ size: Int) throws(AIRBytesError) -> UInt64 {
    try take(size).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func flag() throws(AIRBytesError) -> Bool {
    let start = offset
    let value = try u8()
    guard value < 2 else { throw failure(.flag, at: start, expected: "0 or 1", found: "\(value)") }
    return value == 1
  }

  mutating func text() throws(AIRBytesError) -> String {
    let start = offset
    let count = Int(try u8())
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw failure(.text, at: start, expected: "UTF-8", found: "\(count) bytes that are not")
    }
    return text
  }

  mutating func element() throws(AIRBytesError) -> BabyBear {
    let start = offset
    let value = try u32()
    guard let element = BabyBear(canonical: value) else {
      throw failure(.element, at: start, expected: "a constant below \(BabyBear.modulus)", found: "\(value)")
    }
    return element
  }

  /// Demands that `count`, which stood at `start`, items of at least `itemSize` bytes can follow: memory for them is
  /// bounded by what the bytes take.
  func checkCount(_ count: Int, at start: Int, itemSize: Int) throws(AIRBytesError) {
    guard count <= remaining / itemSize else {
      throw failure(
        .truncated, at: start, expected: "at most \(remaining / itemSize) items, for which there are bytes",
        found: "\(count)")
    }
  }

  /// A count of four bytes, of items of at least `itemSize` bytes.
  mutating func count(itemSize: Int) throws(AIRBytesError) -> Int {
    let start = offset
    let count = Int(try u32())
    try checkCount(count, at: start, itemSize: itemSize)
    return count
  }

  func finish() throws(AIRBytesError) {
    guard remaining == 0 else {
      throw failure(.trailingBytes, expected: "the end", found: "\(remaining) more bytes")
    }
  }
}
