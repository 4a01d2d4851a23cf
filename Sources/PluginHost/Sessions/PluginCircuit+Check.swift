import CPluginRuntime

extension PluginCircuit {
  /// A description as a plugin gave it, with every number within its bounds.
  init(checking wire: opr_description) throws(PluginError.Reason) {
    func bounded(_ name: String, _ value: UInt64, _ range: ClosedRange<Int>) throws(PluginError.Reason) -> Int {
      guard let number = Int(exactly: value), range.contains(number) else {
        throw .invalidValue(name, expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(value)")
      }
      return number
    }
    guard wire.reserved == 0 else {
      throw .reservedWordNotZero("the circuit's description", found: Int(wire.reserved))
    }
    id = try Self.text("circuit id", wire.id, length: wire.id_length, limit: 128)
    guard !id.isEmpty, id.utf8.allSatisfy(Self.isPartOfID) else {
      throw .invalidValue("circuit id", expected: "letters, digits, hyphens and dots", found: "'\(id)'")
    }
    version = try Self.text("circuit version", wire.version, length: wire.version_length, limit: 128)
    let most = SessionCore.maximumBytes - 1
    maxInputBytes = try bounded("input limit", wire.max_input_bytes, 0...most)
    maxOutputBytes = try bounded("output limit", wire.max_output_bytes, 0...most)
    guard maxOutputBytes % 8 == 0 else {
      throw .invalidValue("output limit", expected: "a multiple of 8", found: "\(maxOutputBytes)")
    }
    airCount = try bounded("number of AIRs", UInt64(wire.air_count), 1...256)
    logStackedHeight = try bounded("log stacked height", UInt64(wire.log_stacked_height), 11...24)
    guard wire.flags & ~3 == 0 else {
      throw .invalidValue("flags", expected: "those of this version, 1 and 2", found: "\(wire.flags)")
    }
    usesStandardIO = wire.flags & 1 != 0
    isParallel = wire.flags & 2 != 0
    maxLogBatch = try bounded("log of the batch", UInt64(wire.max_log_batch), 0...(usesStandardIO ? 16 : 0))
  }

  private static func text<Room>(
    _ name: String, _ room: Room, length: UInt32, limit: Int
  ) throws(PluginError.Reason) -> String {
    let bytes = withUnsafeBytes(of: room) { Array($0) }
    guard let count = Int(exactly: length), count <= min(limit, bytes.count) else {
      throw .invalidValue(name, expected: "at most \(limit) bytes", found: "\(length)")
    }
    guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
      throw .invalidValue(name, expected: "UTF-8", found: hexadecimal(bytes[..<count]))
    }
    return SessionArena.printable(text.utf8)
  }

  private static func isPartOfID(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
    default: false
    }
  }
}
