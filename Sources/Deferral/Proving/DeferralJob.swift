import Algebra
import Hashing
import StarkProver

/// Calls to be proven together, with the traces that the circuit's own AIRs have for them.
public struct DeferralJob: Sendable {
  /// A call: an input, and the output of the deferral function.
  public struct Call: Hashable, Sendable {
    public var input: [UInt8]
    public var output: [UInt8]

    public init(input: [UInt8], output: [UInt8]) {
      self.input = input
      self.output = output
    }
  }

  /// In order: call 0 first. One, unless the circuit is for batches.
  public var calls: [Call]
  /// By number of own AIR; nil for those that are absent.
  public var traces: [DeferralTrace?]
  /// Of the own AIR 0 of a circuit without the standard set: 17 elements. Else empty.
  public var publicValues: [BabyBear]

  public init(calls: [Call], traces: [DeferralTrace?], publicValues: [BabyBear] = []) {
    self.calls = calls
    self.traces = traces
    self.publicValues = publicValues
  }
}

/// The trace of an own AIR. All parts have the same height, a power of two.
public struct DeferralTrace: Sendable {
  public var commonMain: FieldMatrix
  public var cachedMains: [CachedMain]

  public init(commonMain: FieldMatrix, cachedMains: [CachedMain] = []) {
    self.commonMain = commonMain
    self.cachedMains = cachedMains
  }
}

/// A cached main part.
public enum CachedMain: Sendable {
  /// To be committed to.
  case matrix(FieldMatrix)
  /// Committed to before, under the circuit's parameters: what `CallProver.commit` gives. For parts that many jobs
  /// share.
  case committed(StackedCommitment<InnerConfiguration>)
}
