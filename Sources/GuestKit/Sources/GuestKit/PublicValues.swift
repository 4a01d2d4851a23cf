import CGuestKit

/// Writes bytes to the run's public values, from byte `offset` on. The public values are what a proof shows of a run;
/// bytes that are never written are zero.
///
/// - Parameters:
///   - bytes: As many as there is room for: applications have 32 public bytes unless set up otherwise. Zeros fill the
///     last word of four bytes.
///   - offset: In bytes, a multiple of four.
public func reveal(_ bytes: [UInt8], at offset: Int = 0) {
  requireWordOffset(offset)
  bytes.withUnsafeBytes { guest_reveal($0.baseAddress, $0.count, offset) }
}

/// Writes words to the public values, each as four bytes, little-endian.
public func reveal(_ words: [UInt32], at offset: Int = 0) {
  requireWordOffset(offset)
  for (index, word) in words.enumerated() { guest_reveal_word(word, offset + 4 * index) }
}

/// Writes a word to the public values, as four bytes, little-endian.
@inline(__always)
public func reveal(_ word: UInt32, at offset: Int) {
  requireWordOffset(offset)
  guest_reveal_word(word, offset)
}

/// Writes eight bytes to the public values, little-endian.
@inline(__always) @_disfavoredOverload
public func reveal(_ value: UInt64, at offset: Int) {
  requireWordOffset(offset)
  guest_reveal_word(UInt32(truncatingIfNeeded: value), offset)
  guest_reveal_word(UInt32(truncatingIfNeeded: value >> 32), offset + 4)
}

@inline(__always)
private func requireWordOffset(_ offset: Int) {
  Guest.require(offset >= 0 && offset % 4 == 0, "public values are revealed at multiples of four")
}
