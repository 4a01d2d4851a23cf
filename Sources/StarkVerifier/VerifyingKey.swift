import AIR
import Hashing

/// What the verifier knows of a preprocessed trace.
public struct PreprocessedCommitment<H: HashConfiguration>: Hashable, Sendable {
  public var commit: H.Digest
  /// `log2(height) - lSkip`; negative for heights below the skip domain.
  public var hypercubeDimension: Int
  /// Width of its stacked matrix.
  public var stackingWidth: Int

  public init(commit: H.Digest, hypercubeDimension: Int, stackingWidth: Int) {
    self.commit = commit
    self.hypercubeDimension = hypercubeDimension
    self.stackingWidth = stackingWidth
  }
}

/// A column that no constraint or interaction mentions. Informational, but part of the key's bytes.
public struct UnusedVariable: Hashable, Sendable {
  public var entry: Entry
  public var index: Int

  public init(entry: Entry, index: Int) {
    self.entry = entry
    self.index = index
  }
}

/// The verifying key of one AIR (chapter 10, section 4.8).
public struct AIRVerifyingKey<H: HashConfiguration>: Hashable, Sendable {
  public var preprocessed: PreprocessedCommitment<H>?
  public var width: TraceWidth
  public var publicValueCount: Int
  /// Whether any node reads the next row.
  public var needsRotation: Bool
  public var dag: ConstraintDAG
  /// The greatest degree over this AIR's constraints and interactions.
  public var maxConstraintDegree: Int
  /// Whether the AIR must be present in every proof.
  public var isRequired: Bool
  public var unusedVariables: [UnusedVariable]

  public init(
    preprocessed: PreprocessedCommitment<H>?, width: TraceWidth, publicValueCount: Int, needsRotation: Bool,
    dag: ConstraintDAG, maxConstraintDegree: Int, isRequired: Bool, unusedVariables: [UnusedVariable]
  ) {
    self.preprocessed = preprocessed
    self.width = width
    self.publicValueCount = publicValueCount
    self.needsRotation = needsRotation
    self.dag = dag
    self.maxConstraintDegree = maxConstraintDegree
    self.isRequired = isRequired
    self.unusedVariables = unusedVariables
  }
}

/// `sum over present AIRs of 2^max(height, lSkip) * coefficient < threshold`, in logs of heights
/// (chapter 10, section 4.7).
public struct TraceHeightConstraint: Hashable, Sendable {
  public var coefficients: [UInt32]
  public var threshold: UInt32

  public init(coefficients: [UInt32], threshold: UInt32) {
    self.coefficients = coefficients
    self.threshold = threshold
  }
}

/// The verifying key of a set of AIRs. `preHash` is the hash of everything else, and what a proof's transcript
/// starts with: `VerifyingKey.init` computes it, and so does decoding.
public struct VerifyingKey<H: HashConfiguration>: Hashable, Sendable {
  public let parameters: SystemParameters
  /// By AIR id.
  public let airs: [AIRVerifyingKey<H>]
  public let traceHeightConstraints: [TraceHeightConstraint]
  public let preHash: H.Digest

  /// A key with its pre-hash computed from its bytes (chapter 10, section 4.9).
  public init(
    parameters: SystemParameters, airs: [AIRVerifyingKey<H>], traceHeightConstraints: [TraceHeightConstraint]
  ) {
    self.parameters = parameters
    self.airs = airs
    self.traceHeightConstraints = traceHeightConstraints
    preHash = Self.preHash(
      body: Self.encodeBody(
        parameters: parameters, airs: airs, traceHeightConstraints: traceHeightConstraints))
  }
}
