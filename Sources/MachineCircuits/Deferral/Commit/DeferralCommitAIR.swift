import AIR
import Algebra
import Machine

/// COMMIT: the commitment to bytes in memory, as an input of a deferral circuit (chapter 60, section 9). 148 columns,
/// 74 interactions, degree 3; full blocks of eight bytes are rows of `DeferralBlockAIR`.
///
/// An instruction at time `t` reads the two registers at `t` and `t + 1`, the descriptor's words at `t + 2` and `t +
/// 3`, those of a block that is not full at `t + 4` and `t + 5`, full block `k` at `t + 6 + 2 k` and one later, and
/// then writes the commitment's 8 words. With `B` full blocks it takes `14 + 2 B` timestamps.
///
/// What the row shows: what it writes is `compress(g, 0)` with `g` the standard input hash of the bytes.
///
/// Borrowed from the program: pointers are registers'. The index need not be one of a circuit: it is hashed.
/// Borrowed from the memory boundary: pointers are multiples of 4 below 2^29 (`DataAddress`).
/// Borrowed from `DeferralBlockAIR`: who receives the end of a run of blocks has sent its beginning.
struct DeferralCommitAIR: AIR {
  var width: TraceWidth { TraceWidth(commonMain: DeferralCommitColumns<Expr>.width) }

  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(DeferralCommitColumns<Expr>.self).local
    let tailLength: Expr = row.isTail.elements.sum()
    let tailStart = row.length.value - tailLength

    // Constrains: isValid is 0 or 1. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses.
    builder.assertBoolean("isValid is boolean", row.isValid)

    constrainTail(builder, row)
    hash(builder, row, tailStart: tailStart)
    access(builder, row, tailStart: tailStart)
  }

  // Assumes: isValid as above.
  // Constrains: some of the first bytes of the last block count, none on padding.
  // Because: the first flag is 0 on padding and elsewhere the opposite of one in a message that others send with 0 or
  // 1.
  // Broken if removed: bytes that are left out of the hash, or that count in part.
  private func constrainTail(_ builder: AIRBuilder, _ row: DeferralCommitColumns<Expr>) {
    for i in row.isTail.indices {
      if i > 0 { builder.assertBoolean("isTail is boolean[\(i)]", row.isTail[i]) }
      let before = i == 0 ? row.isValid : row.isTail[i - 1]
      builder.when(row.isTail[i]).assertOne("tail has no gaps[\(i)]", before)
    }
  }

  // Assumes: the words of descriptor and input are bytes, as memory is; the tail as above, so that it has at most 7
  // bytes.
  // Constrains: the length is below 2^29. The header `(index, length, 1, 0 ...)` hashes to `header`; from there
  // `tailStart / 8` blocks lead to `blocks`, and from there the bytes of the tail, filled up with zeros, to `unfolded`.
  // Without a tail, `blocks` is the digest and the same as `unfolded`. Its compression with zeros is the commitment,
  // which is canonical and consists of bytes.
  // Because: the number of blocks is a number of rows, and 8 times that plus the length of the tail is the length mod
  // p; all are below 2^29, so the tail is the length's remainder by 8. With a tail the run of blocks ends in a state,
  // else in a digest. Where there are neither blocks nor tail the row receives what it sends itself, so isEmpty is 1;
  // otherwise it is 0 since blocks and tail continue from nothing else. The table of permutations has no other flags.
  // Broken if removed: commitments to other bytes, to other lengths, or for another circuit's index.
  private func hash(_ builder: AIRBuilder, _ row: DeferralCommitColumns<Expr>, tailStart: Expr) {
    builder.lookUpRange("length is below 2^29", row.length[3], bits: 5, enabled: row.isValid)
    let zeros = Array(repeating: Expr(0), count: 8)
    let hasTail = row.isTail[0]
    builder.lookUp(
      "header", [row.index, row.length.value, 1] + zeros.dropLast(3) + zeros + row.header.elements + [row.isEmpty],
      in: MachineBus.deferralHash, enabled: row.isValid)
    let run = DeferralRun(isWrite: 0, start: row.state.timestamp + 6, base: row.pointer.value)
    builder.send(
      "first block", run.message(position: 0, isDigest: row.isEmpty, row.header.elements),
      on: MachineBus.deferralBlocks,
      enabled: row.isValid)
    builder.receive(
      "after the last block",
      run.message(position: tailStart.dividedByPowerOfTwo(3), isDigest: 1 - hasTail, row.blocks.elements),
      on: MachineBus.deferralBlocks, enabled: row.isValid)

    let bytes = row.tail[0].bytes.elements + row.tail[1].bytes.elements
    let block = row.isTail.indices.map { row.isTail[$0] * bytes[$0] } + [0]
    builder.lookUp(
      "tail", block + row.blocks.elements + row.unfolded.elements + [1], in: MachineBus.deferralHash, enabled: hasTail)
    builder.unless(hasTail).assertEqual("digest without a tail", row.unfolded.elements, row.blocks.elements)
    builder.lookUp(
      "folding", row.unfolded.elements + zeros + row.commit.elements + [1], in: MachineBus.deferralHash,
      enabled: row.isValid)
    row.commit.assertCanonical("commit", builder, isValid: row.isValid)
    row.commit.assertBytes("commit", builder, isValid: row.isValid)
  }

  // Assumes: the cells of registers and of the descriptor are bytes (memory); the length is below 2^29.
  // Constrains: all addresses are below 2^30, so that none of the words after them wraps around p (`DataAddress`); the
  // accesses, at these times, and that the instruction is the program's. Words of the tail are read where a byte in
  // them counts: what lies behind the input need not be memory.
  // Broken if removed: as for every instruction.
  private func access(_ builder: AIRBuilder, _ row: DeferralCommitColumns<Expr>, tailStart: Expr) {
    let bits = Expr(DataAddress.topByteBits)
    builder.lookUpRange("destination is below 2^30", row.destination[3], bits: bits, enabled: row.isValid)
    builder.lookUpRange("source is below 2^30", row.source[3], bits: bits, enabled: row.isValid)
    builder.lookUpRange("pointer is below 2^30", row.pointer[3], bits: bits, enabled: row.isValid)

    let memory = Expr(AddressSpace.memory)
    let time = row.state.timestamp
    var adapter = InstructionAdapter(builder, state: row.state, isValid: row.isValid)
    adapter.readRegister("destination", at: row.destinationPointer, row.destination, since: row.times[0])
    adapter.readRegister("source", at: row.sourcePointer, row.source, since: row.times[1])
    adapter.read("pointer", space: memory, at: row.source.value, row.pointer, since: row.times[2])
    adapter.read("length", space: memory, at: row.source.address(offset: 4), row.length, since: row.times[3])
    for i in 0..<2 {
      builder.accessMemory(
        "tail[\(i)]", space: memory, row.pointer.address(offset: tailStart + Expr(4 * i)), old: row.tail[i],
        new: row.tail[i], since: row.times[4 + i], at: time + Expr(4 + i), enabled: row.isTail[4 * i])
    }
    let end = time + 6 + tailStart.dividedByPowerOfTwo(2)
    for i in 0..<8 {
      builder.accessMemory(
        "commit[\(i)]", space: memory, row.destination.address(offset: Expr(4 * i)), old: row.previous[i],
        new: row.commit.words[i], since: row.times[6 + i], at: end + Expr(i), enabled: row.isValid)
    }
    adapter.finish(
      opcode: Expr(.deferralCommit), [row.destinationPointer, row.sourcePointer, row.index], nextPC: row.state.pc + 4,
      timestamps: 14 + tailStart.dividedByPowerOfTwo(2))
  }
}
