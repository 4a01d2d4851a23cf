import CPluginRuntime

// How signatures are written in manifests, and how they are told to a worker.

extension ForeignFunction.Argument {
  static let syntax =
    "in.ptr, in.len, out.ptr, out.cap, out.len, const:TYPE:VALUE, null, scratch:BYTES, callback:progress or "
    + "callback:cancel"

  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard let role = parts.first else { return nil }
    func number(_ make: (ForeignFunction.NumberType) -> Self) -> Self? {
      switch parts.count {
      case 1: make(.usize)
      case 2: ForeignFunction.NumberType(rawValue: String(parts[1])).map(make)
      default: nil
      }
    }
    let found: Self?
    switch role {
    case "in.ptr": found = parts.count == 1 ? .inputPointer : nil
    case "in.len": found = number { .inputLength($0) }
    case "out.ptr": found = parts.count == 1 ? .outputPointer : nil
    case "out.cap": found = number { .outputCapacity($0) }
    case "out.len": found = number { .outputLength($0) }
    case "null": found = parts.count == 1 ? .null : nil
    case "const":
      guard parts.count == 3, let type = ForeignFunction.NumberType(rawValue: String(parts[1])),
        let bits = type.bits(of: parts[2])
      else { return nil }
      found = .constant(type, bits)
    case "scratch":
      guard parts.count == 2, let bytes = Int(parts[1]), (1...1 << 32).contains(bytes) else { return nil }
      found = .scratch(bytes)
    case "callback":
      guard parts.count == 2 else { return nil }
      found = ForeignFunction.Callback(parts[1]).map { .callback($0) }
    default: found = nil
    }
    guard let found else { return nil }
    self = found
  }
}

extension ForeignFunction.Callback {
  init?(_ text: Substring) {
    let name = text.prefix { $0 != "(" }
    guard let known = Name(rawValue: String(name)) else { return nil }
    self.name = known
    guard name.count < text.count else {
      parameters = known == .progress ? [.u64, .u64] : []
      result = known == .progress ? nil : .i32
      return
    }
    let rest = text.dropFirst(name.count + 1)
    guard let end = rest.firstIndex(of: ")") else { return nil }
    parameters = []
    if rest.startIndex != end {
      for word in rest[..<end].split(separator: ",", omittingEmptySubsequences: false) {
        if word == "ptr" {
          parameters.append(nil)
        } else if let type = ForeignFunction.NumberType(rawValue: String(word)) {
          parameters.append(type)
        } else {
          return nil
        }
      }
    }
    guard parameters.count <= Int(OPR_CALLBACK_ARGUMENTS) else { return nil }
    let tail = rest[rest.index(after: end)...]
    if tail.isEmpty || tail == "->void" {
      result = nil
    } else {
      guard tail.hasPrefix("->"), let type = ForeignFunction.NumberType(rawValue: String(tail.dropFirst(2))) else {
        return nil
      }
      result = type
    }
    if known == .cancel, result == nil { return nil }
  }
}

extension ForeignFunction.Result {
  static let syntax = "void, ptr:nonnull, i32:==0, i32:==1 or value:TYPE"

  init?(text: String) {
    switch text {
    case "void": self = .void
    case "ptr:nonnull": self = .pointerNotNull
    case "i32:==0": self = .zero
    case "i32:==1": self = .one
    default:
      guard text.hasPrefix("value:"), let type = ForeignFunction.NumberType(rawValue: String(text.dropFirst(6))) else {
        return nil
      }
      self = .value(type)
    }
  }
}

extension ForeignFunction {
  /// The same for the runtime.
  func description(library: opr_span, symbol: opr_span) -> opr_foreign {
    var wire = opr_foreign()
    wire.library = library
    wire.symbol = symbol
    wire.max_input_bytes = UInt64(maxInputBytes)
    switch output {
    case .fixed(let bytes): (wire.has_fixed_output, wire.output_bytes) = (1, UInt64(bytes))
    case .upTo(let bytes): (wire.has_fixed_output, wire.output_bytes) = (0, UInt64(bytes))
    }
    switch result {
    case .void: wire.returns = UInt32(OPR_RETURNS_VOID)
    case .pointerNotNull: wire.returns = UInt32(OPR_RETURNS_NOT_NULL)
    case .zero: wire.returns = UInt32(OPR_RETURNS_ZERO)
    case .one: wire.returns = UInt32(OPR_RETURNS_ONE)
    case .value(let type): (wire.returns, wire.return_type) = (UInt32(OPR_RETURNS_VALUE), type.code)
    }
    wire.argument_count = UInt32(arguments.count)
    withUnsafeMutableBytes(of: &wire.arguments) { places in
      // `init` has seen to it that there are not more than fit.
      for (place, argument) in zip(places.bindMemory(to: opr_foreign_argument.self).indices, arguments) {
        places.storeBytes(
          of: argument.description, toByteOffset: place * MemoryLayout<opr_foreign_argument>.stride,
          as: opr_foreign_argument.self)
      }
    }
    return wire
  }
}

extension ForeignFunction.Argument {
  fileprivate var description: opr_foreign_argument {
    var wire = opr_foreign_argument()
    func set(_ role: Int, _ type: ForeignFunction.NumberType? = nil, _ value: UInt64 = 0) {
      wire.role = UInt32(role)
      wire.type = type?.code ?? UInt32(OPR_POINTER)
      wire.value = value
    }
    switch self {
    case .inputPointer: set(OPR_INPUT_POINTER)
    case .inputLength(let type): set(OPR_INPUT_LENGTH, type)
    case .outputPointer: set(OPR_OUTPUT_POINTER)
    case .outputCapacity(let type): set(OPR_OUTPUT_CAPACITY, type)
    case .outputLength(let type): set(OPR_OUTPUT_LENGTH, type)
    case .constant(let type, let bits): set(OPR_CONSTANT, type, bits)
    case .null: set(OPR_NULL)
    case .scratch(let bytes): set(OPR_SCRATCH, nil, UInt64(bytes))
    case .callback(let callback):
      set(OPR_CALLBACK, nil, UInt64(callback.name == .progress ? OPR_CALLBACK_PROGRESS : OPR_CALLBACK_CANCEL))
      wire.result = callback.result?.code ?? UInt32(OPR_VOID)
      wire.parameter_count = UInt32(callback.parameters.count)
      withUnsafeMutableBytes(of: &wire.parameters) { places in
        for (place, parameter) in callback.parameters.enumerated() {
          places.storeBytes(of: parameter?.code ?? UInt32(OPR_POINTER), toByteOffset: 4 * place, as: UInt32.self)
        }
      }
    }
    return wire
  }
}
