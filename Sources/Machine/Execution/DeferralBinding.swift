import Hashing

/// A deferral circuit as the machine sees it: its commitment, its function, and the inputs that the host has for it.
public struct DeferralBinding: Sendable {
  /// `def_circuit_commit`: the first value of the input accumulator.
  public var circuitCommit: InnerDigest
  /// Whether COMMIT may be used: the circuit has the standard input hash and no cached parts.
  public var allowsCommit: Bool
  /// The most bytes that an input may have. COMMIT of more is an error of the run.
  public var maxInputBytes: Int
  /// Inputs that the guest need not hold, by their commitments.
  public var inputs: [InputCommit: [UInt8]]
  /// The deferral function. Called by one thread at a time for a machine, as often as the guest calls; the same input must
  /// give the same output.
  public var evaluate: @Sendable ([UInt8]) throws(DeferralFailure) -> [UInt8]

  public init(
    circuitCommit: InnerDigest, allowsCommit: Bool = true, maxInputBytes: Int, inputs: [InputCommit: [UInt8]] = [:],
    evaluate: @escaping @Sendable ([UInt8]) throws(DeferralFailure) -> [UInt8]
  ) {
    self.circuitCommit = circuitCommit
    self.allowsCommit = allowsCommit
    self.maxInputBytes = maxInputBytes
    self.inputs = inputs
    self.evaluate = evaluate
  }
}

/// Why a deferral function gave no output.
public enum DeferralFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The guest's fault: the input is none of the function's.
  case badInput(String)
  /// The fault of whoever provides the function.
  case fault(String)

  public var description: String {
    switch self {
    case .badInput(let reason): "the input is none of the function's: \(reason)"
    case .fault(let reason): reason
    }
  }
}

/// A deferral call that a run made.
public struct DeferralCall: Hashable, Sendable {
  public var inputCommit: InputCommit
  public var outputCommit: OutputCommit
  public var input: [UInt8]
  public var output: [UInt8]

  public init(inputCommit: InputCommit, outputCommit: OutputCommit, input: [UInt8], output: [UInt8]) {
    self.inputCommit = inputCommit
    self.outputCommit = outputCommit
    self.input = input
    self.output = output
  }
}
