import AIR
import Algebra
import Machine

/// A touched leaf of memory, before or after the segment: 21 columns.
struct PersistentBoundaryColumns<T: Cell>: AIRColumns {
  /// 1 before the segment, -1 after it, 0 on padding.
  var direction: T
  var addressSpace: T
  /// First pointer divided by 8.
  var label: T
  var values: [8 of T]
  /// `compress(values, 0^8)`.
  var hash: [8 of T]
  /// Last access of each half; 0 before the segment, and for a half that was not touched.
  var times: [2 of T]
}

/// Where the words of memory come from and where they go: the leaves that a segment touches enter the memory bus with
/// time 0 and leave it with the time of their last access (chapter 20, section 2.8). 21 columns, 4 interactions,
/// degree 3.
///
/// Two rows a leaf. Where half of a leaf was touched, the other half's two rows cancel each other.
///
/// Needs no range checks: the Merkle bus has a demand for each leaf of a tree at most once, so an address has at most one
/// row in each direction, and its label is one of the tree's. A final time is that of something sent.
struct PersistentBoundaryAIR: AIR {
  var width: TraceWidth { TraceWidth(commonMain: PersistentBoundaryColumns<Expr>.width) }
  var isRequired: Bool { true }

  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(PersistentBoundaryColumns<Expr>.self).local
    let direction = row.direction
    let square = direction.squared

    // Constrains: direction is 1, -1 or 0. Padding: all zero.
    // Broken if removed: a leaf counts any number of times. (Only the Merkle rows' own directions keep it from that.)
    builder.assertZero("direction is 1, -1 or 0", direction.cubed - direction)

    // Constrains: before the segment, the time is 0. All accesses have later times.
    // Broken if removed: a word may be sent from the future, and a read before it see what was never written.
    for half in 0..<2 {
      builder.assertZero(
        "time before the segment is 0[\(half)]", direction * (direction + 1) * row.times[half])
    }

    // Assumes: direction as above; the Merkle AIR.
    // Constrains: the leaf with these cells is in the tree named by direction.
    // Broken if removed: memory has nothing to do with the roots.
    let (cells, hash) = (row.values.elements, row.hash.elements)
    builder.interact(
      "leaf of the tree", [direction, 0, row.addressSpace - 1, row.label] + hash, on: MachineBus.merkle,
      direction: direction)
    builder.lookUp(
      "hash of the cells", cells + Array(repeating: 0, count: 8) + hash, in: MachineBus.compression, enabled: square)

    // Constrains: the words are the first and the last ones of the segment at their addresses.
    // Broken if removed: what is read is not what the tree has; what was written is not what the next tree gets.
    for half in 0..<2 {
      builder.interact(
        "word[\(half)]",
        [row.addressSpace, 8 * row.label + Expr(4 * half)] + cells[4 * half..<4 * half + 4] + [row.times[half]],
        on: MachineBus.memory, direction: direction)
    }
  }
}

extension InlineArray where Element: BitwiseCopyable {
  /// The elements as an ordinary array.
  var elements: [Element] { indices.map { self[$0] } }
}
