/// A check of the conformance matrix. The names are fixed (chapter 60, section 7); docs/conformance.md says of each
/// what a failure means and what to do about it.
public enum ConformanceCheck: String, CaseIterable, Hashable, Sendable, Encodable {
  case loadNowLocal = "load-now-local"
  case entryIdempotent = "entry-idempotent"
  case futureStructSize = "future-struct-size"
  case pastStructSize = "past-struct-size"
  case reservedNonzero = "reserved-nonzero"
  case unknownExtension = "unknown-extension"
  case describeMatchesManifest = "describe-matches-manifest"
  case airBytesCanonical = "air-bytes-canonical"
  case airBytesStable = "air-bytes-stable"
  case defIdxBound = "defidx-bound"
  case commitMatches = "commit-matches"
  case knownAnswers = "known-answers"
  case evalTooSmall = "eval-too-small"
  case evalPure = "eval-pure"
  case evalParallel = "eval-parallel"
  case commitInputDistinct = "commit-input-distinct"
  case planBounds = "plan-bounds"
  case fillCanonical = "fill-canonical"
  case fillGuardPages = "fill-guard-pages"
  case fillStrided = "fill-strided"
  case fillDeterministic = "fill-deterministic"
  case publicValues = "public-values"
  case constraintsHold = "constraints-hold"
  case busesBalance = "buses-balance"
  case paddingRows = "padding-rows"
  case mutationScore = "mutation-score"
  case badInputCode = "bad-input-code"
  case cancelLatency = "cancel-latency"
  case limitMemory = "limit-memory"
  case createDestroy1000 = "create-destroy-1000"
  case proveVerify = "prove-verify"
  case wrongOutputRejected = "wrong-output-rejected"
  case oracleAgrees = "oracle-agrees"

  /// What a plugin shows by passing.
  public var summary: String {
    switch self {
    case .loadNowLocal: "the library loads with all its symbols, and its table is complete"
    case .entryIdempotent: "the entry gives the same table each time"
    case .futureStructSize: "it works with a later host, whose structs are longer"
    case .pastStructSize: "it works with an earlier host, whose structs are shorter"
    case .reservedNonzero: "reserved words are 0, and others are refused"
    case .unknownExtension: "an extension that nobody knows is refused"
    case .describeMatchesManifest: "the circuit is what its description and the manifest say"
    case .airBytesCanonical: "the AIR bytes are well formed, in the one form there is"
    case .airBytesStable: "the AIR bytes are the same at every call, at every index"
    case .defIdxBound: "the constraints hold at the circuit's own index only"
    case .commitMatches: "the circuit's commitment is the one that is expected"
    case .knownAnswers: "the function gives the known answers"
    case .evalTooSmall: "the function asks for more room where there is too little"
    case .evalPure: "the same input has the same output, whatever came before"
    case .evalParallel: "calls side by side give what they give alone"
    case .commitInputDistinct: "different inputs have different commitments"
    case .planBounds: "heights are planned within the circuit's limits"
    case .fillCanonical: "all cells are field elements below p"
    case .fillGuardPages: "nothing is written outside the traces"
    case .fillStrided: "strides and orders of traces are respected"
    case .fillDeterministic: "the same inputs have the same traces"
    case .publicValues: "public values are those of the call"
    case .constraintsHold: "honest traces satisfy the constraints"
    case .busesBalance: "honest traces balance the buses"
    case .paddingRows: "rows that are left over harm nothing"
    case .mutationScore: "no used cell can be changed unnoticed"
    case .badInputCode: "inputs are accepted, or refused as the guest's fault"
    case .cancelLatency: "calls give up soon after they are asked to"
    case .limitMemory: "the greatest input fits into the memory limit"
    case .createDestroy1000: "instances come and go without a trace"
    case .proveVerify: "calls are proven, and the proofs verify"
    case .wrongOutputRejected: "a wrong output has no traces"
    case .oracleAgrees: "the function agrees with another implementation"
    }
  }

  /// Checks whose failure leaves nothing to look at here: this one is skipped then.
  var requirements: [ConformanceCheck] {
    switch self {
    case .loadNowLocal: []
    case .entryIdempotent, .futureStructSize, .pastStructSize, .reservedNonzero, .unknownExtension,
      .describeMatchesManifest, .airBytesCanonical, .airBytesStable, .knownAnswers, .evalTooSmall, .evalPure,
      .commitInputDistinct, .badInputCode, .cancelLatency, .limitMemory, .createDestroy1000,
      .oracleAgrees:
      [.loadNowLocal]
    // A function that changes its answers does so side by side as well.
    case .evalParallel: [.evalPure]
    case .defIdxBound, .planBounds: [.airBytesCanonical]
    case .commitMatches: [.airBytesCanonical, .defIdxBound]
    case .fillCanonical: [.planBounds]
    case .fillGuardPages, .fillDeterministic: [.fillCanonical]
    case .fillStrided: [.fillDeterministic]
    case .publicValues: [.fillCanonical, .defIdxBound]
    case .constraintsHold, .busesBalance: [.fillCanonical, .publicValues]
    case .paddingRows, .wrongOutputRejected: [.constraintsHold, .busesBalance]
    case .mutationScore, .proveVerify: [.paddingRows]
    }
  }
}

/// What became of a check.
public enum ConformanceOutcome: String, CaseIterable, Hashable, Sendable, Encodable {
  case pass
  /// Nothing that a host or a guest would suffer from, but worth a look.
  case warn
  case fail
  /// The plugin's process ended during the check.
  case crashed
  /// There was nothing to check, or an earlier failure left nothing to look at.
  case skipped

  /// Whether the plugin may be used in spite of it.
  public var isAcceptable: Bool { self != .fail && self != .crashed }
}
