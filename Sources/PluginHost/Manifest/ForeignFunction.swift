/// `[deferral.function]`: a C function of any library on the machine, called through libffi.
public struct ForeignFunction: Hashable, Sendable {
  public var role: Role
  /// A path, if it contains a slash; else a name that the system's loader looks up.
  public var library: String
  public var symbol: String
  public var arguments: [Argument]
  public var returns: ReturnRule
  public var output: Output

  public init(
    role: Role, library: String, symbol: String, arguments: [Argument], returns: ReturnRule, output: Output
  ) {
    self.role = role
    self.library = library
    self.symbol = symbol
    self.arguments = arguments
    self.returns = returns
    self.output = output
  }

  public enum Role: String, Hashable, Sendable, CaseIterable {
    /// It is the deferral function.
    case eval
    /// The plugin's own function is compared with it.
    case oracle
  }

  /// The types of C that pass through a call.
  public enum CType: String, Hashable, Sendable, CaseIterable {
    case u8, u16, u32, u64, i8, i16, i32, i64, usize, ptr

    /// The numbers of an integer type; nil for `ptr`.
    public var integers: ClosedRange<Int128>? {
      switch self {
      case .u8: 0...Int128(UInt8.max)
      case .u16: 0...Int128(UInt16.max)
      case .u32: 0...Int128(UInt32.max)
      case .u64, .usize: 0...Int128(UInt64.max)
      case .i8: Int128(Int8.min)...Int128(Int8.max)
      case .i16: Int128(Int16.min)...Int128(Int16.max)
      case .i32: Int128(Int32.min)...Int128(Int32.max)
      case .i64: Int128(Int64.min)...Int128(Int64.max)
      case .ptr: nil
      }
    }
  }

  /// What is passed for an argument.
  public enum Argument: Hashable, Sendable {
    /// The input's address.
    case inputPointer
    /// The input's length in bytes.
    case inputLength(CType)
    /// The address of the room for the output.
    case outputPointer
    /// The size of that room.
    case outputCapacity(CType)
    /// The address of a number: the size of the room before the call, the output's length after it.
    case outputLength(CType)
    /// A number. Of a negative one, the bits as two's complement.
    case constant(CType, bits: UInt64)
    /// The null pointer.
    case null
    /// The address of as many bytes, all 0.
    case scratch(bytes: Int)
    /// The address of a function of the host.
    case callback(Callback)
  }

  /// Functions that the host supplies, for libraries whose callbacks carry no pointer of the user's.
  public enum Callback: String, Hashable, Sendable, CaseIterable {
    /// `void (uint64_t done, uint64_t total)`.
    case progress
    /// `int (void)`: 1 where the function should give up.
    case cancelled
  }

  /// What the returned value says.
  public enum ReturnRule: Hashable, Sendable {
    /// There is none.
    case void
    /// Success unless it is null.
    case nonNullPointer
    /// Success if it is this number, 0 or 1, as an `i32`.
    case status(Int32)
    /// A value: the output's length, or the output.
    case value(CType)
  }

  /// How long the output is.
  public enum Output: Hashable, Sendable {
    /// As many bytes.
    case fixed(Int)
    /// As the function says, up to a maximum.
    case reported(by: LengthSource, max: Int)

    /// The room that the function gets, in bytes.
    public var capacity: Int {
      switch self {
      case .fixed(let count): count
      case .reported(_, let max): max
      }
    }
  }

  /// Which number is the output's length.
  public enum LengthSource: String, Hashable, Sendable, CaseIterable {
    /// That which the function wrote.
    case argument = "out.len"
    /// That which it returned.
    case value
  }

  public static let maxArguments = 16
  /// Of an output, and of scratch memory.
  public static let maxBytes = 1 << 30
}
