import AIR
import Algebra
import Machine

/// Connects a segment's execution with its public values (chapter 20, section 3.4). 6 columns, 2 rows, 5 interactions,
/// degree 3. Public values: initial pc, final pc, exit code, whether the run ends.
///
/// The exit code of a segment that does not end the run is not constrained; whoever joins segments demands 42.
struct ConnectorAIR: AIR {
  var width: TraceWidth { TraceWidth(commonMain: ConnectorColumns<Expr>.width) }
  var publicValueCount: Int { ConnectorPublicValue.count }
  var isRequired: Bool { true }

  func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.main(ConnectorColumns<Expr>.self)

    // Constrains: there are two rows. From one row to the next isBegin falls by 1, from 1 to 0, and no trace has p rows.
    // Broken if removed: with one row, the public values are bound to nothing; with more, states enter the execution
    // bus any number of times.
    builder.whenFirstRow.assertOne("starts at the beginning", local.isBegin)
    builder.whenLastRow.assertZero("stops at the end", local.isBegin)
    builder.whenTransition.assertOne("has two rows", local.isBegin - next.isBegin)

    // Assumes: two rows.
    // Constrains: the states and the way to end are those claimed.
    // Broken if removed: any claim is proven.
    builder.whenTransition.assertEqual(
      "begins where claimed", local.state.pc, builder.publicValue(ConnectorPublicValue.initialPC))
    builder.whenTransition.assertEqual(
      "ends where claimed", next.state.pc, builder.publicValue(ConnectorPublicValue.finalPC))
    builder.whenTransition.assertEqual(
      "ends the run or not, as claimed", next.isTerminate, builder.publicValue(ConnectorPublicValue.isTerminate))
    builder.whenTransition.when(next.isTerminate).assertEqual(
      "exit code as claimed", next.exitCode, builder.publicValue(ConnectorPublicValue.exitCode))

    // Constrains: isTerminate is 0 or 1.
    // Broken if removed: the instruction is looked up a fraction of a time, or any number of times.
    builder.assertBoolean("isTerminate is boolean", local.isTerminate)

    // Constrains: time starts at 1, after the boundary's 0, and ends below 2^29.
    // Broken if removed: time may start late and wrap around p, and then the order of accesses means nothing.
    builder.whenTransition.assertOne("time starts at 1", local.state.timestamp)
    let bits = MachineLimits.nearBits
    let high = (local.state.timestamp - local.timestampLow) * Expr(BabyBear.inversePowerOfTwo(bits))
    builder.lookUpRange("low bits of the time", local.timestampLow, bits: Expr(bits), enabled: 1 - local.isBegin)
    builder.lookUpRange(
      "high bits of the time", high, bits: Expr(MachineLimits.timestampBits - bits), enabled: 1 - local.isBegin)

    // Constrains: the execution is a path from the initial to the final state. A run that ends, ends at a TERMINATE.
    // Broken if removed: no instruction need be executed; any program ends anywhere, with any exit code.
    builder.send("initial state", local.state, on: MachineBus.execution, enabled: local.isBegin)
    builder.receive("final state", next.state, on: MachineBus.execution, enabled: local.isBegin)
    builder.lookUp(
      "final instruction", [next.state.pc, Expr(.terminate), 0, 0, next.exitCode, 0, 0, 0, 0], in: MachineBus.program,
      enabled: local.isBegin * next.isTerminate)
  }
}
