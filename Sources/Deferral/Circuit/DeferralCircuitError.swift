import AIR

/// Why a set of AIRs is no deferral circuit. AIRs are named; numbers are those of the plugin's own AIRs.
public enum DeferralCircuitError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The set breaks a rule of AIR bytes.
  case bytes(AIRBytesError)
  case index(found: Int)
  /// More calls to a proof than there may be, or a circuit that has to prove calls one by one.
  case logBatch(found: Int, allowed: ClosedRange<Int>)
  case airCount(found: Int, maximum: Int)
  case firstAIRNotRequired(air: String)
  case unusedPublicValue(air: String, index: Int)
  case cachedPartsWithStandardIO(air: String)
  case cachedPartsNotRequired(air: String)
  case cachedPartCount(air: String, found: Int, maximum: Int)
  /// No AIR is without cached parts.
  case cachedPartsEverywhere
  /// A message on a standard bus that nothing can answer.
  case messageLength(air: String, interaction: String, bus: String, expected: Int, found: Int)
  case countWeights(air: String, bus: String, found: Int, maximum: Int)
  /// AIR 0 does not have the constraint that binds the index.
  case indexNotBound(air: String)
  case preprocessedPresence(air: String, number: Int, isDeclared: Bool)
  case preprocessedWidth(air: String, number: Int, expected: Int, found: Int)
  case preprocessedHeight(air: String, number: Int, found: Int)
  case preprocessedOfNoAIR(number: Int, count: Int)
  /// Proof of work is asked for where a layer above asks for none, or the other way round.
  case incompatibleParameters(layer: String, field: String, found: Int, parent: Int)

  public var description: String {
    switch self {
    case .bytes(let error): "\(error)"
    case .index(let found):
      "expected a deferral index from 0 to \(DeferralCircuit.indices.upperBound - 1), found \(found)"
    case .logBatch(let found, let allowed):
      allowed.upperBound == 0
        ? "expected one call to a proof, as without the standard set, found up to 2^\(found)"
        : "expected a batch of 2^0 to 2^\(allowed.upperBound) calls, found 2^\(found)"
    case .airCount(let found, let maximum):
      "expected at most \(maximum) AIRs, those of the host among them, found \(found)"
    case .firstAIRNotRequired(let air): "\(air): expected AIR 0 to be required, found that it is not"
    case .unusedPublicValue(let air, let index):
      "\(air): expected every public value in a constraint, found public value \(index) in none"
    case .cachedPartsWithStandardIO(let air):
      "\(air): expected no cached parts in a circuit with the standard set, found some"
    case .cachedPartsNotRequired(let air):
      "\(air): expected an AIR with cached parts to be required, found that it is not"
    case .cachedPartCount(let air, let found, let maximum):
      "\(air): expected at most \(maximum) cached parts, found \(found)"
    case .cachedPartsEverywhere: "expected an AIR without cached parts, found none"
    case .messageLength(let air, let interaction, let bus, let expected, let found):
      "\(air): expected \(expected) message fields on \(bus), found \(found) in \"\(interaction)\""
    case .countWeights(let air, let bus, let found, let maximum):
      "\(air): expected count weights on \(bus) of at most \(maximum), the number of interactions, found \(found)"
    case .indexNotBound(let air):
      "\(air): expected the constraint public[16] - index, of the public value and an index node, found none"
    case .preprocessedPresence(let air, let number, let isDeclared):
      isDeclared
        ? "\(air) (\(number)): expected a preprocessed trace, found none"
        : "\(air) (\(number)): expected no preprocessed trace, found one"
    case .preprocessedWidth(let air, let number, let expected, let found):
      "\(air) (\(number)): expected \(expected) preprocessed columns, found \(found)"
    case .preprocessedHeight(let air, let number, let found):
      "\(air) (\(number)): expected a preprocessed height that is a power of two, found \(found)"
    case .preprocessedOfNoAIR(let number, let count):
      "expected preprocessed traces of the \(count) own AIRs, found one of AIR \(number)"
    case .incompatibleParameters(let layer, let field, let found, let parent):
      "expected \(field) to be \(parent == 0 ? "0" : "above 0") as in the parameters of the \(layer) layer, "
        + "found \(found)"
    }
  }
}
