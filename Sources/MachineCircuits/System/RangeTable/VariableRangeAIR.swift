import AIR
import Algebra
import Machine

/// A value, a number of bits that suffice for it, and how often the two are looked up: 4 columns.
struct VariableRangeColumns<T: Cell>: AIRColumns {
  var value: T
  var bits: T
  /// `2^bits`.
  var power: T
  var lookups: T
}

/// The table of the range bus: all values below `2^bits`, for `bits` from 0 to 17 (chapter 20, section 3.6). 4 columns,
/// 1 interaction, degree 3; `2^18` rows.
///
/// Rows go by bits and then by value, so row `i` has `value + power = i + 1`; the last row, `(0, 18)`, fills up.
package struct VariableRangeAIR: AIR {
  /// The table's bus.
  package var bus = MachineBus.range

  /// The greatest number of bits; less in tests.
  var maxBits = MachineLimits.nearBits

  package init(bus: LookupBus? = nil) { if let bus { self.bus = bus } }

  init(maxBits: Int) { self.maxBits = maxBits }

  package var width: TraceWidth { TraceWidth(commonMain: VariableRangeColumns<Expr>.width) }

  package func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.main(VariableRangeColumns<Expr>.self)
    let step = next.bits - local.bits

    // Constrains: the rows are those of the table, in order. By the first rule on transitions bits stay or grow by one,
    // and power follows by the second. By the third the value then grows by one where bits stay; where they grow, it
    // is value + 1 - power, which by the fourth is 0: bits grow after the value power - 1 and nowhere else. If they
    // do not grow there, the value passes power and does not come back within p rows; but the last row has value 0.
    // Broken if removed: values that are too large are in the table.
    builder.whenFirstRow.assertZero("starts with value 0", local.value)
    builder.whenFirstRow.assertZero("starts with 0 bits", local.bits)
    builder.whenFirstRow.assertOne("starts with 2^0", local.power)
    builder.whenTransition.assertBoolean("bits grow by at most 1", step)
    builder.whenTransition.assertEqual("power doubles with each bit", next.power, local.power * (1 + step))
    builder.whenTransition.assertEqual("next row", next.value + next.power, local.value + local.power + 1)
    builder.whenTransition.when(step).assertZero("values start with 0", next.value)
    builder.whenLastRow.assertZero("ends with value 0", local.value)

    // Constrains: there are no more bits than said, and none are looked up.
    // Broken if removed: who looks up a number of bits that is a column could get more of them.
    builder.whenLastRow.assertEqual("ends beyond the last bits", local.bits, Expr(maxBits + 1))
    builder.whenLastRow.assertZero("last row is not looked up", local.lookups)

    builder.provide("range", [local.value, local.bits], in: bus, count: local.lookups)
  }
}
