import Algebra

/// A constraint that does not hold.
public struct ConstraintFailure: Hashable, Sendable, CustomStringConvertible {
  /// Position of the AIR among those checked.
  public var airIndex: Int
  public var airName: String
  /// The constraint's name; several, joined by commas, where identical constraints were merged.
  public var constraint: String
  /// The first row on which it fails.
  public var row: Int
  /// On how many rows it fails.
  public var failingRows: Int
  /// The constraint as a formula.
  public var expression: String
  /// What the formula evaluates to in `row`.
  public var value: BabyBear
  /// The columns and public values in the formula, with their values for `row`.
  public var operands: [Operand]

  public struct Operand: Hashable, Sendable {
    public var name: String
    public var value: BabyBear
  }

  public var description: String {
    let more = failingRows > 1 ? " (and \(failingRows - 1) more)" : ""
    let values = operands.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
    return """
      AIR \(airIndex) \(airName): constraint "\(constraint)" fails in row \(row)\(more)
        \(expression) = \(value), expected 0
        where \(values.isEmpty ? "no column is involved" : values)
      """
  }
}

/// A message whose counts do not sum to zero on its bus.
public struct BusImbalance: Hashable, Sendable, CustomStringConvertible {
  public var bus: UInt16
  /// The bus's number and, where known, name.
  public var busDescription: String
  public var message: [BabyBear]
  /// Sum of the counts.
  public var balance: BabyBear
  /// Rows that mention the message with a count other than zero: in order of AIR, row and interaction, cut to the
  /// report's limit.
  public var participants: [Participant]
  /// How many there are in all.
  public var participantCount: Int

  public struct Participant: Hashable, Sendable {
    public var airIndex: Int
    public var airName: String
    public var row: Int
    /// Position of the interaction in its AIR.
    public var interactionIndex: Int
    public var interaction: String
    public var count: BabyBear
  }

  public var description: String {
    let fields = message.map(\.description).joined(separator: ", ")
    var lines = ["\(busDescription): message (\(fields)) has balance \(balance.signedDescription)"]
    // Counts above p / 2 stand for negative ones.
    let isReceiver = { (participant: Participant) in participant.count.canonical > BabyBear.modulus / 2 }
    for (title, side) in [
      ("senders", participants.filter { !isReceiver($0) }), ("receivers", participants.filter(isReceiver)),
    ] {
      lines.append("  \(title):\(side.isEmpty ? " none" : "")")
      for participant in side {
        let interaction = "interaction \(participant.interactionIndex) \"\(participant.interaction)\""
        lines.append(
          "    AIR \(participant.airIndex) \(participant.airName), row \(participant.row), \(interaction), "
            + "count \(participant.count.signedDescription)")
      }
    }
    if participantCount > participants.count {
      lines.append("  and \(participantCount - participants.count) more")
    }
    return lines.joined(separator: "\n")
  }
}

/// What the trace checker found. The same traces give the same report, on any number of threads.
public struct TraceReport: Hashable, Sendable, CustomStringConvertible {
  /// Failing constraints in order of AIR and constraint, cut to the limit.
  public var constraintFailures: [ConstraintFailure] = []
  /// How many constraints fail in all.
  public var failingConstraintCount = 0
  /// Unbalanced messages in order of bus and first mention, cut to the limit.
  public var busImbalances: [BusImbalance] = []
  /// How many messages are unbalanced in all.
  public var unbalancedMessageCount = 0

  public init() {}

  /// Whether every constraint holds and every bus balances.
  public var isSatisfied: Bool { failingConstraintCount == 0 && unbalancedMessageCount == 0 }

  public var description: String {
    if isSatisfied { return "all constraints hold and all buses balance" }
    var lines = ["\(failingConstraintCount) failing constraints, \(unbalancedMessageCount) unbalanced messages"]
    lines += constraintFailures.map(\.description)
    if failingConstraintCount > constraintFailures.count {
      lines.append("and \(failingConstraintCount - constraintFailures.count) more failing constraints")
    }
    lines += busImbalances.map(\.description)
    if unbalancedMessageCount > busImbalances.count {
      lines.append("and \(unbalancedMessageCount - busImbalances.count) more unbalanced messages")
    }
    return lines.joined(separator: "\n")
  }
}
