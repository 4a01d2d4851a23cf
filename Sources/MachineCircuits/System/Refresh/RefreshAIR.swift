import AIR
import Algebra
import Machine

/// A word of memory whose time is brought forward: 11 columns.
struct RefreshColumns<T: Cell>: AIRColumns {
  /// 1 on rows with a word, 0 on padding.
  var isValid: T
  var addressSpace: T
  var pointer: T
  var word: Word<T>
  var oldTime: T
  var newTime: T
  /// The low 17 bits of the new time.
  var newTimeLow: T
  /// The low 17 bits of `newTime - oldTime - 1`.
  var gapLow: T
}

/// Accesses words that were last accessed more than `2^17` timestamps ago, so that instructions prove small gaps only
/// (chapter 20, section 8.4 (b)). 11 columns, 6 interactions, degree 2.
///
/// A row is no instruction: it is not on the execution bus, and nobody tells it the time. It receives a word with its old
/// time and sends the same word with a new one. Why that is harmless is said in docs/memory.md; what the argument needs
/// of this AIR is that a row has a count of 0 or 1, sends what it receives but for the time, sends a time in `[0, 2^29)`,
/// and that this time is later than the one received.
struct RefreshAIR: AIR {
  var width: TraceWidth { TraceWidth(commonMain: RefreshColumns<Expr>.width) }

  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(RefreshColumns<Expr>.self).local

    // Constrains: isValid is 0 or 1. Padding: all zero.
    // Broken if removed: with -1, a row receives the later word and sends the earlier one: time runs backwards.
    builder.assertBoolean("isValid is boolean", row.isValid)

    // Constrains: newTime = low + 2^17 high with low < 2^17 and high < 2^12, an integer in [0, 2^29).
    // Broken if removed: four rows with gaps of less than 2^29 go around p and close a cycle: any word appears out of
    // nothing and disappears again, and can be read on the way.
    lookUpTime(builder, "new time", row.newTime, low: row.newTimeLow, enabled: row.isValid)

    // Assumes: old and new time are in [0, 2^29), the old one because it was sent.
    // Constrains: newTime - oldTime is in [1, 2^29] in the field, hence newTime > oldTime: were it less, the difference
    // would be above p - 2^29.
    // Broken if removed: a word is sent to a time before it was written.
    lookUpTime(builder, "gap", row.newTime - row.oldTime - 1, low: row.gapLow, enabled: row.isValid)

    // Constrains: the word stays the same. Where cells are bytes they stay bytes.
    let message = [row.addressSpace, row.pointer] + row.word.bytes.elements
    builder.receive("old word", message + [row.oldTime], on: MachineBus.memory, enabled: row.isValid)
    builder.send("new word", message + [row.newTime], on: MachineBus.memory, enabled: row.isValid)
  }

  /// `0 <= value < 2^29`, by the low 17 bits and the rest.
  private func lookUpTime(_ builder: AIRBuilder, _ name: String, _ value: Expr, low: Expr, enabled: Expr) {
    let bits = MachineLimits.nearBits
    builder.lookUpRange("\(name): low bits", low, bits: Expr(bits), enabled: enabled)
    builder.lookUpRange(
      "\(name): high bits", (value - low) * Expr(BabyBear.inversePowerOfTwo(bits)),
      bits: Expr(MachineLimits.timestampBits - bits), enabled: enabled)
  }
}
