import CPluginRuntime

/// The way from a session to the dispatcher beside the plugin.
protocol PluginTransport: AnyObject, Sendable {
  var arena: SessionArena { get }
  /// Carries a request out. One at a time: the caller sees to it.
  func exchange(_ request: opr_request, limits: ExchangeLimits) throws(TransportFailure) -> Exchange
  /// Ends the other side. Nothing is exchanged afterwards.
  func shutDown()
}

struct ExchangeLimits {
  var seconds: Double
  var grace: Double
  /// Whether somebody wants the request to give up.
  var isCancelled: () -> Bool
}

struct Exchange {
  var response: opr_response
  /// Whether the deadline passed before the answer came.
  var isLate = false
}

/// No answer, and the reason.
struct TransportFailure: Error {
  var reason: PluginError.Reason
  var lastWords = ""
  /// Where in the arena a faulty access was.
  var faultOffset: Int?
  var isWorkerGone = true
}

/// What a response's outcome means where it is not that the request was carried out.
func reason(for response: opr_response, words: String) -> PluginError.Reason {
  let detail = Int(response.detail)
  switch Int(response.outcome) {
  case OPR_BAD_REQUEST: return .protocolViolation("a request was refused")
  case OPR_BAD_SPAN: return .protocolViolation("a request was refused: it leaves the shared memory")
  case OPR_NO_SUCH_HANDLE: return .unknownHandle
  case OPR_NO_FUNCTION: return .noSuchFunction("for this call")
  case OPR_TOO_MANY: return .badArgument("too many instances or jobs at once")
  case OPR_OUT_OF_MEMORY: return .workerFailed("out of memory")
  case OPR_NO_PLUGIN: return .noSuchFunction("for this call: no plugin is loaded")
  case OPR_LOADER: return .refusedByLoader(words)
  case OPR_NO_ENTRY: return .noEntry
  case OPR_REFUSED: return .entryRefused(words)
  case OPR_WRONG_MAJOR: return .wrongMajorVersion(expected: Int(OUTRIGGER_ABI_MAJOR), found: detail)
  case OPR_SHORT_TABLE: return .tableTooShort(found: detail)
  case OPR_FUNCTION_MISSING: return .functionMissing(words)
  case OPR_RESERVED: return .reservedWordNotZero("the plugin's table", found: detail)
  case OPR_NO_CIRCUITS: return .noCircuits
  case OPR_SETUP: return .workerFailed(words)
  case OPR_FOREIGN_LIBRARY: return .foreignLibraryMissing(function: detail, words: words)
  case OPR_FOREIGN_SYMBOL: return .foreignSymbolMissing(function: detail, words: words)
  case OPR_FOREIGN_SIGNATURE: return .foreignSignatureWrong(function: detail)
  default: return .protocolViolation("outcome \(response.outcome)")
  }
}

extension SessionArena {
  /// What the plugin, or the runtime, said about an error; nil where nothing was said.
  func errorWords() -> String? {
    var text: UnsafePointer<CChar>?
    let length = opr_error_message(base, &text)
    guard length >= 0, let text else { return nil }
    var words = Self.text(text, Int(length))
    var file: UnsafePointer<CChar>?
    var line: UInt32 = 0
    let fileLength = opr_error_file(base, &file, &line)
    if fileLength > 0, let file { words += " (\(Self.text(file, Int(fileLength))):\(line))" }
    return words
  }

  /// The lines that the last call logged.
  func logLines() -> [(severity: UInt32, text: String)] {
    var start: UnsafePointer<UInt8>?
    var dropped: UInt32 = 0
    let length = Int(opr_log(base, &start, &dropped))
    guard length > 0, let start else { return [] }
    // A copy: the other side may go on writing.
    let bytes = Array(UnsafeBufferPointer(start: start, count: length))
    func word(_ place: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
    }
    var lines: [(severity: UInt32, text: String)] = []
    var place = 0
    while place + 8 <= length {
      let count = Int(word(place + 4))
      guard count <= length - place - 8 else { break }
      lines.append((word(place), Self.printable(bytes[(place + 8)..<(place + 8 + count)])))
      place += 8 + count
    }
    if dropped > 0 { lines.append((2, "\(dropped) more lines were dropped")) }
    return lines
  }

  private static func text(_ start: UnsafePointer<CChar>, _ length: Int) -> String {
    printable(UnsafeRawBufferPointer(start: start, count: length))
  }

  /// Text without control characters: it goes to terminals.
  static func printable(_ bytes: some Sequence<UInt8>) -> String {
    let text = String(decoding: Array(bytes), as: UTF8.self)
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 32 && $0 != "\n" || (127..<160).contains($0.value) ? " " : $0 }))
  }
}
