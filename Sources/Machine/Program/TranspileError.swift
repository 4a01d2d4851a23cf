/// Why a word of code is not an instruction of the machine.
public struct TranspileError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Hashable, Sendable {
    /// A 16-bit instruction, or data.
    case compressed
    /// No RV32IM instruction: an unknown operation, or a known one with fields that it does not have.
    case undefined
    /// FENCE.I: the program is fixed.
    case selfModification
    case atomic
    /// An exit code is a byte.
    case exitCode(Int)
    /// A custom instruction with a selector that means nothing.
    case unknownSelector(Int)
    /// A custom instruction of an extension that is not enabled.
    case disabledExtension(String)
  }

  public var reason: Reason
  public var address: UInt32
  public var word: UInt32

  public init(_ reason: Reason, address: UInt32, word: UInt32) {
    self.reason = reason
    self.address = address
    self.word = word
  }

  public var description: String {
    let digits = String(word, radix: 16)
    let place = "word 0x\(String(repeating: "0", count: 8 - digits.count))\(digits) at \(hex(address))"
    return switch reason {
    case .compressed: "\(place): expected a 32-bit instruction, found a compressed one or data"
    case .undefined: "\(place): expected an RV32IM instruction, found an undefined encoding"
    case .selfModification: "\(place): expected a fixed program, found FENCE.I"
    case .atomic: "\(place): expected an RV32IM instruction, found an atomic one"
    case .exitCode(let code): "\(place): expected an exit code in 0...255, found \(code)"
    case .unknownSelector(let selector): "\(place): expected a known custom instruction, found selector \(selector)"
    case .disabledExtension(let name): "\(place): expected an enabled extension, found an instruction of \(name)"
    }
  }
}
