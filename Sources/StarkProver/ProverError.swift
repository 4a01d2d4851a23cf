/// Why a proof or proving key could not be made. Everything here is a mistake in what the caller handed in, but for
/// `noWitness` and `degenerateChallenge`, which have negligible probability with honest parameters.
public enum ProverError: Error, Hashable, Sendable, CustomStringConvertible {
  case noTraces
  case unknownAIR(id: Int, airCount: Int)
  case duplicateAIR(id: Int)
  case requiredAIRAbsent(id: Int)
  case width(air: Int, part: String, expected: Int, found: Int)
  case partCount(air: Int, expected: Int, found: Int)
  case height(air: Int, found: Int, maximum: Int)
  case heightsDiffer(air: Int, part: String, expected: Int, found: Int)
  case publicValues(air: Int, expected: Int, found: Int)
  case preprocessedMissing(air: Int)
  case preprocessedUnexpected(air: Int)
  case preprocessedCommitment(air: Int)
  case foreignCommitment(air: Int)
  case traceHeights(constraint: Int, sum: UInt64, threshold: UInt32)
  case stackedWidth(found: Int, maximum: Int)
  case unsupportedParameters(String)
  case noWitness(phase: String, bits: Int)
  case degenerateChallenge(phase: String)

  public var description: String {
    switch self {
    case .noTraces: "no trace was given: a proof needs at least one present AIR"
    case .unknownAIR(let id, let count): "trace for AIR \(id), but the key has \(count) AIRs"
    case .duplicateAIR(let id): "two traces for AIR \(id)"
    case .requiredAIRAbsent(let id): "AIR \(id) is required, but there is no trace for it"
    case .width(let air, let part, let expected, let found):
      "AIR \(air): \(part) has \(found) columns, the key says \(expected)"
    case .partCount(let air, let expected, let found):
      "AIR \(air): \(found) cached mains, the key says \(expected)"
    case .height(let air, let found, let maximum):
      "AIR \(air): height \(found) is not a power of two of at most \(maximum)"
    case .heightsDiffer(let air, let part, let expected, let found):
      "AIR \(air): \(part) has \(found) rows, common main has \(expected)"
    case .publicValues(let air, let expected, let found):
      "AIR \(air): \(found) public values, the key says \(expected)"
    case .preprocessedMissing(let air): "AIR \(air) has a preprocessed trace in the key, but none was given"
    case .preprocessedUnexpected(let air): "AIR \(air) has no preprocessed trace in the key, but one was given"
    case .preprocessedCommitment(let air): "AIR \(air): the preprocessed trace is not the one that the key commits to"
    case .foreignCommitment(let air):
      "AIR \(air): a ready commitment must be to one matrix, under the key's parameters"
    case .traceHeights(let constraint, let sum, let threshold):
      "trace heights: constraint \(constraint) sums to \(sum), it must stay below \(threshold)"
    case .stackedWidth(let found, let maximum): "total stacked width \(found) is above the parameters' \(maximum)"
    case .unsupportedParameters(let what): "unsupported parameters: \(what)"
    case .noWitness(let phase, let bits): "no proof-of-work witness of \(bits) bits exists (\(phase))"
    case .degenerateChallenge(let phase): "a challenge took a value without inverse (\(phase)); prove again"
    }
  }
}
