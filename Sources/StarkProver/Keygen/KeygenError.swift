import AIR
import StarkVerifier

/// Why no key can be made. Every case names the AIR (by its name) or parameter at fault, what was expected and what
/// was found.
public enum KeygenError: Error, Hashable, Sendable {
  /// Unusable system parameters.
  case parameters(KeyError)
  case noAIRs
  /// A part of width zero. Common main must have a column; other parts are left out instead.
  case emptyPart(air: String, part: TracePart)
  /// An AIR with neither constraints nor interactions.
  case nothingToProve(air: String)
  case degree(air: String, found: Int, maximum: Int)
  case emptyMessage(air: String, interaction: String)
  /// A message whose fields, plus one for the bus, are more than `2^logMaxMessageLength`.
  case messageTooLong(air: String, interaction: String, found: Int, maximum: Int)
  /// The count weights of an AIR's interactions on a bus, or the number of its interactions, exceed 32 bits.
  case countWeightOverflow(air: String, bus: UInt16)
  /// The width says that there is a preprocessed part, the AIR has no trace for it, or the other way round.
  case preprocessedTraceMissing(air: String)
  case preprocessedTraceUnexpected(air: String)
  case preprocessedWidth(air: String, expected: Int, found: Int)
  /// A preprocessed height that is no power of two or above the stacked height.
  case preprocessedHeight(air: String, found: Int, maximum: Int)
}

extension KeygenError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .parameters(let error): "\(error)"
    case .noAIRs: "a key needs at least one AIR"
    case .emptyPart(let air, let part): "\(air): \(part) has no columns"
    case .nothingToProve(let air): "\(air): neither constraints nor interactions"
    case .degree(let air, let found, let maximum):
      "\(air): a constraint or interaction has degree \(found), the parameters allow \(maximum)"
    case .emptyMessage(let air, let interaction): "\(air): interaction \"\(interaction)\" has an empty message"
    case .messageTooLong(let air, let interaction, let found, let maximum):
      "\(air): interaction \"\(interaction)\" has \(found) message fields, the parameters allow \(maximum)"
    case .countWeightOverflow(let air, let bus):
      "\(air): the count weights on bus \(bus) do not fit 32 bits"
    case .preprocessedTraceMissing(let air):
      "\(air): the width has a preprocessed part, but there is no preprocessed trace"
    case .preprocessedTraceUnexpected(let air):
      "\(air): there is a preprocessed trace, but the width has no preprocessed part"
    case .preprocessedWidth(let air, let expected, let found):
      "\(air): the preprocessed trace has \(found) columns, expected \(expected)"
    case .preprocessedHeight(let air, let found, let maximum):
      "\(air): the preprocessed trace has \(found) rows, expected a power of two of at most \(maximum)"
    }
  }
}
