import AIR
import Algebra
import Hashing
import StarkVerifier

extension ProvingKey {
  /// Makes the keys of a set of AIRs; the position in `airs` is an AIR's id.
  ///
  /// Evaluates every AIR, checks it against the parameters, derives the trace-height constraints and commits the
  /// preprocessed traces, each alone and at the full stacked height. The same input gives the same key on any number
  /// of workers. Source: chapter 10, sections 4.6 to 4.8.
  ///
  /// Not checked: that the constraints mean what they should. That the traces satisfy them is for
  /// `TraceChecker` to say.
  public static func generate(
    airs: [any AIR], parameters: SystemParameters, workers: Workers = Workers(1)
  ) throws(KeygenError) -> ProvingKey<H> {
    try generate(compiled: airs.map { CompiledAIR($0) }, parameters: parameters, workers: workers)
  }

  /// The same for AIRs that have been evaluated already. `known` has commitments to preprocessed traces that were made
  /// before under the same parameters, by identity of the matrix; they are taken as they are.
  public static func generate(
    compiled airs: [CompiledAIR], parameters: SystemParameters,
    reusing known: [ObjectIdentifier: StackedCommitment<H>] = [:], workers: Workers = Workers(1)
  ) throws(KeygenError) -> ProvingKey<H> {
    try KeygenChecks.check(parameters)
    guard !airs.isEmpty else { throw .noAIRs }
    for air in airs { try KeygenChecks.check(air, parameters) }
    let heightConstraints = try TraceHeightConstraint.all(airs: airs, parameters: parameters)
    let commitments = airs.map { air in
      air.preprocessedTrace.map {
        StackedCommitment<H>.find($0, in: known)
          ?? StackedCommitment<H>(matrices: [$0], parameters: parameters, workers: workers)
      }
    }
    let keys = zip(airs, commitments).map { air, commitment in
      AIRVerifyingKey<H>(
        preprocessed: commitment.flatMap { preprocessedCommitment($0, parameters) }, width: air.width,
        publicValueCount: air.publicValueCount, needsRotation: air.needsRotation, dag: air.dag,
        maxConstraintDegree: air.maxConstraintDegree, isRequired: air.isRequired,
        unusedVariables: air.unusedVariables.map { UnusedVariable(entry: $0.entry, index: $0.index) })
    }
    return ProvingKey(
      verifyingKey: VerifyingKey(
        parameters: parameters, airs: keys, traceHeightConstraints: heightConstraints),
      airNames: airs.map(\.name), preprocessed: commitments)
  }

  /// What the verifier is told of a preprocessed trace, whose height is a power of two.
  private static func preprocessedCommitment(
    _ commitment: StackedCommitment<H>, _ parameters: SystemParameters
  ) -> PreprocessedCommitment<H>? {
    guard let trace = commitment.matrices.first else { return nil }
    return PreprocessedCommitment(
      commit: commitment.root, hypercubeDimension: trace.height.trailingZeroBitCount - parameters.lSkip,
      stackingWidth: commitment.stackedWidth)
  }
}
