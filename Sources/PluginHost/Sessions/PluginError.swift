import Crypto
import Foundation

/// What went wrong with a plugin, and where. Every error of a session is one.
public struct PluginError: Error, Hashable, Sendable {
  /// The plugin's file, or what stands for it.
  public var plugin: String
  /// Id of the circuit that was called.
  public var circuit: String?
  public var call: PluginCall
  public var reason: Reason
  /// SHA-256 of the call's input, in hexadecimal; of several, of one after the other.
  public var inputHash: String?
  /// What the worker has printed before it died.
  public var lastWords: String = ""
  /// Whether the worker is gone: instances and jobs with it.
  public var isWorkerGone = false
  /// Where in the shared memory a faulty access was.
  var faultOffset: Int?

  public enum Reason: Error, Hashable {
    // The file.
    case fileMissing
    case fileUnreadable(String)
    case fileTooLarge(limit: Int, found: Int)
    case notELF
    case wrongArchitecture(expected: String, found: String)
    case notASharedLibrary(type: Int)

    // Loading.
    case refusedByLoader(String)
    case noEntry
    case entryRefused(String)
    case wrongMajorVersion(expected: Int, found: Int)
    case tableTooShort(found: Int)
    case functionMissing(String)
    case reservedWordNotZero(String, found: Int)
    case noCircuits
    case foreignLibraryMissing(function: Int, words: String)
    case foreignSymbolMissing(function: Int, words: String)
    case foreignSignatureWrong(function: Int)

    // The worker.
    case workerMissing(searched: [String])
    case workerFailed(String)
    /// A signal ended the worker; the address is that of a faulty access to memory.
    case crashed(signal: Int, address: UInt64?)
    /// Something outside ended the worker.
    case killed
    case forbiddenSystemCall
    case wroteOutside(air: Int, isBehind: Bool)
    case memoryLimit(bytes: Int)
    case timeout(seconds: Double)
    case exited(code: Int)
    /// An answer that no worker gives.
    case protocolViolation(String)
    /// The plugin failed too often before.
    case faulty(String)
    case closed

    // The plugin's answers.
    /// The input is none of the function's: the guest's fault.
    case badInput(words: String?)
    case cancelled
    case status(code: UInt32, name: String, words: String?)
    case noSuchFunction(String)
    case outputTooLong(limit: Int, found: Int)
    case outputNotWholeWords(length: Int)
    case invalidValue(String, expected: String, found: String)
    case cellNotCanonical(air: Int, row: Int, column: Int, value: UInt32)

    // The caller's.
    case noRoom(needed: Int, free: Int)
    case badArgument(String)
    case unknownHandle
  }

  /// Whether the guest is to blame, and not the plugin.
  public var isGuestsFault: Bool {
    if case .badInput = reason { return true }
    return false
  }
}

/// What a session can be asked for, as errors name it.
public enum PluginCall: String, Hashable, Sendable, CaseIterable {
  case load, describe, create, destroy, eval, commitInput, airBytes, preprocessed, cached, plan, fill, close,
    knownAnswer
  case foreign, probe
}

/// Whom an error names: what is known before it is known what goes wrong.
struct PluginErrorContext: Sendable {
  var plugin: String
  var circuit: String?
  var call: PluginCall
  var inputs: [[UInt8]] = []

  func error(_ reason: PluginError.Reason) -> PluginError {
    var hash: String?
    if !inputs.isEmpty {
      var digest = SHA256()
      for input in inputs { digest.update(data: input) }
      hash = hexadecimal(digest.finalize())
    }
    return PluginError(plugin: plugin, circuit: circuit, call: call, reason: reason, inputHash: hash)
  }
}

/// Lowercase hexadecimal digits of bytes.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

extension PluginError: CustomStringConvertible, LocalizedError {
  public var description: String {
    var text = "plugin \(plugin)"
    if let circuit { text += ", circuit \(circuit)" }
    text += ", \(call.rawValue): \(reason)"
    if let inputHash { text += " (input with SHA-256 \(inputHash))" }
    if !lastWords.isEmpty { text += "\nits last words: \(lastWords)" }
    return text
  }

  public var errorDescription: String? { description }
}

extension PluginError.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fileMissing: "there is no such file"
    case .fileUnreadable(let why): "the file cannot be read: \(why)"
    case .fileTooLarge(let limit, let found): "the file has \(found) bytes; the limit is \(limit)"
    case .notELF: "the file is no ELF file"
    case .wrongArchitecture(let expected, let found): "built for \(found); this machine is \(expected)"
    case .notASharedLibrary(let type): "the file is no shared library: its ELF type is \(type), expected 3"
    case .refusedByLoader(let words): "the dynamic loader refused it: \(words)"
    case .noEntry: "it exports no outrigger_plugin_entry_v1"
    case .entryRefused(let words): "its entry refused this host\(words.isEmpty ? "" : ": \(words)")"
    case .wrongMajorVersion(let expected, let found):
      "built for major version \(found) of the interface, expected \(expected)"
    case .tableTooShort(let found): "its table says it has \(found) bytes, fewer than the fixed part"
    case .functionMissing(let name): "its table has no function \(name)"
    case .reservedWordNotZero(let place, let found): "reserved word of \(place): expected 0, found \(found)"
    case .noCircuits: "it has no circuits"
    case .foreignLibraryMissing(let number, let words): "library of foreign function \(number): \(words)"
    case .foreignSymbolMissing(let number, let words): "symbol of foreign function \(number): \(words)"
    case .foreignSignatureWrong(let number): "the signature of foreign function \(number) cannot be called"
    case .workerMissing(let searched): "no outrigger-plugin-worker at \(searched.joined(separator: ", "))"
    case .workerFailed(let words): "the worker could not be set up: \(words)"
    case .crashed(let signal, let address):
      "crashed with signal \(signal) (\(Self.signalName(signal)))"
        + (address.map { " at address 0x" + String($0, radix: 16) } ?? "")
    case .killed: "its process was killed from outside"
    case .forbiddenSystemCall: "it made a forbidden system call"
    case .wroteOutside(let air, let isBehind): "it wrote \(isBehind ? "behind" : "before") the view of AIR \(air)"
    case .memoryLimit(let bytes): "it ran out of its \(bytes) bytes of memory"
    case .timeout(let seconds): "it took more than \(seconds) seconds"
    case .exited(let code): "its process ended with code \(code)"
    case .protocolViolation(let what): "its process broke the protocol: \(what)"
    case .faulty(let what): "it is marked as faulty: \(what)"
    case .closed: "the session has ended"
    case .badInput(let words): "it rejects the input" + (words.map { ": \($0)" } ?? "")
    case .cancelled: "cancelled"
    case .status(let code, let name, let words): "it returned \(name) (\(code))" + (words.map { ": \($0)" } ?? "")
    case .noSuchFunction(let name): "it has no function \(name)"
    case .outputTooLong(let limit, let found): "its output has \(found) bytes; the limit is \(limit)"
    case .outputNotWholeWords(let length): "its output has \(length) bytes, not a multiple of 8"
    case .invalidValue(let what, let expected, let found): "\(what): expected \(expected), found \(found)"
    case .cellNotCanonical(let air, let row, let column, let value):
      "AIR \(air), row \(row), column \(column): \(value) is not below the modulus"
    case .noRoom(let needed, let free): "\(needed) bytes are needed in the shared memory, \(free) are free"
    case .badArgument(let what): what
    case .unknownHandle: "the instance or job does not exist any more"
    }
  }

  private static func signalName(_ signal: Int) -> String {
    switch Int32(signal) {
    case SIGSEGV: "invalid access to memory"
    case SIGBUS: "bus error"
    case SIGILL: "illegal instruction, as a trap makes it"
    case SIGTRAP: "trap"
    case SIGFPE: "arithmetic"
    case SIGABRT: "abort"
    case SIGKILL: "killed"
    case SIGXCPU: "processor time"
    default: "unusual"
    }
  }
}
