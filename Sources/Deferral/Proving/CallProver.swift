import AIR
import Algebra
import Hashing
import MachineCircuits
import MachineVerifier
import StarkProver
import StarkVerifier

/// Proves calls of a deferral circuit. Jobs may be proven in any order and by several threads at a time.
public struct CallProver: Sendable {
  public let key: DeferralProvingKey
  public let workers: Workers
  private let lookUps: TableLookUps

  public init(key: DeferralProvingKey, workers: Workers) {
    self.key = key
    self.workers = workers
    lookUps = TableLookUps(key.circuit)
  }

  private var circuit: DeferralCircuit { key.circuit }

  /// The proof of a job. Its traces are taken at their word, as far as they have the right shape and what they look up
  /// can be counted: a proof of false traces is made, and rejected. `check` says whether they are true.
  public func prove(
    _ job: DeferralJob, onPhase: ((DeferralPhase, Double) -> Void)? = nil
  ) throws(CallProverError) -> Proof<InnerConfiguration> {
    let start = ContinuousClock.now
    let made = try traces(of: job)
    if let miss = made.miss { throw miss }
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    onPhase?(.traces, Double(seconds) + Double(attoseconds) * 1e-18)
    do throws(ProverError) {
      return try Prover(key: key.stark, workers: workers).prove(made.traces, committed: made.committed) {
        phase, seconds in onPhase?(.stark(phase), seconds)
      }
    } catch {
      throw .prover(error)
    }
  }

  /// Checks every constraint on every row and every bus, without a proof: says what is wrong by name.
  public func check(_ job: DeferralJob, limit: Int = 20) throws(CallProverError) -> TraceReport {
    let made = try traces(of: job)
    let instances = made.traces.map { trace in
      AIRInstance(
        air: circuit.airs[trace.airID],
        cachedMains: (made.committed[trace.airID] ?? []).flatMap(\.matrices) + trace.cachedMains,
        commonMain: trace.commonMain, publicValues: trace.publicValues)
    }
    do throws(TraceShapeError) {
      return try TraceChecker(instances, limit: limit, workers: workers).check()
    } catch {
      throw .shape(error)
    }
  }

  /// What the proof of a job says of its calls: their commitments, in order.
  public func committedCalls(_ job: DeferralJob) throws(CallProverError) -> [CommittedCall] {
    try validate(job)
    guard !circuit.usesStandardIO else {
      return job.calls.map { call in
        CommittedCall(
          input: UnfoldedInputCommit(index: circuit.index, bytes: call.input).folded(),
          output: OutputCommit(index: circuit.index, bytes: call.output))
      }
    }
    let cached = commitments(of: job).sorted { $0.key < $1.key }.flatMap(\.value).map(\.root)
    return [
      CommittedCall(
        input: UnfoldedInputCommit(digest: InnerDigest(job.publicValues[SingleCallPublicValue.input])).folded(
          with: cached),
        output: OutputCommit(digest: InnerDigest(job.publicValues[SingleCallPublicValue.output])))
    ]
  }

  /// The commitment to a cached part, for all jobs that have it. Its height is a power of two, at most that of the
  /// parameters, and it has a column.
  public func commit(_ matrix: FieldMatrix) throws(CallProverError) -> StackedCommitment<InnerConfiguration> {
    let maximum = 1 << circuit.parameters.logStackedHeight
    guard matrix.height.nonzeroBitCount == 1, matrix.width > 0, matrix.height <= maximum else {
      throw .rows(air: "cached part", needed: matrix.height, maximum: maximum)
    }
    return StackedCommitment(matrices: [matrix], parameters: circuit.parameters, workers: workers)
  }
}

/// What is being done for a job.
public enum DeferralPhase: Hashable, Sendable, CustomStringConvertible {
  /// Filling the host's traces.
  case traces
  case stark(ProverPhase)

  public var description: String {
    switch self {
    case .traces: "traces"
    case .stark(let phase): phase.rawValue
    }
  }
}

// MARK: - Traces

extension CallProver {
  /// All traces of a job.
  struct Traces {
    var traces: [AIRTrace] = []
    /// Commitments to the cached parts of AIRs that have any.
    var committed: [Int: [StackedCommitment<InnerConfiguration>]] = [:]
    /// The first look-up that is in no table.
    var miss: CallProverError?
  }

  func traces(of job: DeferralJob) throws(CallProverError) -> Traces {
    try validate(job)
    var result = Traces(committed: commitments(of: job))
    let counts = LookupCounts()
    var requests = PermutationRequests()
    if circuit.usesStandardIO {
      result.traces = inputOutputTraces(job, counts: counts, requests: &requests)
    }
    for (number, trace) in job.traces.enumerated() {
      guard let trace else { continue }
      let id = circuit.ownAIRs.lowerBound + number
      let publicValues = id == 0 ? job.publicValues : []
      let cached = (result.committed[id] ?? []).flatMap(\.matrices)
      let miss = try lookUps.count(
        number, trace, cached: cached, publicValues: publicValues, counts: counts, requests: &requests, workers: workers
      )
      result.miss = result.miss ?? miss
      result.traces.append(AIRTrace(airID: id, commonMain: trace.commonMain, publicValues: publicValues))
    }
    result.traces += try tableTraces(counts, requests)
    return result
  }

  private func inputOutputTraces(
    _ job: DeferralJob, counts: LookupCounts, requests: inout PermutationRequests
  ) -> [AIRTrace] {
    let words = InputOutputTrace(job.calls, index: circuit.index, counts: counts, workers: workers)
    words.addRequests(to: &requests)
    guard circuit.logBatch > 0 else {
      let publicValues =
        words.inputs[0].digest.elements + words.outputs[0].digest.elements + [BabyBear(circuit.index)]
      return [AIRTrace(airID: 0, commonMain: words.matrix, publicValues: publicValues)]
    }
    let tree = CallTreeTrace(
      inputs: words.inputs, outputs: words.outputs, height: circuit.logBatch, index: circuit.index,
      requests: &requests)
    return [
      AIRTrace(airID: 0, commonMain: tree.matrix, publicValues: tree.publicValues),
      AIRTrace(airID: 1, commonMain: words.matrix),
    ]
  }

  /// Traces of the standard tables that anything is looked up in.
  private func tableTraces(
    _ counts: LookupCounts, _ requests: PermutationRequests
  ) throws(CallProverError) -> [AIRTrace] {
    guard !circuit.tables.isEmpty else { return [] }
    var traces: [AIRTrace] = []
    if let id = circuit.tables[.poseidon2], requests.count > 0 {
      try checkRows(requests.count, air: id)
      let tables = Poseidon2Trace.tables(requests, for: .sponge(StandardBus.poseidon2), workers: workers)
      for (place, table) in tables.enumerated() { traces.append(AIRTrace(airID: id + place, commonMain: table)) }
    }
    let tally = counts.total()
    if let id = circuit.tables[.bytes],
      tally.bytes.contains(where: { $0 > 0 }) || tally.xors.contains(where: { $0 > 0 })
    {
      try checkRows(BitwiseTrace.height, air: id)
      traces.append(AIRTrace(airID: id, commonMain: BitwiseTrace.make(tally)))
    }
    if let id = circuit.tables[.range], tally.range.contains(where: { $0 > 0 }) {
      try checkRows(tally.range.count, air: id)
      traces.append(AIRTrace(airID: id, commonMain: VariableRangeTrace.make(tally, workers: workers)))
    }
    return traces
  }

  /// Commitments to the cached parts, by AIR.
  private func commitments(of job: DeferralJob) -> [Int: [StackedCommitment<InnerConfiguration>]] {
    var result: [Int: [StackedCommitment<InnerConfiguration>]] = [:]
    for (number, trace) in job.traces.enumerated() {
      guard let trace, !trace.cachedMains.isEmpty else { continue }
      result[circuit.ownAIRs.lowerBound + number] = trace.cachedMains.map { part in
        switch part {
        case .committed(let commitment): commitment
        case .matrix(let matrix):
          StackedCommitment(matrices: [matrix], parameters: circuit.parameters, workers: workers)
        }
      }
    }
    return result
  }
}

// MARK: - What a job must be

extension CallProver {
  private func validate(_ job: DeferralJob) throws(CallProverError) {
    guard (1...circuit.maxCalls).contains(job.calls.count) else {
      throw .callCount(found: job.calls.count, maximum: circuit.maxCalls)
    }
    let most = DeferralCircuit.maxBytes - 1
    var rows = 0
    for (number, call) in job.calls.enumerated() {
      guard call.input.count <= most else {
        throw .inputLength(call: number, found: call.input.count, maximum: most)
      }
      guard call.output.count <= most, call.output.count % 8 == 0 else {
        throw .outputLength(call: number, found: call.output.count, maximum: most)
      }
      rows += InputOutputTrace.rows(inputBytes: call.input.count, outputBytes: call.output.count)
    }
    if circuit.usesStandardIO {
      try checkRows(rows, air: circuit.logBatch > 0 ? 1 : 0)
      if circuit.logBatch > 0 {
        try checkRows(CallTreeTrace.rows(callCount: job.calls.count, height: circuit.logBatch), air: 0)
      }
    }
    guard job.traces.count == circuit.ownAIRs.count else {
      throw .traceCount(expected: circuit.ownAIRs.count, found: job.traces.count)
    }
    try validateCachedParts(job)
    try validatePublicValues(job)
  }

  private func checkRows(_ rows: Int, air: Int) throws(CallProverError) {
    let maximum = 1 << circuit.parameters.logStackedHeight
    guard rows <= maximum else { throw .rows(air: circuit.airs[air].name, needed: rows, maximum: maximum) }
  }

  /// Cached parts that can be committed to.
  private func validateCachedParts(_ job: DeferralJob) throws(CallProverError) {
    for (id, trace) in zip(circuit.ownAIRs, job.traces) {
      guard let trace else { continue }
      let (air, parts) = (circuit.airs[id], trace.cachedMains)
      guard parts.count == air.width.cachedMains.count else {
        throw .prover(.partCount(air: id, expected: air.width.cachedMains.count, found: parts.count))
      }
      for (part, width) in zip(parts.indices, air.width.cachedMains) {
        guard case .matrix(let matrix) = parts[part] else { continue }
        guard matrix.width == width else {
          throw .shape(
            .partWidth(air: air.name, part: .cachedMain(part), expected: width, found: matrix.width))
        }
        try checkRows(matrix.height, air: id)
        guard matrix.height.nonzeroBitCount == 1 else { throw .shape(.height(air: air.name, found: matrix.height)) }
      }
    }
  }

  /// Public values of an own AIR 0 that say what the call and the index say. The commitment to the input is the
  /// plugin's.
  private func validatePublicValues(_ job: DeferralJob) throws(CallProverError) {
    let expected = circuit.usesStandardIO ? 0 : DeferralPublicValues.singleCount
    guard job.publicValues.count == expected else {
      throw .publicValueCount(expected: expected, found: job.publicValues.count)
    }
    guard !circuit.usesStandardIO else { return }
    let output = OutputCommit(index: circuit.index, bytes: job.calls[0].output).digest.elements
    let known =
      zip(SingleCallPublicValue.output, output).map { ($0, $1) } + [
        (SingleCallPublicValue.index, BabyBear(circuit.index))
      ]
    for (index, value) in known where job.publicValues[index] != value {
      throw .publicValue(index: index, expected: value, found: job.publicValues[index])
    }
  }
}
