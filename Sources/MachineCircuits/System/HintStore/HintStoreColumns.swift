import AIR

/// The columns of the chip `hintStore`: 15. An instruction has a head row, with its two register reads, and then a row
/// for each word.
struct HintStoreColumns<T: Cell>: AIRColumns {
  /// 1 on the head row of a HINT_WORD.
  var isSingle: T
  /// 1 on the head row of a HINT_BUFFER.
  var isBuffer: T
  /// 1 on the row of a word. All three are 0 on padding.
  var isWord: T
  /// Time of the row's first access: of the instruction on a head row, of the write on a word's row.
  var time: T
  /// Words that come after this row.
  var rest: T
  /// Where the row's first access goes: the pointer's register, or the word in memory.
  var address: T
  /// What is there: the pointer, or the word that is replaced.
  var old: Word<T>
  var oldTime: T
  /// On a word's row, the word from the hint stream. On a head row other things: see `head`.
  var payload: [4 of T]

  /// What the payload of a head row means.
  var head: (pc: T, countPointer: T, countTime: T, countHigh: T) {
    get { (payload[0], payload[1], payload[2], payload[3]) }
    set { payload = [newValue.pc, newValue.countPointer, newValue.countTime, newValue.countHigh] }
  }
}
