import AIR
import Algebra
import Hashing
import MachineVerifier

/// The inputs and outputs of the calls that are proven, with the sponges over both (chapter 60, sections 9 and 10).
/// 30 columns; 8 interactions for single calls, 9 for batches; degree 3.
///
/// A call's rows are the header and the words of its input, then the header and the words of its output. Calls come in
/// order from number 0; padding follows. A circuit for single calls shows the digests of call 0 as public values, a
/// circuit for batches sends those of each call to the call tree.
///
/// Words and blocks are counted from row to row, so they are fewer than p and nothing wraps around. A trace of `2^24`
/// rows has fewer than `2^27` bytes, so lengths are those of integers.
struct InputOutputAIR: AIR {
  /// The deferral index, a constant of both headers.
  var index: Int
  /// Whether calls go to the call tree.
  var isBatch: Bool

  var width: TraceWidth { TraceWidth(commonMain: InputOutputColumns<Expr>.width) }
  var publicValueCount: Int { isBatch ? 0 : DeferralPublicValues.singleCount }
  var isRequired: Bool { true }

  func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.main(InputOutputColumns<Expr>.self)
    constrainFlags(builder, local)
    constrainOrder(builder, local, next)
    constrainLength(builder, local, next)
    constrainFill(builder, local)
    constrainHeader(builder, local)
    absorb(builder, local, next)
    exchangeWords(builder, local, next)
    if isBatch {
      // Broken if removed: the tree has no leaves.
      builder.send(
        "commit", [local.call, local.isOutput] + local.result.elements, on: IOBus.commit, enabled: local.isLast)
    } else {
      constrainPublicValues(builder, local)
    }
  }

  // Constrains: flags are 0 or 1; a row belongs to an input, to an output, or is padding; the last blocks belong to one
  // of both. (So do headers: see the order below.)
  // Broken if removed: a row of padding that ends something sends a digest of nothing, and after it a header of nothing
  // takes back what others look up. (That each flag is 0 or 1, and that an input is no output, follows from the other
  // rules if all others are so. It is said all the same: each AIR shows its own counts to be 0 or 1.)
  private func constrainFlags(_ builder: AIRBuilder, _ local: InputOutputColumns<Expr>) {
    builder.assertBoolean("isInput is boolean", local.isInput)
    builder.assertBoolean("isOutput is boolean", local.isOutput)
    builder.assertZero("input or output", local.isInput * local.isOutput)
    builder.assertBoolean("isHeader is boolean", local.isHeader)
    builder.assertBoolean("isLast is boolean", local.isLast)
    builder.when(local.isLast).assertOne("end of something", local.isActive)
  }

  // Assumes: the flags as above.
  // Constrains: the first row is the header of the input of call 0. A row is followed by a word exactly if it belongs
  // to an input or output and is not its last block; the word belongs to the same input or output. The last block of an
  // input is followed by the header of the output of the same call. What is followed by no word else is followed by the
  // header of the next call's input, or by padding.
  // Because: isActive - isHeader of the next row is 1 or 0, so a header is not padding. The header of an output comes
  // right after a row of an input, which is its last block, since no word follows it. The header of an input increases
  // the number of the call, and nothing else does. The last row is followed by the first, a header of an input: so it
  // ends an output or is padding. In a circuit for single calls the number stays 0, so there is no second call.
  // Broken if removed: sections of different calls are spliced; calls are skipped, repeated, or have no output.
  private func constrainOrder(
    _ builder: AIRBuilder, _ local: InputOutputColumns<Expr>, _ next: InputOutputColumns<Expr>
  ) {
    builder.whenFirstRow.assertOne("first row is a header", local.isHeader)
    builder.whenFirstRow.assertOne("first row is of an input", local.isInput)
    if isBatch {
      builder.whenFirstRow.assertZero("first call is number 0", local.call)
    } else {
      builder.assertZero("all of call 0", local.call)
    }
    builder.assertEqual("word follows unless it was the last", next.isWord, local.isActive - local.isLast)
    builder.when(next.isWord).assertEqual("word of the same side", next.isOutput, local.isOutput)
    builder.when(local.isLast * local.isInput).assertOne("output follows input", next.isOutput)
    builder.when(next.isHeader * next.isOutput).assertOne("output only follows input", local.isInput)
    builder.whenTransition.assertEqual(
      "calls are counted", next.call, local.call + next.isHeader * next.isInput)
  }

  // Assumes: flags and order as above, fill as below.
  // Constrains: blocks are counted from the header on; the length stays the same from the header to the last block,
  // where it is 8 for each word less the fill.
  // Broken if removed: words of a shorter or longer input pass under a length that is not theirs.
  private func constrainLength(
    _ builder: AIRBuilder, _ local: InputOutputColumns<Expr>, _ next: InputOutputColumns<Expr>
  ) {
    builder.when(local.isHeader).assertZero("header is block 0", local.block)
    builder.when(next.isWord).assertEqual("blocks are counted", next.block, local.block + 1)
    builder.when(next.isWord).assertEqual("one length", next.length, local.length)
    builder.when(local.isLast).assertEqual(
      "length at the end", local.length, 8 * local.block - local.isFill.elements.sum())
  }

  // Assumes: the flags as above.
  // Constrains: fill goes from some byte, at least the second, to the end of the block; it is 0; and there is none but
  // in words of inputs. (In another than the last it has no effect but that bytes are 0.)
  // Broken if removed: bytes that the length does not count go into the digest and to the circuit; an output whose
  // length is no multiple of 8 is shown.
  private func constrainFill(_ builder: AIRBuilder, _ local: InputOutputColumns<Expr>) {
    for i in 0..<7 {
      builder.assertBoolean("isFill is boolean[\(i)]", local.isFill[i])
      if i < 6 { builder.when(local.isFill[i]).assertOne("fill goes to the end[\(i)]", local.isFill[i + 1]) }
      builder.when(local.isFill[i]).assertZero("fill is zero[\(i)]", local.cells[i + 1])
    }
    builder.when(local.isFill[6]).assertOne("fill of an input", local.isInput)
    builder.when(local.isFill[6]).assertZero("no fill in a header", local.isHeader)
  }

  // Assumes: the flags as above.
  // Constrains: the header is (index, length, 1, 0 ...) of an input, (index, length, 0, 0 ...) of an output.
  // Broken if removed: digests of another circuit, of inputs in place of outputs, or of no bytes at all pass.
  private func constrainHeader(_ builder: AIRBuilder, _ local: InputOutputColumns<Expr>) {
    let header = builder.when(local.isHeader)
    header.assertEqual("index in the header", local.cells[0], Expr(BabyBear(index)))
    header.assertEqual("length in the header", local.cells[1], local.length)
    header.assertEqual("side in the header", local.cells[2], local.isInput)
    for i in 3..<8 { header.assertZero("rest of the header[\(i)]", local.cells[i]) }
  }

  // Assumes: the order as above.
  // Constrains: the result is a half of the permutation of the block and what the row before has kept, nothing in case
  // of a header: the first half on the last block, the second half else. On the last row that speaks of the first row,
  // a header.
  // Broken if removed: any digest. Without the flag in the message, the half that a sponge keeps passes for a digest.
  private func absorb(
    _ builder: AIRBuilder, _ local: InputOutputColumns<Expr>, _ next: InputOutputColumns<Expr>
  ) {
    builder.lookUpPermutation(
      "absorb", next.cells.elements, local.result.elements.map { next.isWord * $0 }, half: next.result.elements,
      isCompression: next.isLast, enabled: next.isActive)
  }

  // Assumes: the order as above.
  // Constrains: the lengths of each call are sent once, and each word of its input; each word of its output is
  // received; all cells of words are bytes.
  // Broken if removed: the circuit speaks of other calls, or of cells that are no bytes.
  private func exchangeWords(
    _ builder: AIRBuilder, _ local: InputOutputColumns<Expr>, _ next: InputOutputColumns<Expr>
  ) {
    // The last block of the input is followed by the header of the output.
    builder.send(
      "lengths", [local.call, local.length, next.length], on: StandardBus.length,
      enabled: local.isLast * local.isInput)
    let word = [local.call, local.block - 1] + local.cells.elements
    builder.send("input word", word, on: StandardBus.input, enabled: local.isInput * (1 - local.isHeader))
    builder.receive("output word", word, on: StandardBus.output, enabled: local.isOutput * (1 - local.isHeader))
    for i in stride(from: 0, to: 8, by: 2) {
      builder.lookUp(
        "bytes \(i), \(i + 1)", [local.cells[i], local.cells[i + 1], 0, 0], in: StandardBus.bytes,
        enabled: local.isWord)
    }
  }

  // Assumes: there is one call.
  // Constrains: the public values are the digests of its input and output, and the index.
  // Broken if removed: the proof speaks of other calls, or for another circuit.
  private func constrainPublicValues(_ builder: AIRBuilder, _ local: InputOutputColumns<Expr>) {
    for i in 0..<8 {
      builder.when(local.isLast * local.isInput).assertEqual(
        "input commit[\(i)]", local.result[i], builder.publicValue(SingleCallPublicValue.input[i]))
      builder.when(local.isLast * local.isOutput).assertEqual(
        "output commit[\(i)]", local.result[i], builder.publicValue(SingleCallPublicValue.output[8 + i]))
    }
    builder.assertEqual("index", builder.publicValue(SingleCallPublicValue.index), Expr(BabyBear(index)))
  }
}

extension InputOutputColumns {
  /// Whether the row is no padding.
  var isActive: T { isInput + isOutput }
  /// Whether the row has 8 bytes.
  var isWord: T { isActive - isHeader }
}
