import Algebra
import Deferral
import Hashing
import MachineVerifier

// How jobs are planned and traces filled, without a look at what they mean.
extension ConformanceBench {
  func planBounds() throws(Finding) -> Finding {
    let circuit = try deferralCircuit(try ownKey())
    let calls = try accepted()
    var jobs = calls.map { [$0] }
    let most = 1 << self.circuit.maxLogBatch
    if most > 1, let shortest = calls.min(by: { $0.input.count < $1.input.count }) {
      for count in Set([2, 3, min(most, 64)]).sorted() where count <= most {
        jobs.append([DeferralJob.Call](repeating: shortest, count: count))
      }
    }
    let planned = jobs
    return try withFreshInstance { session, instance throws(Finding) in
      var tallest = 0
      for calls in planned {
        let heights = try plan(session, instance, calls)
        let again = try plan(session, instance, calls)
        guard heights == again else {
          return .fail("\(jobName(calls)): expected the same heights from a second call, found others")
        }
        guard heights.count == circuit.ownAIRs.count else {
          return .fail("\(jobName(calls)): expected heights of \(circuit.ownAIRs.count) AIRs, found \(heights.count)")
        }
        for (id, height) in zip(circuit.ownAIRs, heights) {
          let air = circuit.airs[id]
          guard let height else {
            guard air.isRequired else { continue }
            return .fail("\(jobName(calls)): \(air.name) is required, and planned to be absent")
          }
          guard height <= self.circuit.logStackedHeight else {
            return .fail(
              "\(jobName(calls)): \(air.name): expected at most 2^\(self.circuit.logStackedHeight) rows, "
                + "found 2^\(height)"
            )
          }
          if let matrix = air.preprocessedTrace, matrix.height != 1 << height {
            return .fail(
              "\(jobName(calls)): \(air.name): expected \(matrix.height) rows, as its preprocessed trace has, "
                + "found 2^\(height)"
            )
          }
          tallest = max(tallest, height)
        }
      }
      if let words = try greatestThatDoesNotFit(session, instance, circuit) { return .warn(words) }
      return .pass("\(counted(planned.count, "job")), up to 2^\(tallest) rows, twice each")
    }
  }

  /// Why the greatest input that the function takes can't be proven; nil where it can.
  private func greatestThatDoesNotFit(
    _ session: any PluginSession, _ instance: PluginInstance, _ circuit: DeferralCircuit
  ) throws(Finding) -> String? {
    let probe = try greatest()
    let limit = 1 << self.circuit.logStackedHeight
    let job: PluginJob
    do throws(PluginError) { job = try session.plan(instance, inputs: [probe.input]) } catch {
      if error.isCrash { throw Finding(error, during: "plan of \(probe.name)") }
      return "\(probe.name): the function takes them, and plan refuses them: \(error.reason)"
    }
    try attempt("close") { () throws(PluginError) in try session.close(job) }
    let shape = circuit.shape(
      calls: [(probe.input.count, self.circuit.maxOutputBytes)],
      ownHeights: job.logHeights.map { $0.map { 1 << min($0, 40) } })
    guard shape.logTallest > self.circuit.logStackedHeight else { return nil }
    return "\(probe.name): expected traces of at most \(limit) rows, found 2^\(shape.logTallest): they can't be proven"
  }

  private func plan(
    _ session: any PluginSession, _ instance: PluginInstance, _ calls: [DeferralJob.Call]
  ) throws(Finding) -> [Int?] {
    let job = try attempt("plan, \(jobName(calls))") { () throws(PluginError) in
      try session.plan(instance, inputs: calls.map(\.input))
    }
    try attempt("close") { () throws(PluginError) in try session.close(job) }
    return job.logHeights
  }

  func fillCanonical() throws(Finding) -> Finding {
    let calls = try sampledCalls(6)
    return try withInstance { session, instance throws(Finding) in
      var cells = 0
      for call in calls {
        let job = try makeJob(session, instance, [call])
        cells += job.traces.reduce(0) { $0 + ($1.map { $0.commonMain.height * $0.commonMain.width } ?? 0) }
      }
      return .pass("\(cells) cells of \(counted(calls.count, "job"))")
    }
  }

  /// The matrices of a job in some layout. What lies between is looked at where the layout has gaps.
  private func matrices(
    _ session: any PluginSession, _ instance: PluginInstance, _ calls: [DeferralJob.Call], _ layout: TraceLayout,
    _ words: String
  ) throws(Finding) -> [(air: Int, matrix: FieldMatrix)] {
    var result: [(Int, FieldMatrix)] = []
    for trace in try fill(session, instance, calls, layout: layout, words).traces {
      if let place = trace.touchedGap() {
        throw .fail(
          "\(words), AIR \(trace.air): expected the cells between to stay 0, found that cell \(place) was written")
      }
      result.append((trace.air, try attempt(words) { () throws(PluginError) in try trace.matrix() }))
    }
    return result
  }

  /// Compares traces of the same job.
  private func requireSame(
    _ found: [(air: Int, matrix: FieldMatrix)], as expected: [(air: Int, matrix: FieldMatrix)], _ words: String
  ) throws(Finding) {
    guard found.map(\.air) == expected.map(\.air) else {
      throw .fail("\(words): expected AIRs \(expected.map(\.air)), found \(found.map(\.air))")
    }
    for (a, b) in zip(expected, found) {
      guard let place = a.matrix.firstDifference(from: b.matrix) else { continue }
      throw .fail(
        "\(words), AIR \(a.air), row \(place.row), column \(place.column): expected the same cell as before, "
          + "found another"
      )
    }
  }

  func fillGuardPages() throws(Finding) -> Finding {
    let calls = try sampledCalls(4)
    let words = "fill between pages that may not be touched"
    return try withFreshInstance { session, instance throws(Finding) in
      for call in calls {
        for order in [TraceLayout.Order.columnMajor, .rowMajor] {
          _ = try fill(session, instance, [call], layout: TraceLayout(order: order, hasGuardPages: true), words)
        }
      }
      return .pass("\(counted(calls.count, "job")) between pages that may not be touched")
    }
  }

  func fillStrided() throws(Finding) -> Finding {
    let calls = try sampledCalls(3)
    let layouts: [(TraceLayout, String)] = [
      (TraceLayout(order: .rowMajor), "fill by rows"),
      (TraceLayout(order: .rowMajor, gap: 3), "fill by rows with gaps"),
      (TraceLayout(order: .columnMajor, gap: 16), "fill by columns with gaps"),
    ]
    return try withFreshInstance { session, instance throws(Finding) in
      for call in calls {
        let plain = try matrices(session, instance, [call], TraceLayout(), "fill")
        for (layout, words) in layouts {
          try requireSame(try matrices(session, instance, [call], layout, words), as: plain, words)
        }
      }
      return .pass("\(counted(calls.count, "job")) in \(layouts.count + 1) layouts")
    }
  }

  func fillDeterministic() throws(Finding) -> Finding {
    let calls = try sampledCalls(3)
    return try withFreshInstance { session, instance throws(Finding) in
      let second = try makeInstance(session)
      var first: [[(air: Int, matrix: FieldMatrix)]] = []
      for call in calls { first.append(try matrices(session, instance, [call], TraceLayout(), "fill")) }
      // Backwards, so that another job came before each.
      for (call, expected) in zip(calls, first).reversed() {
        for (instance, words) in [(instance, "fill, a second time"), (second, "fill on another instance")] {
          try requireSame(try matrices(session, instance, [call], TraceLayout(), words), as: expected, words)
        }
      }
      return .pass("\(counted(calls.count, "job")), three times each, on two instances")
    }
  }

  func checkPublicValues() throws(Finding) -> Finding {
    guard !circuit.usesStandardIO else { return .pass("the host's own AIRs have them") }
    let calls = try sampledCalls(6)
    return try withInstance { session, instance throws(Finding) in
      for call in calls {
        let job = try makeJob(session, instance, [call])
        let commit = try attempt("commit_input, \(jobName([call]))") { () throws(PluginError) in
          try session.commitInput(instance, input: call.input)
        }
        let expected =
          commit.digest.elements + OutputCommit(index: subject.index, bytes: call.output).digest.elements
          + [BabyBear(subject.index)]
        guard job.publicValues.count == DeferralPublicValues.singleCount else {
          return .fail("expected \(DeferralPublicValues.singleCount) public values, found \(job.publicValues.count)")
        }
        for (place, (wanted, found)) in zip(expected, job.publicValues).enumerated() where wanted != found {
          let name = place < 8 ? "the input's commitment" : place < 16 ? "the output's commitment" : "the index"
          return .fail("\(jobName([call])), public value \(place), of \(name): expected \(wanted), found \(found)")
        }
      }
      return .pass("commitments and index of \(counted(calls.count, "call"))")
    }
  }
}
