// Values of the plugin header as Swift values. Lengths come from outside and are checked before anything is read.

extension [UInt8] {
  /// A copy of bytes that a host hands over; nil when the length is no length of anything in memory, or there is no
  /// pointer.
  init?(_ bytes: outrigger_bytes) {
    guard bytes.length > 0 else {
      self = []
      return
    }
    guard let data = bytes.data, let count = Int(exactly: bytes.length) else { return nil }
    // SAFE: the header promises that `length` bytes are there during the call.
    self = Array(UnsafeBufferPointer(start: data, count: count))
  }
}

extension String {
  /// Text that a host hands over; nil when it is no UTF-8 of at most 4096 bytes.
  init?(_ text: outrigger_text) {
    guard text.length > 0 else {
      self = ""
      return
    }
    guard let data = text.data, text.length <= 4096 else { return nil }
    let count = Int(text.length)
    // SAFE: the header promises that `length` bytes are there during the call.
    let bytes = UnsafeRawBufferPointer(start: data, count: count)
    guard let value = String(validating: bytes, as: UTF8.self) else { return nil }
    self = value
  }

  /// Calls `body` with the text as the header has it.
  func withText<R>(_ body: (outrigger_text) -> R) -> R {
    var copy = self
    return copy.withUTF8 { bytes in
      body(outrigger_text(data: Self.characters(bytes.baseAddress), length: UInt64(bytes.count)))
    }
  }

  /// The text as the header has it, until the process ends.
  func staticText() -> outrigger_text {
    let bytes = Array(utf8)
    let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Swift.max(bytes.count, 1))
    _ = memory.update(fromContentsOf: bytes)
    return outrigger_text(data: Self.characters(memory.baseAddress), length: UInt64(bytes.count))
  }

  private static func characters(_ bytes: UnsafePointer<UInt8>?) -> UnsafePointer<CChar>? {
    // SAFE: both are bytes.
    UnsafeRawPointer(bytes).map { $0.assumingMemoryBound(to: CChar.self) }
  }

  private static func characters(_ bytes: UnsafeMutablePointer<UInt8>?) -> UnsafePointer<CChar>? {
    characters(UnsafePointer(bytes))
  }
}

extension outrigger_bytes {
  /// The bytes until the process ends.
  init(staticCopyOf bytes: [UInt8]) {
    let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Swift.max(bytes.count, 1))
    _ = memory.update(fromContentsOf: bytes)
    self.init(data: UnsafePointer(memory.baseAddress), length: UInt64(bytes.count))
  }
}

extension UnsafeMutablePointer<outrigger_buffer> {
  /// Writes `bytes` into the host's buffer, or says how many there are.
  func write(_ bytes: [UInt8]) -> outrigger_status {
    pointee.length = UInt64(bytes.count)
    guard UInt64(bytes.count) <= pointee.capacity else { return Status.tooSmall }
    guard !bytes.isEmpty else { return Status.ok }
    guard let data = pointee.data else { return Status.badArgument }
    // SAFE: the buffer has room for `capacity` bytes, and there are no more than that.
    bytes.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { data.update(from: base, count: bytes.count) }
    }
    return Status.ok
  }
}
