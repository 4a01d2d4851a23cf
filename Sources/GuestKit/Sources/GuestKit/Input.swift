import CGuestKit

/// The next input of the run, whole. Inputs come in the order in which the host was given them.
///
/// Nothing vouches for an input: whoever proves may choose it. What a proof says about it is what the guest checks or
/// reveals. A run that asks for more inputs than there are ends with an error of the host.
public func readInput() -> [UInt8] {
  let length = beginInput()
  // Whole words arrive, so there must be room for the last one. No overflow: `beginInput` bounds the length.
  return [UInt8](unsafeUninitializedCapacity: (length + 3) / 4 * 4) { buffer, count in
    // SAFE: the elements of an array start at a multiple of four, and the capacity is that of all words.
    guest_read_words(buffer.baseAddress, (length + 3) / 4)
    count = length
  }
}

/// The next input as little-endian words. Its length must be a multiple of four.
public func readInputWords() -> [UInt32] {
  let length = beginInput()
  Guest.require(length % 4 == 0, "the input's length is not a multiple of four")
  return [UInt32](unsafeUninitializedCapacity: length / 4) { buffer, count in
    // SAFE: the buffer has room for `length` bytes.
    guest_read_words(buffer.baseAddress, length / 4)
    count = length / 4
  }
}

/// The next input as one integer, little-endian. Its length must be the integer's.
public func readInput<Integer: FixedWidthInteger & BitwiseCopyable>(as type: Integer.Type) -> Integer {
  let length = beginInput()
  Guest.require(length == MemoryLayout<Integer>.size, "the input's length is not the integer's")
  var word: UInt32 = 0
  if length <= 4 {
    guest_read_word(&word)
    return Integer(truncatingIfNeeded: word)
  }
  var value = Integer.zero
  // SAFE: integers of more than four bytes have a multiple of four bytes and of alignment.
  guest_read_words(&value, length / 4)
  return value
}

/// Reads the next input into memory of the caller's and returns its length in bytes. `buffer` starts at a multiple of
/// four and has room for the input's length, rounded up to one.
public func readInput(into buffer: UnsafeMutableRawBufferPointer) -> Int {
  let length = beginInput()
  Guest.require(UInt(bitPattern: buffer.baseAddress) % 4 == 0, "the buffer does not start at a multiple of four")
  Guest.require((length + 3) / 4 * 4 <= buffer.count, "the input does not fit the buffer")
  guest_read_words(buffer.baseAddress, (length + 3) / 4)
  return length
}

/// Makes the next input current and returns its length in bytes.
private func beginInput() -> Int {
  var length: UInt32 = 0
  guest_next_input()
  guest_read_word(&length)
  Guest.require(length < 1 << 29, "the input is larger than the memory")
  return Int(length)
}
