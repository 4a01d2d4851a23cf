/// The parameters of an instance, from the application's manifest.
public struct CircuitParameters: Hashable, Sendable {
  public enum Value: Hashable, Sendable {
    case integer(Int64)
    case boolean(Bool)
    case text(String)
    /// A file's content.
    case file([UInt8])
  }

  public private(set) var values: [String: Value]

  public init(_ values: [String: Value] = [:]) { self.values = values }

  public subscript(key: String) -> Value? { values[key] }

  /// Throws unless exactly the parameters `keys` are there.
  public func requireKeys(_ keys: Set<String>) throws(CircuitError) {
    for key in values.keys.sorted() where !keys.contains(key) {
      throw .badArgument("unknown parameter \"\(key)\"")
    }
    for key in keys.sorted() where values[key] == nil { throw .badArgument("parameter \"\(key)\" is missing") }
  }

  /// Reads parameters as a host hands them over.
  init(_ parameters: UnsafePointer<outrigger_parameter>?, count: UInt64) throws(CircuitError) {
    values = [:]
    guard count <= 256 else { throw .badArgument("\(count) parameters, at most 256 are possible") }
    guard count > 0 else { return }
    guard let parameters else { throw .badArgument("\(count) parameters, and no pointer to them") }
    for index in 0..<Int(count) {
      let parameter = parameters[index]
      guard let key = String(parameter.key) else { throw .badArgument("the key of parameter \(index) is no text") }
      guard parameter.reserved == 0 else { throw .badArgument("parameter \"\(key)\" has a reserved word") }
      let value: Value
      switch parameter.kind {
      case 0: value = .integer(parameter.integer)
      case 1:
        guard parameter.integer == 0 || parameter.integer == 1 else {
          throw .badArgument("the boolean \"\(key)\" is \(parameter.integer)")
        }
        value = .boolean(parameter.integer == 1)
      case 2, 3:
        guard let bytes = [UInt8](parameter.bytes) else { throw .badArgument("\"\(key)\" has a length and no bytes") }
        if parameter.kind == 3 {
          value = .file(bytes)
        } else {
          guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .badArgument("\"\(key)\" is no UTF-8 text")
          }
          value = .text(text)
        }
      default: throw .badArgument("parameter \"\(key)\" is of the unknown kind \(parameter.kind)")
      }
      guard values.updateValue(value, forKey: key) == nil else { throw .badArgument("\"\(key)\" is given twice") }
    }
  }
}
