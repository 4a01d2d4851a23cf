import Hashing

/// What a run knows of deferral circuits: the accumulators, which are memory; inputs and outputs by their commitments;
/// and the calls so far.
///
/// Whatever is known of a commitment stays true when a part of a run is taken back, and is found out again when it is
/// repeated. So only accumulators and calls are taken back.
struct DeferralState {
  /// The memory of one circuit: address space 4, cells `16 i` to `16 i + 15`.
  struct Accumulators {
    var input: InnerDigest
    var output = InnerConfiguration.emptyDigest
    var callCount = 0
  }

  /// A point of the run to go back to.
  struct Mark {
    fileprivate let accumulators: [Accumulators]
    fileprivate let callCount: Int
  }

  /// Why a deferral instruction cannot be performed.
  struct Failure: Error {
    var kind: ExecutionError.Kind
  }

  let bindings: [DeferralBinding]
  private(set) var accumulators: [Accumulators]
  private var inputs: [[InputCommit: [UInt8]]]
  private var outputs: [[OutputCommit: [UInt8]]]
  /// The output of each input that the function was asked for.
  private var results: [[InputCommit: OutputCommit]]
  private var log: [(index: Int, call: DeferralCall)] = []
  /// Of inputs that the guest has committed to, and of outputs.
  private var storedBytes = 0

  init(bindings: [DeferralBinding]) {
    self.bindings = bindings
    accumulators = bindings.map { Accumulators(input: $0.circuitCommit) }
    inputs = bindings.map(\.inputs)
    outputs = bindings.map { _ in [:] }
    results = bindings.map { _ in [:] }
  }

  /// The calls so far by circuit, in order.
  var calls: [[DeferralCall]] {
    var calls = [[DeferralCall]](repeating: [], count: bindings.count)
    for (index, call) in log { calls[index].append(call) }
    return calls
  }

  var mark: Mark { Mark(accumulators: accumulators, callCount: log.count) }

  mutating func restore(_ mark: Mark) {
    accumulators = mark.accumulators
    log.removeLast(log.count - mark.callCount)
  }

  // MARK: Instructions. `index` is that of a binding.

  /// The output of circuit `index` for an input. The function is asked once for each input.
  mutating func result(
    index: Int, of input: InputCommit
  ) throws(Failure) -> (commit: OutputCommit, bytes: [UInt8]) {
    if let commit = results[index][input], let bytes = outputs[index][commit] { return (commit, bytes) }
    guard let bytes = inputs[index][input] else {
      throw Failure(kind: .unknownDeferralInput(index: index, commit: input))
    }
    let output: [UInt8]
    do { output = try bindings[index].evaluate(bytes) } catch {
      throw Failure(kind: .deferralFailed(index: index, commit: input, error))
    }
    guard output.count % 8 == 0, output.count <= MachineLimits.maxDeferralBytes else {
      throw Failure(kind: .deferralOutputLength(index: index, commit: input, bytes: output.count))
    }
    let commit = OutputCommit(index: index, bytes: output)
    if outputs[index][commit] == nil {
      try keep(output.count)
      outputs[index][commit] = output
    }
    results[index][input] = commit
    return (commit, output)
  }

  /// Takes a call up into the accumulators.
  mutating func call(
    index: Int, input: InputCommit, output: OutputCommit, bytes: [UInt8]
  ) throws(Failure) {
    guard accumulators[index].callCount < MachineLimits.maxDeferralCalls else {
      throw Failure(kind: .tooManyDeferralCalls(index: index))
    }
    accumulators[index].callCount += 1
    accumulators[index].input = InnerConfiguration.compress(accumulators[index].input, input.digest)
    accumulators[index].output = InnerConfiguration.compress(accumulators[index].output, output.digest)
    let input = (commit: input, bytes: inputs[index][input] ?? [])
    log.append(
      (index, DeferralCall(inputCommit: input.commit, outputCommit: output, input: input.bytes, output: bytes)))
  }

  /// The output that a key opens. Its length is the key's to claim.
  func output(index: Int, commit: OutputCommit, length: UInt64) throws(Failure) -> [UInt8] {
    guard let bytes = outputs[index][commit] else {
      throw Failure(kind: .unknownDeferralOutput(index: index, commit: commit))
    }
    guard UInt64(bytes.count) == length else {
      throw Failure(kind: .deferralKeyLength(index: index, commit: commit, expected: bytes.count, found: length))
    }
    return bytes
  }

  /// The commitment to an input, under which it is known from here on.
  mutating func commit(index: Int, to bytes: [UInt8]) throws(Failure) -> InputCommit {
    let commit = UnfoldedInputCommit(index: index, bytes: bytes).folded()
    if inputs[index][commit] == nil {
      try keep(bytes.count)
      inputs[index][commit] = bytes
    }
    return commit
  }

  private mutating func keep(_ byteCount: Int) throws(Failure) {
    guard storedBytes + byteCount <= MachineLimits.maxDeferralStorage else {
      throw Failure(kind: .deferralStorage)
    }
    storedBytes += byteCount
  }
}
