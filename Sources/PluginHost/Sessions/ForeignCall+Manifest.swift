extension ForeignCall {
  /// A manifest's function as it is going to be called: with its library where it is, and inputs of at most
  /// `maxInputBytes`.
  init(_ function: ForeignFunction, library: String, maxInputBytes: Int) throws(ForeignSignatureError) {
    let output: Output
    switch function.output {
    case .fixed(let bytes): output = .fixed(bytes)
    case .reported(by: .argument, let bytes): output = .upTo(bytes)
    case .reported(by: .value, _):
      throw ForeignSignatureError(place: "output", found: "a returned length", expected: "a fixed length or out.len")
    }
    let result: Result =
      switch function.returns {
      case .void: .void
      case .nonNullPointer: .pointerNotNull
      case .status(let number): number == 0 ? .zero : .one
      case .value(let type): .value(NumberType(type))
      }
    try self.init(
      role: function.role == .eval ? .eval : .oracle, library: library, symbol: function.symbol,
      arguments: function.arguments.map { Argument($0) }, result: result, output: output, maxInputBytes: maxInputBytes)
  }
}

extension ForeignCall.NumberType {
  /// A pointer passes as a number of its size.
  fileprivate init(_ type: ForeignFunction.CType) { self = Self(rawValue: type.rawValue) ?? .usize }
}

extension ForeignCall.Argument {
  fileprivate init(_ argument: ForeignFunction.Argument) {
    self =
      switch argument {
      case .inputPointer: .inputPointer
      case .inputLength(let type): .inputLength(.init(type))
      case .outputPointer: .outputPointer
      case .outputCapacity(let type): .outputCapacity(.init(type))
      case .outputLength(let type): .outputLength(.init(type))
      case .constant(let type, let bits): .constant(.init(type), bits)
      case .null: .null
      case .scratch(let bytes): .scratch(bytes)
      case .callback(let callback):
        .callback(
          ForeignCall.Callback(
            name: callback.purpose == .progress ? .progress : .cancel,
            parameters: callback.parameters.map { $0 == .ptr ? nil : .init($0) }, result: callback.result.map { .init($0) }))
      }
  }
}
