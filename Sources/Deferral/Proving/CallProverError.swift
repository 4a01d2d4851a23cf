import AIR
import Algebra
import StarkProver

/// Why a job is not proven. AIRs are named.
public enum CallProverError: Error, Hashable, Sendable, CustomStringConvertible {
  case callCount(found: Int, maximum: Int)
  case inputLength(call: Int, found: Int, maximum: Int)
  /// An output whose length is no multiple of 8, or too great.
  case outputLength(call: Int, found: Int, maximum: Int)
  /// A table of the host's has no room for what the calls and the circuit's AIRs need.
  case rows(air: String, needed: Int, maximum: Int)
  /// The job has traces for another number of AIRs than the circuit has.
  case traceCount(expected: Int, found: Int)
  case publicValueCount(expected: Int, found: Int)
  /// A public value that contradicts the call or the index.
  case publicValue(index: Int, expected: BabyBear, found: BabyBear)
  /// A look-up that no row of the table answers.
  case lookUp(air: String, row: Int, interaction: String, message: [BabyBear])
  /// More look-ups than can be counted.
  case lookUpCount(air: String)
  /// Traces that do not have the shape of their AIRs.
  case shape(TraceShapeError)
  case prover(ProverError)

  public var description: String {
    switch self {
    case .callCount(let found, let maximum): "expected 1 to \(maximum) calls, found \(found)"
    case .inputLength(let call, let found, let maximum):
      "call \(call): expected an input of at most \(maximum) bytes, found \(found)"
    case .outputLength(let call, let found, let maximum):
      "call \(call): expected an output of a multiple of 8, at most \(maximum) bytes, found \(found)"
    case .rows(let air, let needed, let maximum):
      "\(air): expected at most \(maximum) rows, found that \(needed) are needed"
    case .traceCount(let expected, let found): "expected traces of \(expected) AIRs, or nil, found \(found)"
    case .publicValueCount(let expected, let found): "expected \(expected) public values, found \(found)"
    case .publicValue(let index, let expected, let found):
      "public value \(index): expected \(expected), found \(found)"
    case .lookUp(let air, let row, let interaction, let message):
      "\(air): expected every look-up to be in its table, found that \"\(interaction)\" in row \(row) is not: "
        + "(\(message.map(\.description).joined(separator: ", ")))"
    case .lookUpCount(let air): "\(air): expected fewer than 2^32 look-ups in standard tables, found more"
    case .shape(let error): "\(error)"
    case .prover(let error): "\(error)"
    }
  }
}
