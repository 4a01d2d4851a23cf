import AIR
import Algebra
import Machine

/// A byte, and how often it is looked up together with that of the next row: 10 columns.
struct BitwiseColumns<T: Cell>: AIRColumns {
  var bits: [8 of T]
  /// How often the two are looked up as bytes.
  var byteLookups: T
  /// How often they are looked up with their exclusive or.
  var xorLookups: T
}

/// The table of the bytes bus: all pairs of bytes, with and without their exclusive or (chapter 20, section 3.6).
/// 10 columns, 2 interactions, degree 2; `2^16` rows.
///
/// A row holds one byte and provides the pair of its own and the next row's. The bytes are a de Bruijn sequence: each pair
/// stands once in succession, the last row being followed by the first. So a byte less is committed for each pair. That
/// all pairs are there is the trace's business and not the constraints': a table must not have wrong rows, and with rows
/// left out there is less to look up.
package struct BitwiseAIR: AIR {
  /// The table's bus.
  package var bus = MachineBus.bytes

  package init(bus: LookupBus? = nil) { if let bus { self.bus = bus } }

  package var width: TraceWidth { TraceWidth(commonMain: BitwiseColumns<Expr>.width) }

  package func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.main(BitwiseColumns<Expr>.self)
    let (x, y) = (local.bits.elements, next.bits.elements)

    // Constrains: the bits are 0 or 1, on every row, hence on the next one too.
    // Because: then x and y are bytes, and x xor y = x + y - 2 (x and y) with the bits' products as the bits of x and y.
    // Broken if removed: the table has pairs that are no bytes, and wrong exclusive ors.
    for i in 0..<8 { builder.assertBoolean("bits are boolean[\(i)]", local.bits[i]) }

    let (first, second) = (x.composed(base: 2), y.composed(base: 2))
    let both = zip(x, y).map { $0 * $1 }.composed(base: 2)
    builder.provide("bytes", [first, second, 0, 0], in: bus, count: local.byteLookups)
    builder.provide(
      "exclusive or", [first, second, first + second - both.doubled, 1], in: bus, count: local.xorLookups)
  }
}
