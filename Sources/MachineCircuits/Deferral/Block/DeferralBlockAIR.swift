import AIR
import Algebra
import Machine

/// The blocks of eight bytes that an OUTPUT writes and a COMMIT reads, and the sponge that hashes them (chapter 40,
/// section 4.2; chapter 60, section 9). 40 columns, 13 interactions, degree 2; a row for each full block.
///
/// A **run** is the blocks of one instruction. Messages on the run's bus are `(isWrite, isDigest, start, base,
/// position, state)`: before block `position` of the run that starts at time `start` and address `base`, the sponge's
/// state is this. The instruction sends the message with position 0 and receives the one at its end; each row receives
/// one with isDigest 0 and sends one whose position is greater by 1.
///
/// **Who receives the end of a run has sent its beginning**, and between the two lie as many rows as the end's position
/// says. For on this bus messages are balanced; a row changes nothing of `isWrite`, `start` and `base`, and goes from a
/// position to the next. So from every end rows lead back to a beginning of the same `isWrite`, `start` and `base`, at
/// position 0, and the end's position is their number mod p: as there are fewer than p rows, their number. Rows cannot
/// form a circle, which would take p of them. Instructions take time by that number, so the argument that their times
/// are genuine (docs/memory.md, step 1) takes rows of blocks into account; from then on no two instructions have the
/// same `start`, and end and beginning are the same instruction's.
///
/// A digest is never continued, since rows receive states; and a state is never taken for a digest.
struct DeferralBlockAIR: AIR {
  var width: TraceWidth { TraceWidth(commonMain: DeferralBlockColumns<Expr>.width) }

  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(DeferralBlockColumns<Expr>.self).local

    // Constrains: isValid is 0 or 1. Padding: all zero.
    // Broken if removed: blocks count any number of times; with -1 a row goes from the end of a run to its beginning.
    builder.assertBoolean("isValid is boolean", row.isValid)

    hash(builder, row)
    access(builder, row)
  }

  // Assumes: isValid as above.
  // Constrains: the block and the state before it are permuted to the state after it, or to the digest where isLast is
  // 1; the table of permutations has no other flags. The row takes the run from this block to the next.
  // Broken if removed: bytes are written or read that are not hashed, or hashed and nowhere.
  private func hash(_ builder: AIRBuilder, _ row: DeferralBlockColumns<Expr>) {
    let block = row.bytes[0].bytes.elements + row.bytes[1].bytes.elements
    builder.lookUp(
      "permutation", block + row.state.elements + row.result.elements + [row.isLast], in: MachineBus.deferralHash,
      enabled: row.isValid)
    let run = DeferralRun(isWrite: row.isWrite, start: row.start, base: row.base)
    builder.receive(
      "this block", run.message(position: row.position, isDigest: 0, row.state.elements),
      on: MachineBus.deferralBlocks, enabled: row.isValid)
    builder.send(
      "next block", run.message(position: row.position + 1, isDigest: row.isLast, row.result.elements),
      on: MachineBus.deferralBlocks, enabled: row.isValid)
  }

  // Assumes: isValid as above; isWrite, start and base are those of an instruction, the first of them 0 or 1, with an
  // address below 2^30 and a time that is genuine.
  // Constrains: the block is what memory holds at its place, from its time on. Where it is written it consists of
  // bytes; where it is read memory stays as it was, and consists of bytes already.
  // Because: the address is at most 2^30 + 2^29, below p.
  // Broken if removed: what is hashed is not what is in memory; COMMIT changes its input; cells that are no bytes get
  // into memory.
  private func access(_ builder: AIRBuilder, _ row: DeferralBlockColumns<Expr>) {
    let isWritten = row.isValid * row.isWrite
    for half in 0..<2 {
      builder.unless(row.isWrite).assertEqual(
        "reading changes nothing[\(half)]", row.previous[half].bytes.elements, row.bytes[half].bytes.elements)
      builder.accessMemory(
        "word[\(half)]", space: Expr(AddressSpace.memory), row.base + 8 * row.position + Expr(4 * half),
        old: row.previous[half], new: row.bytes[half], since: row.times[half],
        at: row.start + row.position.doubled + Expr(half), enabled: row.isValid)
      builder.lookUpBytes(
        "word[\(half)]: bytes 0, 1", row.bytes[half][0], row.bytes[half][1], enabled: isWritten)
      builder.lookUpBytes(
        "word[\(half)]: bytes 2, 3", row.bytes[half][2], row.bytes[half][3], enabled: isWritten)
    }
  }
}
