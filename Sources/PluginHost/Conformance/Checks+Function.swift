import Hashing

// The deferral function.
extension ConformanceBench {
  func checkKnownAnswers() throws(Finding) -> Finding {
    let known = try knownAnswers()
    guard !known.isEmpty else {
      return .warn("the plugin has no known answers: with some, it can be told from one that computes something else")
    }
    return try withFreshInstance { session, instance throws(Finding) in
      for (number, answer) in known.enumerated() {
        let output = try attempt("known answer \(number)") { () throws(PluginError) in
          try evaluate(session, instance, answer.input)
        }
        guard output == answer.output else {
          return .fail("known answer \(number): expected \(shown(answer.output)), found \(shown(output))")
        }
      }
      return .pass("\(counted(known.count, "known answer"))")
    }
  }

  func evalTooSmall() throws(Finding) -> Finding {
    try requireOwnFunction()
    let calls = try accepted().filter { !$0.output.isEmpty }.prefix(4)
    guard !calls.isEmpty else { return .skip("no probe has an output that anything could be too small for") }
    return try withFreshInstance { session, instance throws(Finding) in
      for call in calls {
        let needed = call.output.count
        for capacity in Set([0, needed / 2, needed - 1]).sorted() {
          do throws(PluginError) {
            _ = try session.eval(instance, input: call.input, capacity: capacity)
          } catch {
            if case .status(let code, _, _) = error.reason, code == Self.tooSmall { continue }
            if error.isWorkerGone { throw Finding(error, during: "eval with room for \(capacity) of \(needed) bytes") }
            return .fail(
              "expected TOO_SMALL with room for \(capacity) of \(needed) bytes, found: \(error.reason)")
          }
          return .fail("expected TOO_SMALL with room for \(capacity) of \(needed) bytes, found OK")
        }
        let output = try attempt("eval with just enough room") { () throws(PluginError) in
          try session.eval(instance, input: call.input, capacity: needed)
        }
        guard output == call.output else {
          return .fail("expected \(shown(call.output)) with room for just that, found \(shown(output))")
        }
      }
      return .pass("\(counted(calls.count, "probe")), each with no room, half and one byte less than it needs")
    }
  }

  private static let tooSmall: UInt32 = 1

  func evalPure() throws(Finding) -> Finding {
    let answers = try answers()
    return try withFreshInstance { session, instance throws(Finding) in
      let second = try makeInstance(session)
      let backward = answers.reversed().map { ($0, instance, "after others, in another order") }
      let forward = answers.map { ($0, instance, "in the first order again") }
      let twice = answers.flatMap { [($0, second, "on another instance"), ($0, second, "twice in a row")] }
      for (answer, instance, when) in backward + forward + twice {
        let result = Result { () throws(PluginError) in try evaluate(session, instance, answer.probe.input) }
        if case .failure(let error) = result, error.isWorkerGone, answer.output != nil {
          throw Finding(error, during: "\(answer.probe.name) \(when)")
        }
        guard result.isSame(as: answer.result) else {
          return .fail(
            "\(answer.probe.name) \(when): expected \(shown(answer.result)) as before, found \(shown(result))")
        }
        if case .failure(let error) = result, error.isWorkerGone { break }
      }
      return .pass("\(counted(answers.count, "probe")), five times each, in three orders on three instances")
    }
  }

  func evalParallel() throws(Finding) -> Finding {
    try requireOwnFunction()
    guard circuit.isParallel else { return .skip("the circuit does not say that calls may run side by side") }
    let calls = try accepted()
    // Many at once, each several times, so that calls meet.
    let repeated = (0..<max(4, 64 / calls.count)).flatMap { _ in calls }
    return try withFreshInstance { session, instance throws(Finding) in
      let outputs = try attempt("eval, several at once") { () throws(PluginError) in
        try session.evalTogether(instance, inputs: repeated.map(\.input))
      }
      guard outputs.count == repeated.count else {
        return .fail("expected \(repeated.count) outputs, found \(outputs.count)")
      }
      for (call, output) in zip(repeated, outputs) where output != call.output {
        return .fail(
          "\(counted(call.input.count, "byte")) of input among \(repeated.count) calls at once: expected "
            + "\(shown(call.output)) as alone, found \(shown(output))")
      }
      return .pass("\(repeated.count) calls at once")
    }
  }

  func commitInputDistinct() throws(Finding) -> Finding {
    let probes = probes().probes
    return try withFreshInstance { session, instance throws(Finding) in
      var commits: [UnfoldedInputCommit: Probe] = [:]
      for probe in probes {
        let commit: UnfoldedInputCommit
        do throws(PluginError) { commit = try session.commitInput(instance, input: probe.input) } catch {
          if error.isGuestsFault { continue }
          throw Finding(error, during: "commit_input of \(probe.name)")
        }
        let again = try attempt("commit_input of \(probe.name)") { () throws(PluginError) in
          try session.commitInput(instance, input: probe.input)
        }
        guard again == commit else {
          return .fail("\(probe.name): expected the same commitment from a second call, found another")
        }
        if let other = commits.updateValue(probe, forKey: commit) {
          return .fail("expected different commitments, found the same for \(other.name) and \(probe.name)")
        }
        if circuit.usesStandardIO, commit != UnfoldedInputCommit(index: subject.index, bytes: probe.input) {
          return .fail("\(probe.name): expected the standard input hash, found another commitment")
        }
      }
      guard !commits.isEmpty else { return .skip("no probe was accepted: known answers would help") }
      return .pass("\(counted(commits.count, "commitment"))\(circuit.usesStandardIO ? ", all standard" : "")")
    }
  }

  func badInputCode() throws(Finding) -> Finding {
    var refused: [Probe] = []
    for answer in try answers() {
      guard case .failure(let error) = answer.result else { continue }
      guard error.isGuestsFault else {
        var finding = Finding(error, during: answer.probe.name)
        if finding.outcome == .fail { finding.reason = "expected an output or BAD_INPUT, found: \(finding.reason)" }
        throw finding
      }
      refused.append(answer.probe)
    }
    guard !refused.isEmpty else { return .pass("every probe was accepted") }
    let probes = refused
    return try withFreshInstance { session, instance throws(Finding) in
      for probe in probes {
        do throws(PluginError) {
          let job = try session.plan(instance, inputs: [probe.input])
          try session.close(job)
        } catch {
          if error.isGuestsFault { continue }
          if case .status(let code, _, _) = error.reason, code == Self.limit { continue }
          throw Finding(error, during: "plan of \(probe.name), which eval refuses")
        }
        return .fail("\(probe.name): expected plan to refuse what eval refuses, found that it accepts it")
      }
      return .pass("\(counted(probes.count, "probe")) of \(self.probes().probes.count) refused, by eval and plan alike")
    }
  }

  private static let limit: UInt32 = 5

  func oracleAgrees() throws(Finding) -> Finding {
    guard let function = subject.function, function.role == .oracle else {
      return .skip("the manifest names no oracle")
    }
    let answers = try answers()
    return try withFreshSession { session throws(Finding) in
      var compared = 0
      for answer in answers {
        guard let output = answer.output else { continue }
        let other = try attempt("\(function.symbol) of \(answer.probe.name)") { () throws(PluginError) in
          try session.callForeign(0, input: answer.probe.input)
        }
        guard other == output else {
          return .fail(
            "\(answer.probe.name): \(function.symbol) gives \(shown(other)), the plugin gives \(shown(output))")
        }
        compared += 1
      }
      guard compared > 0 else { return .skip("no probe was accepted: known answers would help") }
      return .pass("\(function.symbol) agrees on \(counted(compared, "probe"))")
    }
  }

  private func requireOwnFunction() throws(Finding) {
    if subject.function?.role == .eval { throw .skip("the function is a foreign one") }
  }
}

/// Bytes for reasons: a few, and how many.
func shown(_ bytes: [UInt8]) -> String {
  bytes.isEmpty ? "0 bytes" : "0x\(hexadecimal(bytes.prefix(16)))\(bytes.count > 16 ? ".. (\(bytes.count) bytes)" : "")"
}

private func shown(_ result: Result<[UInt8], PluginError>) -> String {
  switch result {
  case .success(let bytes): shown(bytes)
  case .failure(let error): "that \(error.reason)"
  }
}

extension Result where Success == [UInt8], Failure == PluginError {
  /// Whether two calls came to the same. Words do not count, and neither does where a crash was.
  fileprivate func isSame(as other: Self) -> Bool {
    switch (self, other) {
    case (.success(let a), .success(let b)): a == b
    case (.failure(let a), .failure(let b)): a.isGuestsFault == b.isGuestsFault && a.isWorkerGone == b.isWorkerGone
    default: false
    }
  }

  fileprivate init(_ body: () throws(PluginError) -> [UInt8]) {
    do throws(PluginError) { self = .success(try body()) } catch { self = .failure(error) }
  }
}
