import AIR
import Algebra
import Machine

/// OUTPUT: the bytes that a key names go to memory (chapter 40, section 4.5). 79 columns, 49 interactions, degree 3;
/// the bytes themselves are rows of `DeferralBlockAIR`.
///
/// An instruction at time `t` reads the two registers at `t` and `t + 1` and the key's 10 words from `t + 2` on; block
/// `k` is written at `t + 12 + 2 k` and one later. With `n` bytes it takes `12 + n / 4` timestamps.
///
/// What the row shows: the commitment in the key is the hash of a header with index and length and of the bytes that
/// were written (chapter 40, section 4.2). As the hash is binding, a key can be opened in one way only, whoever made
/// it.
///
/// Borrowed from the program: pointers are registers'. The index need not be one of a circuit: it is hashed.
/// Borrowed from the memory boundary: pointers are multiples of 4 below 2^29 (`DataAddress`).
/// Borrowed from `DeferralBlockAIR`: who receives the end of a run of blocks has sent its beginning.
struct DeferralOutputAIR: AIR {
  var width: TraceWidth { TraceWidth(commonMain: DeferralOutputColumns<Expr>.width) }

  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(DeferralOutputColumns<Expr>.self).local

    // Constrains: isValid is 0 or 1. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses.
    builder.assertBoolean("isValid is boolean", row.isValid)

    hash(builder, row)
    access(builder, row)
  }

  // Assumes: the key's words are bytes, as memory is.
  // Constrains: the commitment is canonical, the length below 2^29. The header `(index, length, 0 ...)` hashes to
  // `header`; from there `length / 8` blocks lead to the commitment.
  // Because: the number of blocks is a number of rows, and the length 8 times that mod p; both are below 2^29 and p is
  // not, so they are equal and the length is a multiple of 8. The digest is the result of the last block, or of the
  // header where there are none: then the row receives what it sends itself, so isEmpty is 1, and with blocks it is 0
  // since blocks continue from nothing else. The table of permutations has no other flags.
  // Broken if removed: keys that are opened to other bytes, to other lengths, or under another circuit's index.
  private func hash(_ builder: AIRBuilder, _ row: DeferralOutputColumns<Expr>) {
    row.output.assertCanonical("output", builder, isValid: row.isValid)
    builder.lookUpRange("length is below 2^29", row.length[3], bits: 5, enabled: row.isValid)

    let length = row.length.value
    builder.lookUp(
      "header",
      [row.index, length] + Array(repeating: 0, count: 14) + row.header.elements + [row.isEmpty],
      in: MachineBus.deferralHash, enabled: row.isValid)
    let run = DeferralRun(isWrite: 1, start: row.state.timestamp + 12, base: row.destination.value)
    builder.send(
      "first block", run.message(position: 0, isDigest: row.isEmpty, row.header.elements),
      on: MachineBus.deferralBlocks,
      enabled: row.isValid)
    builder.receive(
      "after the last block",
      run.message(position: length.dividedByPowerOfTwo(3), isDigest: 1, row.output.elements),
      on: MachineBus.deferralBlocks, enabled: row.isValid)
  }

  // Assumes: the cells of registers are bytes (memory); the length is below 2^29.
  // Constrains: both addresses are below 2^30, so that none of the words after them wraps around p (`DataAddress`); the
  // accesses, in this order, and that the instruction is the program's. The upper half of the key's length is 0.
  // Broken if removed: as for every instruction.
  private func access(_ builder: AIRBuilder, _ row: DeferralOutputColumns<Expr>) {
    let bits = Expr(DataAddress.topByteBits)
    builder.lookUpRange("destination is below 2^30", row.destination[3], bits: bits, enabled: row.isValid)
    builder.lookUpRange("source is below 2^30", row.source[3], bits: bits, enabled: row.isValid)

    var adapter = InstructionAdapter(builder, state: row.state, isValid: row.isValid)
    adapter.readRegister("destination", at: row.destinationPointer, row.destination, since: row.times[0])
    adapter.readRegister("source", at: row.sourcePointer, row.source, since: row.times[1])
    for i in 0..<10 {
      let word = i < 8 ? row.output.words[i] : i == 8 ? row.length : Word(0, 0, 0, 0)
      adapter.read(
        "key[\(i)]", space: Expr(AddressSpace.memory), at: row.source.address(offset: Expr(4 * i)), word,
        since: row.times[2 + i])
    }
    adapter.finish(
      opcode: Expr(.deferralOutput), [row.destinationPointer, row.sourcePointer, row.index], nextPC: row.state.pc + 4,
      timestamps: 12 + row.length.value.dividedByPowerOfTwo(2))
  }
}
