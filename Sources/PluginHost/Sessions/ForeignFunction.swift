import CPluginRuntime

/// A C function of any library on the machine, as a manifest describes it: called through libffi in a worker, as a
/// deferral function or as an oracle for one.
///
/// It is called once with eight zero bytes while it is loaded, since many libraries set themselves up on first use and
/// read files for that. A function whose result says that it failed rejects its input (`.badInput`), unless it was
/// asked to give up.
public struct ForeignFunction: Hashable, Sendable {
  public enum Role: String, Hashable, Sendable {
    /// It is the deferral function.
    case eval
    /// The plugin's own function is compared with it.
    case oracle
  }

  /// A type of integers; `pointer` stands in signatures of callbacks only.
  public enum NumberType: String, Hashable, Sendable, CaseIterable {
    case u8, i8, u16, i16, u32, i32, u64, i64, usize

    var code: UInt32 {
      switch self {
      case .u8: UInt32(OPR_U8)
      case .i8: UInt32(OPR_I8)
      case .u16: UInt32(OPR_U16)
      case .i16: UInt32(OPR_I16)
      case .u32: UInt32(OPR_U32)
      case .i32: UInt32(OPR_I32)
      case .u64: UInt32(OPR_U64)
      case .i64: UInt32(OPR_I64)
      case .usize: UInt32(OPR_USIZE)
      }
    }

    /// The bits of an integer of this type; nil where it does not fit.
    func bits(of text: Substring) -> UInt64? {
      let isNegative = text.hasPrefix("-")
      let digits = isNegative ? text.dropFirst() : text
      let isHexadecimal = digits.hasPrefix("0x")
      guard let magnitude = UInt64(isHexadecimal ? digits.dropFirst(2) : digits, radix: isHexadecimal ? 16 : 10),
        digits.first != "+", digits.dropFirst(2).first != "+"
      else { return nil }
      let width: UInt64
      switch self {
      case .u8, .i8: width = 8
      case .u16, .i16: width = 16
      case .u32, .i32: width = 32
      case .u64, .i64, .usize: width = 64
      }
      let isSigned = rawValue.hasPrefix("i")
      let top = UInt64(1) << (width - 1)
      if isNegative {
        guard isSigned, magnitude <= top else { return nil }
        let all = width == 64 ? UInt64.max : (1 << width) - 1
        return (0 &- magnitude) & all
      }
      guard isSigned ? magnitude < top : magnitude <= (top - 1) + top else { return nil }
      return magnitude
    }
  }

  public enum Argument: Hashable, Sendable {
    case inputPointer
    case inputLength(NumberType)
    case outputPointer
    case outputCapacity(NumberType)
    /// A pointer to the capacity, where the function leaves the length.
    case outputLength(NumberType)
    /// The bits of a number.
    case constant(NumberType, UInt64)
    case null
    /// Zeroed memory of so many bytes.
    case scratch(Int)
    case callback(Callback)
  }

  /// A function that the host hands over, with a signature that the library wants.
  public struct Callback: Hashable, Sendable {
    public enum Name: String, Hashable, Sendable {
      /// Its first two integers are what is done and the total. Returns 0 where it returns anything.
      case progress
      /// Returns 1 where the call should give up.
      case cancel
    }
    public var name: Name
    /// nil stands for a pointer.
    public var parameters: [NumberType?]
    public var result: NumberType?
  }

  public enum Result: Hashable, Sendable {
    case void
    case pointerNotNull
    case zero
    case one
    /// The number itself is the output: its bytes, little-endian, filled up to 8 with zeros.
    case value(NumberType)
  }

  public enum Output: Hashable, Sendable {
    /// Just so many bytes; zeros follow up to a multiple of 8.
    case fixed(Int)
    /// At most so many, as many as the function leaves in its argument for the output's length.
    case upTo(Int)
  }

  public var role: Role
  public var library: String
  public var symbol: String
  public var arguments: [Argument]
  public var result: Result
  public var output: Output
  public var maxInputBytes: Int

  /// What a manifest says. Arguments: `in.ptr`, `in.len`, `out.ptr`, `out.cap`, `out.len` (lengths with `:TYPE`, else
  /// `usize`), `const:TYPE:VALUE`, `null`, `scratch:BYTES`, `callback:progress` and `callback:cancel`, with a signature
  /// such as `callback:cancel(ptr,i32)->i32` where the library's is not the usual one: `(u64,u64)` for progress,
  /// `()->i32` for cancel. Results: `void`, `ptr:nonnull`, `i32:==0`, `i32:==1`, `value:TYPE`.
  public init(
    role: Role, library: String, symbol: String, arguments: [String], returns: String, output: Output,
    maxInputBytes: Int
  ) throws(ForeignSignatureError) {
    self.role = role
    self.library = library
    self.symbol = symbol
    self.output = output
    self.maxInputBytes = maxInputBytes
    var parsed: [Argument] = []
    for (number, text) in arguments.enumerated() {
      guard let argument = Argument(text) else {
        throw ForeignSignatureError(place: "argument \(number + 1)", found: text, expected: Argument.syntax)
      }
      parsed.append(argument)
    }
    self.arguments = parsed
    guard let result = Result(text: returns) else {
      throw ForeignSignatureError(place: "returns", found: returns, expected: Result.syntax)
    }
    self.result = result
    try check()
  }

  /// What can be said about the signature as a whole.
  private func check() throws(ForeignSignatureError) {
    func fault(_ place: String, _ found: String, _ expected: String) -> ForeignSignatureError {
      ForeignSignatureError(place: place, found: found, expected: expected)
    }
    for (place, text) in [("library", library), ("symbol", symbol)] {
      guard !text.isEmpty, text.utf8.count < 512, !text.utf8.contains(0) else {
        throw fault(place, text, "a name of 1 to 511 bytes")
      }
    }
    guard arguments.count <= Int(OPR_FOREIGN_ARGUMENTS) else {
      throw fault("arguments", "\(arguments.count)", "at most \(OPR_FOREIGN_ARGUMENTS)")
    }
    guard maxInputBytes >= 0 else { throw fault("input limit", "\(maxInputBytes)", "0 or more") }
    let bytes = outputBytes
    guard (0...Int(UInt32.max) - 7).contains(bytes) else { throw fault("output", "\(bytes)", "0 to 4294967288 bytes") }
    let pointers = arguments.count { $0 == .outputPointer }
    let lengths = arguments.count { if case .outputLength = $0 { true } else { false } }
    if case .value = result {
      guard pointers + lengths == 0 else {
        throw fault("arguments", "out.ptr or out.len", "neither: the value is the output")
      }
      return
    }
    guard pointers == 1 else { throw fault("arguments", "\(pointers) times out.ptr", "once") }
    switch output {
    case .fixed: guard lengths == 0 else { throw fault("arguments", "out.len", "none: the output is fixed") }
    case .upTo: guard lengths == 1 else { throw fault("arguments", "\(lengths) times out.len", "once") }
    }
  }

  private var outputBytes: Int {
    switch output {
    case .fixed(let bytes), .upTo(let bytes): bytes
    }
  }

  /// The most bytes that a call gives, zeros included.
  var paddedOutputBytes: Int {
    if case .value = result { return 8 }
    return (outputBytes + 7) / 8 * 8
  }
}

/// A signature that cannot be: what stands where, and what may.
public struct ForeignSignatureError: Error, Hashable, Sendable, CustomStringConvertible {
  public var place: String
  public var found: String
  public var expected: String

  public var description: String { "foreign function, \(place): found '\(found)', expected \(expected)" }
}
