/// What a check came to, thrown where it comes to it early.
struct Finding: Error, Hashable {
  var outcome: ConformanceOutcome
  var reason: String

  static func pass(_ reason: String) -> Finding { Finding(outcome: .pass, reason: reason) }
  static func warn(_ reason: String) -> Finding { Finding(outcome: .warn, reason: reason) }
  static func fail(_ reason: String) -> Finding { Finding(outcome: .fail, reason: reason) }
  static func skip(_ reason: String) -> Finding { Finding(outcome: .skipped, reason: reason) }

  /// What an error of a session means, where none was expected.
  init(_ error: PluginError, during what: String) {
    switch error.reason {
    case .noRoom, .faulty, .closed, .workerFailed:
      self = .skip("\(what): \(error.reason)")
    default:
      outcome = error.isCrash ? .crashed : .fail
      reason = "\(what): \(error.reason)"
      let words = error.lastWords.split(separator: "\n").first.map { String($0.prefix(160)) } ?? ""
      if !words.isEmpty { reason += "; its last words: \(words)" }
    }
  }

  init(outcome: ConformanceOutcome, reason: String) {
    self.outcome = outcome
    self.reason = reason
  }
}

extension PluginError {
  /// Whether the plugin's process ended before its time.
  var isCrash: Bool {
    switch reason {
    case .crashed, .killed, .forbiddenSystemCall, .memoryLimit, .timeout, .exited, .protocolViolation: true
    default: false
    }
  }
}

/// Calls a plugin where no error is expected; one becomes the finding. `what` says what was being done.
func attempt<Value>(_ what: String, _ body: () throws(PluginError) -> Value) throws(Finding) -> Value {
  do throws(PluginError) { return try body() } catch { throw Finding(error, during: what) }
}

/// Numbers with their nouns, as "1 probe", "3 probes".
func counted(_ number: Int, _ noun: String) -> String {
  "\(number) \(number == 1 ? noun : noun.hasSuffix("s") ? noun + "es" : noun + "s")"
}
