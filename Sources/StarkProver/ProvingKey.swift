import AIR
import Algebra
import Hashing
import StarkVerifier

/// What a prover needs: the verifying key, names to show, and the preprocessed traces with their commitments.
/// No AIR code: constraints are data in the verifying key.
public struct ProvingKey<H: HashConfiguration>: Sendable {
  public let verifyingKey: VerifyingKey<H>
  /// By AIR id.
  public let airNames: [String]
  /// By AIR id; nil for an AIR without a preprocessed trace.
  public let preprocessed: [StackedCommitment<H>?]

  /// Key material that is already consistent: what key generation makes.
  init(verifyingKey: VerifyingKey<H>, airNames: [String], preprocessed: [StackedCommitment<H>?]) {
    self.verifyingKey = verifyingKey
    self.airNames = airNames
    self.preprocessed = preprocessed
  }

  /// From a key alone: commits to the preprocessed traces (by AIR id; missing entries count as nil) and compares
  /// the commitments with the key's. `known` has commitments that were made before, as for `generate`.
  public init(
    verifyingKey: VerifyingKey<H>, airNames: [String]? = nil, preprocessedTraces: [FieldMatrix?],
    reusing known: [ObjectIdentifier: StackedCommitment<H>] = [:], workers: Workers
  ) throws(ProverError) {
    guard verifyingKey.parameters.lSkip <= SkipDomain.maxLog else {
      throw .unsupportedParameters("a skip domain of 2^\(verifyingKey.parameters.lSkip) points, at most 2^6")
    }
    let maximum = 1 << verifyingKey.parameters.logStackedHeight
    var commitments: [StackedCommitment<H>?] = []
    for (id, air) in verifyingKey.airs.enumerated() {
      let trace = preprocessedTraces.indices.contains(id) ? preprocessedTraces[id] : nil
      guard let expected = air.preprocessed, let width = air.width.preprocessed else {
        guard trace == nil else { throw .preprocessedUnexpected(air: id) }
        commitments.append(nil)
        continue
      }
      guard let trace else { throw .preprocessedMissing(air: id) }
      guard trace.width == width else {
        throw .width(air: id, part: "the preprocessed trace", expected: width, found: trace.width)
      }
      guard trace.height.nonzeroBitCount == 1, trace.height <= maximum else {
        throw .height(air: id, found: trace.height, maximum: maximum)
      }
      let commitment =
        StackedCommitment<H>.find(trace, in: known)
        ?? StackedCommitment<H>(matrices: [trace], parameters: verifyingKey.parameters, workers: workers)
      guard commitment.root == expected.commit else { throw .preprocessedCommitment(air: id) }
      commitments.append(commitment)
    }
    self.init(
      verifyingKey: verifyingKey, airNames: airNames ?? verifyingKey.airs.indices.map { "AIR \($0)" },
      preprocessed: commitments)
  }
}

/// The traces of one present AIR. All parts have the same height, a power of two.
public struct AIRTrace: Sendable {
  public var airID: Int
  public var cachedMains: [FieldMatrix]
  public var commonMain: FieldMatrix
  public var publicValues: [BabyBear]

  public init(airID: Int, cachedMains: [FieldMatrix] = [], commonMain: FieldMatrix, publicValues: [BabyBear] = []) {
    self.airID = airID
    self.cachedMains = cachedMains
    self.commonMain = commonMain
    self.publicValues = publicValues
  }
}
