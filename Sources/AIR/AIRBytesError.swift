/// Why bytes are no AIR set: which rule they break and where, what was expected and what was found.
public struct AIRBytesError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rules, in the order in which docs/air-bytes.md states them.
  public enum Rule: String, CaseIterable, Sendable {
    /// The bytes start with `OTRGAIR1`.
    case magic
    /// Every field, and every item that a count announces, is there.
    case truncated
    /// Nothing stands behind the last field.
    case trailingBytes
    /// Text is UTF-8.
    case text
    /// A standard set is one that the host has.
    case standardSet
    /// Standard tables are those that the host has, each once, in order.
    case standardTable
    /// Buses ascend, each once.
    case busOrder
    /// A bus is a permutation bus or a lookup bus.
    case busKind
    /// Numbers below 16 are those of the standard buses.
    case busReserved
    /// Standard buses have their names and kinds; own ones have no names like theirs.
    case busName
    /// A standard bus belongs to the set or to a table that the bytes name.
    case busWithoutOwner
    /// There are 1 to 256 AIRs.
    case airCount
    /// A truth value is 0 or 1.
    case flag
    /// 17 public values in AIR 0 of a circuit without the standard set, none elsewhere.
    case publicValueCount
    /// Parts have a column at least; only the preprocessed part may be missing.
    case width
    /// All parts of all AIRs together have at most 2^18 columns.
    case columnCount
    /// A cached part is constant or data.
    case cachedClass
    /// An AIR has at most 2^22 nodes.
    case nodeCount
    /// A node is of a kind that there is.
    case nodeKind
    /// A row offset is 0 or 1.
    case offset
    /// A column is one of its part.
    case column
    /// A public value is one that the AIR has.
    case publicValue
    /// Constants are below p.
    case element
    /// Operands come before the node that uses them.
    case operand
    /// A degree multiple is at least what the operands give.
    case degreeMultiple
    /// No node's degree is above the AIR's.
    case greatestDegree
    /// Constraints are nodes, ascending, each once.
    case constraintNode
    /// An interaction's bus is in the table of buses.
    case interactionBus
    /// A message has a field at least.
    case messageLength
    /// Counts and message fields are nodes.
    case interactionNode
    /// All columns of common main have names, or none has.
    case columnNames
  }

  public let rule: Rule
  /// The byte at which the offending value starts.
  public let offset: Int
  /// The AIR that the value belongs to.
  public let air: Int?
  /// The node, where the value belongs to one.
  public let node: Int?
  public let expected: String
  public let found: String

  public init(_ rule: Rule, offset: Int, air: Int? = nil, node: Int? = nil, expected: String, found: String) {
    self.rule = rule
    self.offset = offset
    self.air = air
    self.node = node
    self.expected = expected
    self.found = found
  }

  public var description: String {
    let place = (air.map { "AIR \($0), " } ?? "") + (node.map { "node \($0), " } ?? "")
    return "AIR bytes: \(place)byte \(offset): expected \(expected), found \(found)"
  }
}

/// What the format fixes.
enum AIRBytes {
  static let magic = Array("OTRGAIR1".utf8)
  static let standardIO = "outrigger.io/1"
  static let maxAIRs = 256
  static let maxNodes = 1 << 22
  /// Over all parts of all AIRs: keys list columns.
  static let maxColumns = 1 << 18
  static let publicValueCount = 17
  static let maxText = Int(UInt8.max)

  /// The kinds of nodes.
  enum Kind: UInt8 {
    case preprocessed = 0
    case main, publicValue, firstRow, lastRow, transition, constant, sum, difference, negation, product
    case deferralIndex
  }
}
