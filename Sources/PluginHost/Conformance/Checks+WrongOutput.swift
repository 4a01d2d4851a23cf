import AIR
import Algebra
import Deferral
import Hashing
import MachineVerifier

// Attempts at a proof of a wrong output. A job is forged the way a cheating prover would begin: the statement says
// something else than the function, and the traces are made to agree with it where they touch the statement.
extension ConformanceBench {
  func wrongOutputRejected() throws(Finding) -> Finding {
    let calls = try sampledCalls(2).filter { !$0.output.isEmpty }
    guard let call = calls.last else { return .skip("no probe has an output that could be wrong") }
    let key = try ownKey()
    let job = try withInstance { session, instance throws(Finding) in try makeJob(session, instance, [call]) }
    return circuit.usesStandardIO ? try forgeOutputs(job, key) : try forgePublicValues(job, key)
  }

  // MARK: Standard inputs and outputs

  private func forgeOutputs(_ honest: BenchJob, _ key: CircuitKey) throws(Finding) -> Finding {
    // As it is: the output alone is another.
    var job = honest
    job.calls[0].output[0] ^= 1
    if try check(job, key).isSatisfied {
      return .fail("expected a job whose output differs from what its traces send to be rejected, found that it checks")
    }
    let circuit = try deferralCircuit(key)
    var (tried, cells) = (0, 0)
    for (number, trace) in honest.traces.enumerated() {
      guard trace != nil else { continue }
      let air = circuit.airs[circuit.ownAIRs.lowerBound + number]
      guard air.dag.interactions.contains(where: { $0.busIndex == StandardBus.output.index }) else { continue }
      let found = try forgeries(honest, number, key)
      cells += found.cells
      for forgery in found.forgeries {
        tried += 1
        guard let job = forgery.applied(to: honest), try check(job, key).isSatisfied else { continue }
        return .fail(
          "expected no traces for a wrong output, found some: in \(air.name), row \(forgery.cell.row), column "
            + "\(forgery.cell.column) may be \(forgery.cell.value), and word \(forgery.word) of the output, byte "
            + "\(forgery.byte), is \(forgery.value) then")
      }
    }
    let rest = tried == 0 ? "none goes unnoticed" : "the host notices those that go unnoticed there"
    return .pass("a changed output; \(counted(cells, "change")) of cells that outputs are sent from: \(rest)")
  }

  /// A cell that, changed, lets the traces send another byte of the output.
  private struct Forgery {
    var air: Int
    var cell: CellChange
    var word: Int
    var byte: Int
    var value: UInt8

    /// The job with the cell and the output changed; nil where the output has no such byte.
    func applied(to honest: BenchJob) -> BenchJob? {
      var job = honest
      let place = 8 * word + byte
      guard job.calls[0].output.indices.contains(place), var trace = job.traces[air] else { return nil }
      job.calls[0].output[place] = value
      let copy = FieldMatrix(height: trace.commonMain.height, width: trace.commonMain.width)
      for column in 0..<copy.width { _ = copy.column(column).update(fromContentsOf: trace.commonMain.column(column)) }
      copy[row: cell.row, column: cell.column] = cell.value
      trace.commonMain = copy
      job.traces[air] = trace
      return job
    }
  }

  /// Changes of single cells that nothing but the bus of outputs notices, and that send another byte there.
  private func forgeries(
    _ honest: BenchJob, _ number: Int, _ key: CircuitKey
  ) throws(Finding) -> (forgeries: [Forgery], cells: Int) {
    guard
      let instance = try ownInstances(honest, key).first(where: { instance in
        instance.commonMain === honest.traces[number]?.commonMain
      })
    else { return ([], 0) }
    let evaluator: LaneEvaluator
    do throws(TraceShapeError) { evaluator = try LaneEvaluator(instance) } catch { throw .fail("\(error)") }
    var forgeries: [Forgery] = []
    var cells = 0
    let outputs = OutputMessages(evaluator)
    let unchanged = UnchangedRows(evaluator, ignoring: StandardBus.output.index)
    for message in outputs.messages.prefix(64) {
      for byte in 0..<8 {
        for cell in outputs.cells(behind: byte, of: message).prefix(32) {
          cells += 1
          // Noticed apart from the bus of outputs: no forgery.
          guard unchanged.areNoticed([cell]) == [false], let value = outputs.byte(byte, of: message, after: cell) else {
            continue
          }
          forgeries.append(Forgery(air: number, cell: cell, word: message.word, byte: byte, value: value))
          if forgeries.count == 8 { return (forgeries, cells) }
        }
      }
    }
    return (forgeries, cells)
  }

  // MARK: Public values of the circuit's own

  private func forgePublicValues(_ honest: BenchJob, _ key: CircuitKey) throws(Finding) -> Finding {
    guard honest.publicValues.count == DeferralPublicValues.singleCount, var output = honest.calls.first?.output,
      !output.isEmpty
    else { return .skip("there are no public values of a call to change") }
    output[0] ^= 1
    let other = OutputCommit(index: subject.index, bytes: output).digest.elements
    let alien = UnfoldedInputCommit(index: subject.index, bytes: honest.calls[0].input + [1]).digest.elements
    var forged: [(String, BenchJob)] = []
    for (name, range, values) in [
      ("the commitment of another output", 8..<16, other), ("the commitment of another input", 0..<8, alien),
      ("another index", 16..<17, [honest.publicValues[16] + .one]),
    ] {
      var job = honest
      job.publicValues.replaceSubrange(range, with: values)
      forged.append((name, job))
    }
    // One public value at a time as well.
    for place in honest.publicValues.indices {
      var job = honest
      job.publicValues[place] += .one
      forged.append(("public value \(place) changed", job))
    }
    for (name, job) in forged {
      let report: TraceReport
      do throws(TraceShapeError) {
        report = try TraceChecker(try ownInstancesChecked(job, key), limit: 1).check()
      } catch {
        throw .fail("\(error)")
      }
      // Standard tables are not among the instances, so their buses never balance: what counts is what changed.
      let changes = try unbalanced(job, key) != unbalanced(honest, key)
      guard report.failingConstraintCount > 0 || changes else {
        return .fail("expected the traces to be rejected with \(name), found that no constraint and no bus notices")
      }
    }
    return .pass("\(forged.count) wrong statements")
  }

  private func ownInstancesChecked(_ job: BenchJob, _ key: CircuitKey) throws(TraceShapeError) -> [AIRInstance] {
    (try? ownInstances(job, key)) ?? []
  }

  /// What the circuit's own AIRs send in all, look-ups that the host's tables answer left out.
  private func unbalanced(_ job: BenchJob, _ key: CircuitKey) throws(Finding) -> BusContributions {
    var total = BusContributions()
    for instance in try ownInstances(job, key) {
      let evaluator: LaneEvaluator
      do throws(TraceShapeError) { evaluator = try LaneEvaluator(instance) } catch { throw .fail("\(error)") }
      for start in stride(from: 0, to: instance.height, by: LaneEvaluator.laneCount) {
        let rows = start..<min(start + LaneEvaluator.laneCount, instance.height)
        evaluator.evaluate(rows.map { RowLane(row: $0, changes: []) }) { values in
          for lane in rows.indices { total.add(instance.air, values, lane: lane - start) }
        }
      }
    }
    return total
  }
}
