import AIR
import Algebra

/// The 64 rounds of SHA-256's compression function: 16 rows a block, four rounds a row, one block after the other.
///
/// Statement: for each number `block` from 0 up to the number of blocks, the five messages of `BlockMessage` say that
/// the schedule of the sixteen message words leads from the state after rounds 0, 1 and 2, and from a[-1] and e[-1], to
/// the state after round 63. The messages go to `BlockAIR`, which has the state before the block, does the first three
/// rounds, and adds both states.
///
/// Why it is sound: `phase` and `step` count rows by induction from the first one, so that every sixteen rows are one
/// block with a number of its own. All words are bits. In rows 4 to 15 the words of the schedule are fixed by those
/// before them; so are a and e in all rounds but 0, 1 and 2, whose words go into the message of row 0.
///
/// Constraints relate each row to the next one, also the last row to the first: a block's row 0 relates to whichever
/// block stands before it, and what that says is arranged to be nothing.
///
/// Padding: there is none. Every sixteen rows are a block, and `BlockAIR` has as many rows as there are blocks.
struct RoundAIR: AIR {
  /// Where the messages go.
  let bus: PermutationBus

  var name: String { "SHA256RoundAIR(\(bus.index))" }
  var width: TraceWidth { TraceWidth(commonMain: RoundColumns<Expr>.width) }

  func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.main(RoundColumns<Expr>.self)
    let (row, nextRow) = (RowFlags(local), RowFlags(next))
    constrainRows(builder.group("rows"), local, next, row)
    constrainBits(builder.group("bits"), local)
    constrainCarries(builder.group("carries"), local, row)
    constrainScheduleSums(builder.group("schedule sums"), local, next, nextRow)
    constrainSchedule(builder.group("schedule"), local, next)
    constrainRounds(builder.group("rounds"), local, next, nextRow)
    sendBlock(builder, local, row)
  }

  /// Which of a block's sixteen rows a row is.
  struct RowFlags {
    /// `[phase][step]`, unit vector over both. Degree 2.
    let isRow: [[Expr]]
    let isMessage: Expr
    let isLate: Expr
    /// 0 to 15. Degree 1.
    let number: Expr
    /// Whether the next row has `row % 4 == 0`.
    let isLastStep: Expr

    var isFirst: Expr { isRow[0][0] }
    var isLast: Expr { isRow[3][3] }

    init(_ columns: RoundColumns<Expr>) {
      let (phase, step) = (columns.phase, columns.step)
      isLate = phase[0] + phase[1] + phase[2]
      isMessage = 1 - isLate
      isLastStep = step[2]
      let phases = [isMessage, phase[0], phase[1], phase[2]]
      let steps = [1 - (step[0] + step[1] + step[2]), step[0], step[1], step[2]]
      isRow = phases.map { phase in steps.map { phase * $0 } }
      number = (phase[0] + phase[1] * 2 + phase[2] * 3) * 4 + step[0] + step[1] * 2 + step[2] * 3
    }

    /// The constant of the row's round `slot`.
    func constant(_ slot: Int) -> Limbs {
      var limbs: Limbs?
      for row in 0..<16 {
        let term = isRow[row / 4][row % 4] * Limbs.constant(SHA256.constants[4 * row + slot])
        limbs = limbs.map { $0 + term } ?? term
      }
      return limbs ?? .constant(0)
    }
  }

  // Assumes: nothing.
  // Constrains: (phase, step) is the unit vector, without first entries, of (row / 4 % 4, row % 4); block is row / 16.
  // Because: all six are 0 in the first row; a step is followed by the next one, and a phase by itself or, after step
  // 3, by the next phase. That the first row follows the last one makes the trace a whole number of blocks.
  // Degree: 3.
  // Broken if removed: rounds are skipped or take the constants of others; two blocks share a number, and the rounds of
  // one are taken for those of the other.
  private func constrainRows(
    _ builder: AIRBuilder, _ local: RoundColumns<Expr>, _ next: RoundColumns<Expr>, _ row: RowFlags
  ) {
    let phases = [row.isMessage] + (0..<3).map { local.phase[$0] }
    let steps = [1 - (local.step[0] + local.step[1] + local.step[2])] + (0..<3).map { local.step[$0] }
    builder.whenFirstRow.assertZeros("starts with phase 0", (0..<3).map { local.phase[$0] })
    builder.whenFirstRow.assertZeros("starts with step 0", (0..<3).map { local.step[$0] })
    builder.whenFirstRow.assertZero("starts with block 0", local.block)
    for index in 0..<3 {
      builder.assertEqual("steps follow one another[\(index)]", next.step[index], steps[index])
      builder.assertEqual(
        "phases follow one another[\(index)]", next.phase[index],
        row.isLastStep.select(phases[index], else: phases[index + 1]))
    }
    builder.whenTransition.assertEqual("blocks are counted", next.block, local.block + row.isLast)
  }

  // Constrains: all words consist of bits.
  // Degree: 2.
  // Broken if removed: logical functions of anything.
  private func constrainBits(_ builder: AIRBuilder, _ local: RoundColumns<Expr>) {
    for slot in 0..<4 {
      for bit in 0..<32 {
        builder.assertBoolean("a is boolean[\(slot)][\(bit)]", local.a[slot][bit])
        builder.assertBoolean("e is boolean[\(slot)][\(bit)]", local.e[slot][bit])
        builder.assertBoolean("w is boolean[\(slot)][\(bit)]", local.w[slot][bit])
      }
    }
  }

  // Assumes: the row's number and phase as above.
  // Constrains: carries are 0 to 5 for e, 0 to 3 for a and w; but the greater part is free in row 0 for rounds 0, 1 and
  // 2, and in rows 0 to 3 for the schedule.
  // Because: the number of the row is 0 in row 0 alone, and not zero in the field elsewhere.
  // A free carry makes its sum say nothing, since every element is a carry times 2^24, 2^28, 16 or 256.
  // Degree: 3.
  // Broken if removed: any sum; free everywhere means any round.
  private func constrainCarries(_ builder: AIRBuilder, _ local: RoundColumns<Expr>, _ row: RowFlags) {
    let beyondFirstRow = builder.when(row.number)
    let beyondMessage = builder.when(row.isLate)
    for slot in 0..<4 {
      for limb in 0..<2 {
        let (e, a, w) = (local.eCarry[slot][limb], local.aCarry[slot][limb], local.wCarry[slot][limb])
        builder.assertTernary("ones of e[\(slot)][\(limb)]", e.ones)
        builder.assertBoolean("ones of a[\(slot)][\(limb)]", a.ones)
        builder.assertBoolean("ones of w[\(slot)][\(limb)]", w.ones)
        if slot < 3 {
          beyondFirstRow.assertBoolean("threes of e[\(slot)][\(limb)]", e.threes)
          beyondFirstRow.assertBoolean("twos of a[\(slot)][\(limb)]", a.twos)
        } else {
          builder.assertBoolean("threes of e[\(slot)][\(limb)]", e.threes)
          builder.assertBoolean("twos of a[\(slot)][\(limb)]", a.twos)
        }
        beyondMessage.assertBoolean("twos of w[\(slot)][\(limb)]", w.twos)
      }
    }
  }

  // Assumes: the words of this row and the next are bits.
  // Constrains, where rows r, r+1, r+2, r+3 are of one block and r + 4 < 16: with t = 4 (r + 4) + j, column j of
  //   sums[0] in row r+1 is W[t-16] + s0(W[t-15]),
  //   sums[1] in row r+2 the same plus W[t-7], but for j = 3,
  //   sums[2] in row r+3 the same plus W[t-7], also for j = 3;
  // low limbs one by one, high limbs as one number. In row 0, the low limbs of sums[1] are free; they would only be
  // used by the schedule of rows 0 to 3, where it says nothing.
  // Because: W[t-7] for j = 0, 1, 2 is word j+1 of row r+2, and for j = 3 word 0 of row r+3.
  // Degree: 3.
  // Broken if removed: a schedule of other words.
  private func constrainScheduleSums(
    _ builder: AIRBuilder, _ local: RoundColumns<Expr>, _ next: RoundColumns<Expr>, _ nextRow: RowFlags
  ) {
    let words = (0..<4).map { WordBits(local.w[$0]) } + (0..<4).map { WordBits(next.w[$0]) }
    let limbs = words.map(\.scheduleLimbs)
    let first = (0..<4).map { limbs[$0] + words[$0 + 1].smallSigma0.scheduleLimbs }
    for slot in 0..<4 {
      builder.assertEqual("first low sum[\(slot)]", next.sums[0].low[slot], first[slot].low)
      let second = local.sums[0].low[slot]
      builder.unless(nextRow.isFirst).assertEqual(
        "second low sum[\(slot)]", next.sums[1].low[slot], slot < 3 ? second + limbs[5 + slot].low : second)
      let third = local.sums[1].low[slot]
      builder.assertEqual(
        "third low sum[\(slot)]", next.sums[2].low[slot], slot == 3 ? third + limbs[4].low : third)
    }
    builder.assertEqual("first high sum", next.sums[0].high, Self.packed(first.map(\.high)))
    builder.assertEqual(
      "second high sum", next.sums[1].high, local.sums[0].high + Self.packed((5..<8).map { limbs[$0].high }))
    builder.assertEqual(
      "third high sum", next.sums[2].high, local.sums[1].high + limbs[4].high * BabyBear(1 << 21 as UInt32))
  }

  /// `sum of 128^j values[j]`.
  private static func packed(_ values: [Expr]) -> Expr { values.composed(base: 128) }

  // Assumes: words are bits; sums[2] as above; carries are 0 to 3 in rows 4 to 15 and free in rows 0 to 3.
  // Constrains, in rows 4 to 15: W[t] = W[t-16] + s0(W[t-15]) + W[t-7] + s1(W[t-2]) modulo 2^32.
  // Because: low limbs of four words sum up to less than 2^30, so the low equations hold in the integers with the one
  // carry that fits. What the high equation says of each word is a number between -63 and 63 that must be 0, since the
  // sum of such numbers times powers of 128 is less than p and has one reading.
  // Degree: 3.
  // Broken if removed: rounds of words that are none of the message's.
  private func constrainSchedule(_ builder: AIRBuilder, _ local: RoundColumns<Expr>, _ next: RoundColumns<Expr>) {
    let words = (0..<4).map { WordBits(local.w[$0]) } + (0..<4).map { WordBits(next.w[$0]) }
    let differences = (0..<4).map { words[$0 + 2].smallSigma1.scheduleLimbs - words[$0 + 4].scheduleLimbs }
    for slot in 0..<4 {
      builder.assertEqual(
        "low sum[\(slot)]", local.sums[2].low[slot] + differences[slot].low,
        next.wCarry[slot][0].value * BabyBear(1 << 28 as UInt32))
    }
    let high = (0..<4).map { slot in
      differences[slot].high + next.wCarry[slot][0].value - next.wCarry[slot][1].value * 16
    }
    builder.assertZero("high sum", local.sums[2].high + Self.packed(high))
  }

  // Assumes: words are bits; carries as above; `borrowed` in row 0 holds a[-1] + e[-1] and a[-1], to which the message
  // of row 0 ties it.
  // Constrains: e[t] and a[t] are the sums of `RoundSums` modulo 2^32, in all rounds but 0, 1 and 2.
  // Because: limbs of six words sum up to less than 6 * 2^24, and carries of 0 to 5, or -1 to 2 for a, are all that
  // such sums can have; both sides are far below p, so they are equal as integers. The words before a row's are in the
  // row before; only round 3 looks for a[-1] and e[-1] there, in vain, and takes `borrowed` instead.
  // Degree: 3.
  // Broken if removed: any state.
  private func constrainRounds(
    _ builder: AIRBuilder, _ local: RoundColumns<Expr>, _ next: RoundColumns<Expr>, _ nextRow: RowFlags
  ) {
    let a = (0..<4).map { WordBits(local.a[$0]) } + (0..<4).map { WordBits(next.a[$0]) }
    let e = (0..<4).map { WordBits(local.e[$0]) } + (0..<4).map { WordBits(next.e[$0]) }
    let (aLimbs, eLimbs) = (a.map(\.limbs), e.map(\.limbs))
    let sumBefore = Limbs(low: next.borrowed[0], high: next.borrowed[1])
    let aBefore = Limbs(low: next.borrowed[2], high: next.borrowed[3])
    for slot in 0..<4 {
      var (a4, before) = (aLimbs[slot], aLimbs[slot] + eLimbs[slot])
      if slot == 3 {
        before = before + nextRow.isFirst * (sumBefore - before)
        a4 = a4 + nextRow.isFirst * (aBefore - a4)
      }
      let sums = RoundSums(
        a: a[slot + 1...slot + 3], e: e[slot + 1...slot + 3], a4: a4, before: before,
        constant: nextRow.constant(slot), word: WordBits(next.w[slot]).limbs)
      let (eCarry, aCarry) = (next.eCarry[slot], next.aCarry[slot])
      let eLow = eCarry[0].value
      builder.assertEqual(
        "low sum for e[\(slot)]", sums.e.low - eLimbs[slot + 4].low, eLow * BabyBear(1 << 24 as UInt32))
      builder.assertEqual(
        "high sum for e[\(slot)]", sums.e.high + eLow - eLimbs[slot + 4].high, eCarry[1].value * 256)
      let aSum = sums.aWithoutE + eLimbs[slot + 4] - aLimbs[slot + 4]
      let aLow = aCarry[0].value - 1
      builder.assertEqual("low sum for a[\(slot)]", aSum.low, aLow * BabyBear(1 << 24 as UInt32))
      builder.assertEqual("high sum for a[\(slot)]", aSum.high + aLow, (aCarry[1].value - 1) * 256)
    }
  }

  // Assumes: rows are counted and words are bits.
  // Sends: in rows 0, 1, 2, 3 and 15 the row's `BlockMessage`.
  // Broken if removed: `BlockAIR` finds no partner, and nothing can be proven.
  private func sendBlock(_ builder: AIRBuilder, _ local: RoundColumns<Expr>, _ row: RowFlags) {
    let limbs = { (word: [32 of Expr]) in WordBits(word).limbs }
    let ends = row.isFirst + row.isLast
    let inner = (0..<3).map { ends * limbs(local.a[$0]) } + (0..<3).map { ends * limbs(local.e[$0]) }
    let outer = (0..<2).map { index in
      row.isFirst * Limbs(low: local.borrowed[2 * index], high: local.borrowed[2 * index + 1])
        + row.isLast * limbs(index == 0 ? local.a[3] : local.e[3])
    }
    let message = BlockMessage(
      block: local.block, row: row.number, words: (0..<4).map { row.isMessage * limbs(local.w[$0]) },
      state: inner + outer)
    builder.send("block", message.fields, on: bus, enabled: row.isMessage + row.isLast)
  }
}
