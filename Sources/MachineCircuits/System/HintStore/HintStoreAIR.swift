import AIR
import Algebra
import Machine

/// HINT_WORD and HINT_BUFFER: words of the prover's choice go to memory (chapter 20, section 4.14). 15 columns,
/// 11 interactions, degree 3; a head row for each instruction and a row for each word.
///
/// An instruction at time `t` reads the pointer's register at `t`, the count's register at `t + 1` where there is one,
/// and writes word `i` at `t + 2 + 3 i`; execution goes on at `t + 3 count`.
///
/// Borrowed from the program: the operands are register pointers, `a` is 0 in HINT_WORD.
///
/// Timestamps and rows: a row takes part in the memory bus with 4 interactions at most, and an instruction of `n` words
/// takes `3 n` timestamps and `n + 1` rows (chapter 20, section 2.3).
struct HintStoreAIR: AIR {
  var width: TraceWidth { TraceWidth(commonMain: HintStoreColumns<Expr>.width) }

  func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.main(HintStoreColumns<Expr>.self)
    let isHead = local.isSingle + local.isBuffer
    let isActive = isHead + local.isWord
    constrainFlags(builder, local, isActive: isActive)
    constrainRuns(builder, local, next, isHead: isHead, isActive: isActive)
    executeHead(builder, local, isHead: isHead)
    accessMemory(builder, local, isHead: isHead, isActive: isActive)
  }

  // Constrains: the three flags are 0 or 1, at most one of them 1. Padding: all zero.
  // Broken if removed: instructions and accesses count any number of times. (Two flags at once would access a word twice
  // at one time, which memory does not have to give; but each AIR shows its own counts to be 0 or 1.)
  private func constrainFlags(_ builder: AIRBuilder, _ local: HintStoreColumns<Expr>, isActive: Expr) {
    builder.assertBoolean("isSingle is boolean", local.isSingle)
    builder.assertBoolean("isBuffer is boolean", local.isBuffer)
    builder.assertBoolean("isWord is boolean", local.isWord)
    builder.assertBoolean("one kind of row", isActive)
  }

  // Assumes: the flags as above; the cells of the pointer's register are bytes (memory).
  // Constrains: a word's row follows a head or another word's, with one word less to come, and goes on where that one
  // stops: at the pointer after a head, 4 cells further after a word; 2 timestamps after a head, 3 after a word. A head is
  // followed by a word, and so is a word unless no more are to come.
  // Because: rest falls by one on each row and a run stops only at 0, which from a negative number is more than p rows
  // away. So a head with rest `n` is followed by exactly `n` words, and `n > 0`. A run may go on from the last row to the
  // first, which is next to it; one without a head would go round for ever, and rest does not come round in fewer than p
  // rows.
  // Broken if removed: words are written that no instruction asked for, at any place and time, or are left out. A head
  // without words would take no time, and its reads would stand after the next instruction's.
  private func constrainRuns(
    _ builder: AIRBuilder, _ local: HintStoreColumns<Expr>, _ next: HintStoreColumns<Expr>, isHead: Expr, isActive: Expr
  ) {
    builder.when(next.isWord).assertOne("word follows head or word", isActive)
    builder.when(isHead).assertOne("head is followed by a word", next.isWord)
    builder.when(local.isWord).when(1 - next.isWord).assertZero("stops after the last word", local.rest)
    builder.when(next.isWord).assertEqual("one word less to come", next.rest, local.rest - 1)
    builder.when(isHead).assertEqual(
      "first word at the pointer", next.address, local.old.bytes.elements.composed(base: 256))
    builder.when(local.isWord).when(next.isWord).assertEqual("words in succession", next.address, local.address + 4)
    builder.when(next.isWord).assertEqual(
      "time of the next word", next.time, local.time + 2 * isHead + 3 * local.isWord)
    builder.when(local.isSingle).assertOne("single word", local.rest)
  }

  // Assumes: the flags as above, runs as above.
  // Constrains: the program has this instruction here; it takes three timestamps for each word.
  // Broken if removed: as for every instruction.
  private func executeHead(_ builder: AIRBuilder, _ local: HintStoreColumns<Expr>, isHead: Expr) {
    let head = local.head
    // HINT_WORD and HINT_BUFFER have successive numbers.
    builder.lookUp(
      "instruction",
      [head.pc, Expr(.hintWord) + local.isBuffer, head.countPointer, local.address, 0, 0, 0, 0, 0],
      in: MachineBus.program, enabled: isHead)
    builder.receive("state before", [head.pc, local.time], on: MachineBus.execution, enabled: isHead)
    builder.send(
      "state after", [head.pc + 4, local.time + 3 * local.rest], on: MachineBus.execution, enabled: isHead)
  }

  // Assumes: the flags as above.
  // Constrains, on a head row: the pointer is that in its register and below 2^29 (its high byte below 2^5); with
  // HINT_BUFFER the count of words is that in its register and below 2^10 (its bytes 2 and 3 are 0, and byte 1 is below
  // 2^2). Both high bytes are bytes, so their multiples are below p, and one look-up of two bytes checks both.
  // On a word's row: bytes are written at the word's address in memory.
  // No address wraps around p: the pointer is below 2^29, and fewer than 2^10 words follow it.
  // Broken if removed: see each.
  private func accessMemory(
    _ builder: AIRBuilder, _ local: HintStoreColumns<Expr>, isHead: Expr, isActive: Expr
  ) {
    let head = local.head
    let new = (0..<4).map { isHead * local.old[$0] + local.isWord * local.payload[$0] }
    // Without: pointers and words from nowhere.
    builder.accessMemory(
      "pointer or word", space: isHead + 2 * local.isWord, local.address,
      old: local.old, new: Word(new[0], new[1], new[2], new[3]), since: local.oldTime, at: local.time,
      enabled: isActive)
    let count = Word(local.rest - 256 * head.countHigh, head.countHigh, 0, 0)
    // Without: any number of words.
    builder.accessMemory(
      "count", space: Expr(AddressSpace.registers), head.countPointer, old: count, new: count, since: head.countTime,
      at: local.time + 1, enabled: local.isBuffer)
    // Without: words with cells that are no bytes; pointers that are equal mod p to others; more words than allowed.
    builder.lookUpBytes(
      "word bytes 0, 1, or limits", local.isWord * local.payload[0] + isHead * (8 * local.old[3]),
      local.isWord * local.payload[1] + isHead * (64 * head.countHigh), enabled: isActive)
    builder.lookUpBytes("word bytes 2, 3", local.payload[2], local.payload[3], enabled: local.isWord)
  }
}
