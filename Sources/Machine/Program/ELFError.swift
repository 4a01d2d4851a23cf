/// Why the bytes of a file are not a program that the machine can run.
public struct ELFError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable {
    /// The file ends before what it announces.
    case truncated
    /// Not a 32-bit little-endian RISC-V executable.
    case wrongFormat = "wrong_format"
    /// The entry point is not the address of an instruction.
    case badEntry = "bad_entry"
    /// Too many program headers, or none that is loaded as code.
    case badSegmentCount = "bad_segment_count"
    /// A segment's address or size is out of range or misaligned.
    case badSegment = "bad_segment"
    /// Two segments want the same address.
    case overlappingSegments = "overlapping_segments"
    /// Code is not one piece.
    case scatteredCode = "scattered_code"
  }

  public var kind: Kind
  /// The field, as the ELF specification names it, with the number of the program header where there is one.
  public var field: String
  /// The byte of the file where the field stands.
  public var offset: Int
  public var expected: String
  public var found: String

  public init(_ kind: Kind, field: String, offset: Int, expected: String, found: String) {
    self.kind = kind
    self.field = field
    self.offset = offset
    self.expected = expected
    self.found = found
  }

  public var description: String { "ELF file, byte \(offset), \(field): expected \(expected), found \(found)" }
}
