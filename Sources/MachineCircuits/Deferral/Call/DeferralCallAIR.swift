import AIR
import Algebra
import Machine

/// CALL: a call of a deferral circuit goes into the circuit's accumulators (chapter 40, section 4.4). 194 columns, 106
/// interactions, degree 3.
///
/// Accesses from the instruction's time on: the two registers, the 8 words of the input's commitment, the 4 words of
/// accumulators, each read and replaced in one access, and the 10 words of the output's key. 24 timestamps.
///
/// What the row shows: the guest's bytes at `source` are the commitment `c` to an input, the prover names the
/// commitment `h` of an output, and the accumulators go from `a`, `b` to `compress(a, c)`, `compress(b, h)`. That the
/// circuit maps an input with commitment `c` to an output with commitment `h` is shown by the circuit's own proofs,
/// whose calls must lead to the same accumulators. The key's length is a claim; OUTPUT shows that it is the length that
/// `h` is made from.
///
/// Borrowed from the program: pointers are registers'; the index is below 1024. No table has the indices of circuits
/// that exist. The verifier knows the program by its commitment, whose initial memory holds the circuits' commitments,
/// and demands that in the last memory all of address space 4 beyond the circuits is 0. A call with another index would
/// leave a compression there, and nobody knows two digests whose compression is 0. (The host refuses programs with such
/// an index.)
/// Borrowed from the memory boundary: pointers are multiples of 4 below 2^29 (`DataAddress`).
struct DeferralCallAIR: AIR {
  var width: TraceWidth { TraceWidth(commonMain: DeferralCallColumns<Expr>.width) }

  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(DeferralCallColumns<Expr>.self).local

    // Constrains: isValid is 0 or 1. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses.
    builder.assertBoolean("isValid is boolean", row.isValid)

    constrainKey(builder, row)
    accumulate(builder, row)
    access(builder, row)
  }

  // Assumes: the input's words are bytes, as memory is.
  // Constrains: both commitments are canonical; what is written consists of bytes; the claimed length is below 2^29.
  // Broken if removed: cells in memory that are no bytes; commitments with several forms; a length that is another one
  // mod p.
  private func constrainKey(_ builder: AIRBuilder, _ row: DeferralCallColumns<Expr>) {
    row.input.assertCanonical("input", builder, isValid: row.isValid)
    row.output.assertCanonical("output", builder, isValid: row.isValid)
    row.output.assertBytes("output", builder, isValid: row.isValid)
    builder.lookUpBytes("length bytes 0, 1", row.length[0], row.length[1], enabled: row.isValid)
    builder.lookUpRange("length byte 2", row.length[2], bits: 8, enabled: row.isValid)
    builder.lookUpRange("length is below 2^29", row.length[3], bits: 5, enabled: row.isValid)
  }

  // Constrains: the accumulators take up the commitments, by compression and not by the half that a sponge keeps.
  // Broken if removed: the calls that circuits prove are not the calls that were made.
  private func accumulate(_ builder: AIRBuilder, _ row: DeferralCallColumns<Expr>) {
    builder.lookUp(
      "inputs", row.oldInputs.elements + row.input.elements + row.newInputs.elements + [1],
      in: MachineBus.deferralHash, enabled: row.isValid)
    builder.lookUp(
      "outputs", row.oldOutputs.elements + row.output.elements + row.newOutputs.elements + [1],
      in: MachineBus.deferralHash, enabled: row.isValid)
  }

  // Assumes: the cells of registers are bytes (memory).
  // Constrains: both addresses are below 2^30, so that none of the words after them wraps around p (`DataAddress`); the
  // accesses, in this order, and that the instruction is the program's. The circuit's accumulators, and no other's, are
  // at cells 16 index to 16 index + 15.
  // Broken if removed: as for every instruction.
  private func access(_ builder: AIRBuilder, _ row: DeferralCallColumns<Expr>) {
    let bits = Expr(DataAddress.topByteBits)
    builder.lookUpRange("destination is below 2^30", row.destination[3], bits: bits, enabled: row.isValid)
    builder.lookUpRange("source is below 2^30", row.source[3], bits: bits, enabled: row.isValid)

    let (memory, deferral) = (Expr(AddressSpace.memory), Expr(AddressSpace.deferral))
    var adapter = InstructionAdapter(builder, state: row.state, isValid: row.isValid)
    adapter.readRegister("destination", at: row.destinationPointer, row.destination, since: row.times[0])
    adapter.readRegister("source", at: row.sourcePointer, row.source, since: row.times[1])
    for i in 0..<8 {
      adapter.read(
        "input[\(i)]", space: memory, at: row.source.address(offset: Expr(4 * i)), row.input.words[i],
        since: row.times[2 + i])
    }
    let old = row.oldInputs.elements + row.oldOutputs.elements
    let new = row.newInputs.elements + row.newOutputs.elements
    for i in 0..<4 {
      adapter.write(
        "accumulators[\(i)]", space: deferral, at: 16 * row.index + Expr(4 * i), Word(cells: new[4 * i..<4 * i + 4]),
        replacing: Word(cells: old[4 * i..<4 * i + 4]), since: row.times[10 + i])
    }
    for i in 0..<10 {
      let word = i < 8 ? row.output.words[i] : i == 8 ? row.length : Word(0, 0, 0, 0)
      adapter.write(
        "key[\(i)]", space: memory, at: row.destination.address(offset: Expr(4 * i)), word, replacing: row.previous[i],
        since: row.times[14 + i])
    }
    adapter.finish(
      opcode: Expr(.deferralCall), [row.destinationPointer, row.sourcePointer, row.index], nextPC: row.state.pc + 4)
  }
}
