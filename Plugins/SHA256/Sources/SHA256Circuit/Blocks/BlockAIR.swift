import AIR
import Algebra

/// The blocks of padded messages, one row each: what of SHA-256 is not in `RoundAIR`.
///
/// Statement: for each call whose length it receives, the output that it sends is SHA-256 of the input that it
/// receives.
///
/// Why it is sound: the host sends each call's length once, and the length is received in the last row of a run of
/// blocks, so there is one run for each call. A run starts with the initial state and index 0 and goes on in the next
/// row, with call and length unchanged, until its last block. The block in which the 0x80 stands is `length / 64`; the
/// blocks before it are full, and after it there is at most one. All words of the input are received where the bytes
/// belong, and zeros stand elsewhere, so the sixteen words are those of the padded message. Round 0, 1 and 2 are done
/// here, the others in `RoundAIR`, and the sum of both states is the state of the next block, or the output.
///
/// Padding: rows without a call, between runs or behind them, stand for a block of zeros after the initial state. They
/// take no part in inputs and outputs, but have rounds like any other.
struct BlockAIR: AIR {
  /// Where the rounds come from.
  let bus: PermutationBus

  var name: String { "SHA256BlockAIR(\(bus.index))" }
  var width: TraceWidth { TraceWidth(commonMain: BlockColumns<Expr>.width) }

  func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.main(BlockColumns<Expr>.self)
    let kind = Kind(local)
    constrainKind(builder.group("kind"), local)
    constrainRuns(builder.group("runs"), local, next, kind)
    constrainPadding(builder.group("padding"), local, kind)
    constrainState(builder.group("state"), local, next, kind)
    let rounds = constrainRounds(builder.group("rounds"), local, kind)
    constrainDigest(builder.group("digest"), local)
    receiveRounds(builder, local, kind, rounds)
    exchangeCall(builder, local, kind)
  }

  /// What a row is, as sums of its flags.
  struct Kind {
    /// Whether the 0x80 stands in the block.
    let hasEnd: Expr
    /// Whether the row belongs to a call.
    let isReal: Expr
    /// Whether the block is the last one of its call.
    let isLast: Expr
    /// Whether the call goes on in the next row.
    let isContinued: Expr
    /// Whether bytes of a word are the message's, for each of eight words: it is then received. Degree 2.
    let hasData: [Expr]
    /// Whether the 0x80 is byte `[word][byte]`. Degree 2.
    let isEnd: [[Expr]]

    init(_ row: BlockColumns<Expr>) {
      let words = (0..<8).map { row.endWord[$0] }
      hasEnd = words.sum()
      isReal = row.isFull + row.isExtra + hasEnd
      isLast = row.isExtra + words[..<7].sum()
      isContinued = row.isFull + words[7]
      hasData = (0..<8).map { word in
        let later = words[(word + 1)...]
        let isBefore = later.isEmpty ? row.isFull : row.isFull + later.sum()
        return isBefore + words[word] * (1 - row.endByte[0])
      }
      isEnd = words.map { word in (0..<8).map { word * row.endByte[$0] } }
    }
  }

  // Constrains: a row is at most one of: full, extra, or one with the 0x80 in one of eight words and one of its bytes.
  // Degree: 2.
  // Broken if removed: a block with two ends, or an end between words; a message that is cut off.
  private func constrainKind(_ builder: AIRBuilder, _ local: BlockColumns<Expr>) {
    let kind = Kind(local)
    builder.assertBoolean("isFull is boolean", local.isFull)
    builder.assertBoolean("isExtra is boolean", local.isExtra)
    for index in 0..<8 {
      builder.assertBoolean("endWord is boolean[\(index)]", local.endWord[index])
      builder.assertBoolean("endByte is boolean[\(index)]", local.endByte[index])
    }
    builder.assertBoolean("one kind at most", kind.isReal)
    builder.assertEqual("a byte for a word", (0..<8).map { local.endByte[$0] }.sum(), kind.hasEnd)
  }

  // Assumes: kinds as above.
  // Constrains: blocks are numbered by row. A call goes on in the next row after a full block and after one whose 0x80
  // is in the last word, since the length does not fit behind it; with the same call and length and the next index.
  // After the latter, and there alone, the next block is extra. Other rows start with index 0.
  // Because: the trace neither begins inside a call nor ends inside one.
  // Degree: 3.
  // Broken if removed: blocks are left out or repeated; the bytes of one call go into the digest of another; the
  // length at the end is another one; a run starts in the middle.
  private func constrainRuns(
    _ builder: AIRBuilder, _ local: BlockColumns<Expr>, _ next: BlockColumns<Expr>, _ kind: Kind
  ) {
    builder.whenFirstRow.assertZero("starts with block 0", local.block)
    builder.whenTransition.assertEqual("blocks are counted", next.block, local.block + 1)
    builder.whenFirstRow.assertZero("starts with index 0", local.index)
    builder.whenTransition.assertEqual("index", next.index, kind.isContinued * (local.index + 1))
    let goesOn = builder.whenTransition.when(kind.isContinued)
    goesOn.assertEqual("same call", next.call, local.call)
    goesOn.assertEqual("same length", next.length, local.length)
    goesOn.assertOne("goes on", Kind(next).isReal)
    builder.whenFirstRow.assertZero("does not start with an extra block", local.isExtra)
    builder.whenTransition.assertEqual("extra block", next.isExtra, local.endWord[7])
    builder.whenLastRow.assertZero("ends with a last block", kind.isContinued)
  }

  // Assumes: kinds and runs as above; what is received from `io.input` are bytes, with zeros behind the last one.
  // Constrains: the 0x80 is byte `length - 64 index` of its block; words that are not received are 0.
  // Because: the position is a number below 64, so the block is `length / 64`; blocks before it are full.
  // Degree: 3.
  // Broken if removed: a shorter or longer message with the same length; bytes that are nobody's.
  private func constrainPadding(_ builder: AIRBuilder, _ local: BlockColumns<Expr>, _ kind: Kind) {
    let word = (1..<8).map { local.endWord[$0] * BabyBear(8 * $0) }.sum()
    let byte = (1..<8).map { local.endByte[$0] * BabyBear($0) }.sum()
    builder.when(kind.hasEnd).assertEqual("end of the message", local.length, local.index * 64 + word + byte)
    for word in 0..<8 {
      for byte in 0..<8 {
        builder.unless(kind.hasData[word]).assertZero("no data[\(word)][\(byte)]", local.data[word][byte])
      }
    }
  }

  /// The sixteen words of the block. The bytes of a word are the high limb and three in the low limb, so that no byte
  /// is cut. In the last block, the length in bits is the low limb of the last word; there are no bytes then.
  private static func words(_ local: BlockColumns<Expr>, _ kind: Kind) -> [Limbs] {
    (0..<16).map { word in
      let bytes = (0..<4).map { index in
        let (word, byte) = (word / 2, word % 2 * 4 + index)
        return local.data[word][byte] + kind.isEnd[word][byte] * 0x80
      }
      let limbs = Limbs(low: bytes[1...].reversed().composed(base: 256), high: bytes[0])
      return word < 15 ? limbs : Limbs(low: limbs.low + kind.isLast * local.length * 8, high: limbs.high)
    }
  }

  // Assumes: kinds as above; `digest` as limbs is the state after the block.
  // Constrains: the state is of bits; it is the initial one in the first row and in all rows in which no call goes on,
  // and the state after the block before in the others.
  // Degree: 3.
  // Broken if removed: a hash that starts with a state of the prover's choice, or leaves out what came before.
  private func constrainState(
    _ builder: AIRBuilder, _ local: BlockColumns<Expr>, _ next: BlockColumns<Expr>, _ kind: Kind
  ) {
    for word in 0..<8 {
      for bit in 0..<32 { builder.assertBoolean("state is boolean[\(word)][\(bit)]", local.state[word][bit]) }
    }
    for word in 0..<8 {
      let initial = Limbs.constant(SHA256.initialState[word])
      let (own, following) = (WordBits(local.state[word]).limbs, WordBits(next.state[word]).limbs)
      let after = Self.digest(local, word)
      for (limb, name) in ["low", "high"].enumerated() {
        let start = initial.fields[limb]
        builder.whenFirstRow.assertEqual("starts with the initial state[\(word)] \(name)", own.fields[limb], start)
        builder.whenTransition.assertEqual(
          "state follows[\(word)] \(name)", following.fields[limb],
          kind.isContinued.select(after.fields[limb], else: start))
      }
    }
  }

  /// The state after the block, word `word`.
  private static func digest(_ local: BlockColumns<Expr>, _ word: Int) -> Limbs {
    let bytes = (0..<4).map { local.digest[word][$0] }
    return Limbs(low: bytes[1...].reversed().composed(base: 256), high: bytes[0])
  }

  // Assumes: the state is of bits; the block's words have a low limb below 2^24 and a high one below 2^8, for so they
  // are received.
  // Constrains: a and e are of bits and are those of rounds 0 and 1; carries as in `RoundAIR`. Gives the limbs of those
  // of round 2 as what the sums leave over their carries.
  // Because: as in `RoundAIR`. In round 2 what is left is a word, since `RoundAIR` has its bits.
  // Degree: 3.
  // Broken if removed: any state.
  private func constrainRounds(
    _ builder: AIRBuilder, _ local: BlockColumns<Expr>, _ kind: Kind
  ) -> (words: [Limbs], a2: Limbs, e2: Limbs) {
    for slot in 0..<2 {
      for bit in 0..<32 {
        builder.assertBoolean("a is boolean[\(slot)][\(bit)]", local.a[slot][bit])
        builder.assertBoolean("e is boolean[\(slot)][\(bit)]", local.e[slot][bit])
      }
    }
    for slot in 0..<3 {
      for limb in 0..<2 {
        let (e, a) = (local.eCarry[slot][limb], local.aCarry[slot][limb])
        builder.assertBoolean("threes of e[\(slot)][\(limb)]", e.threes)
        builder.assertTernary("ones of e[\(slot)][\(limb)]", e.ones)
        builder.assertBoolean("twos of a[\(slot)][\(limb)]", a.twos)
        builder.assertBoolean("ones of a[\(slot)][\(limb)]", a.ones)
      }
    }
    let words = Self.words(local, kind)
    let a = (0..<4).reversed().map { WordBits(local.state[$0]) } + (0..<2).map { WordBits(local.a[$0]) }
    let e = (4..<8).reversed().map { WordBits(local.state[$0]) } + (0..<2).map { WordBits(local.e[$0]) }
    var last: (a: Limbs, e: Limbs) = (.constant(0), .constant(0))
    for slot in 0..<3 {
      let sums = RoundSums(
        a: a[slot + 1...slot + 3], e: e[slot + 1...slot + 3], a4: a[slot].limbs,
        before: a[slot].limbs + e[slot].limbs, constant: .constant(SHA256.constants[slot]), word: words[slot])
      let (eLow, eHigh) = (local.eCarry[slot][0].value, local.eCarry[slot][1].value)
      let (aLow, aHigh) = (local.aCarry[slot][0].value - 1, local.aCarry[slot][1].value - 1)
      let power = BabyBear(1 << 24 as UInt32)
      let newE = Limbs(low: sums.e.low - eLow * power, high: sums.e.high + eLow - eHigh * 256)
      let aSum = sums.aWithoutE + newE
      let newA = Limbs(low: aSum.low - aLow * power, high: aSum.high + aLow - aHigh * 256)
      last = (newA, newE)
      guard slot < 2 else { break }
      let (aLimbs, eLimbs) = (a[slot + 4].limbs, e[slot + 4].limbs)
      builder.assertEqual("low sum for e[\(slot)]", newE.low, eLimbs.low)
      builder.assertEqual("high sum for e[\(slot)]", newE.high, eLimbs.high)
      builder.assertEqual("low sum for a[\(slot)]", newA.low, aLimbs.low)
      builder.assertEqual("high sum for a[\(slot)]", newA.high, aLimbs.high)
    }
    return (words, last.a, last.e)
  }

  // Constrains: carries of the state after the block are 0 or 1.
  // Degree: 2.
  // Broken if removed: any digest.
  private func constrainDigest(_ builder: AIRBuilder, _ local: BlockColumns<Expr>) {
    for word in 0..<8 {
      for limb in 0..<2 {
        builder.assertBoolean("carry is boolean[\(word)][\(limb)]", local.digestCarry[word][limb])
      }
    }
  }

  // Receives: the five messages of this block from `RoundAIR`, in every row.
  // Because: the state after round 63 is the difference of the states after and before the block, over the carries; as
  // `RoundAIR` has its bits, and the state after the block is of bytes if it is sent and of bits if there is a next
  // block, the sum is that modulo 2^32.
  // Broken if removed: words that are not the message's, and any state.
  private func receiveRounds(
    _ builder: AIRBuilder, _ local: BlockColumns<Expr>, _ kind: Kind,
    _ rounds: (words: [Limbs], a2: Limbs, e2: Limbs)
  ) {
    let zero = Limbs.constant(0)
    let (a, e) = ((0..<2).map { WordBits(local.a[$0]).limbs }, (0..<2).map { WordBits(local.e[$0]).limbs })
    let state = (0..<8).map { WordBits(local.state[$0]).limbs }
    let start = a + [rounds.a2] + e + [rounds.e2] + [state[0] + state[4], state[0]]
    for row in 0..<4 {
      let message = BlockMessage(
        block: local.block, row: Expr(BabyBear(row)), words: Array(rounds.words[4 * row..<4 * row + 4]),
        state: row == 0 ? start : Array(repeating: zero, count: 8))
      builder.receive("words[\(row)]", message.fields, on: bus)
    }
    let after = (0..<8).map { word in
      let (low, high) = (local.digestCarry[word][0], local.digestCarry[word][1])
      let sum = Self.digest(local, word) - state[word]
      return Limbs(low: sum.low + low * BabyBear(1 << 24 as UInt32), high: sum.high + high * 256 - low)
    }
    // a[63] is added to a, a[62] to b, a[61] to c, a[60] to d.
    let end = [after[3], after[2], after[1], after[7], after[6], after[5], after[0], after[4]]
    let message = BlockMessage(
      block: local.block, row: 15, words: Array(repeating: zero, count: 4), state: end)
    builder.receive("state", message.fields, on: bus)
  }

  // Receives: the words of the input that have bytes in the block; in the last block, the call's length, with 32 for
  // the output.
  // Sends: in the last block, the digest.
  // Broken if removed: an input that is not the call's, or an output that is nobody's.
  private func exchangeCall(_ builder: AIRBuilder, _ local: BlockColumns<Expr>, _ kind: Kind) {
    for word in 0..<8 {
      let bytes = (0..<8).map { local.data[word][$0] }
      builder.receive(
        "input[\(word)]", [local.call, local.index * 8 + Expr(BabyBear(word))] + bytes, on: StandardBus.input,
        enabled: kind.hasData[word])
    }
    builder.receive(
      "length", [local.call, local.length, Expr(BabyBear(SHA256.digestBytes))], on: StandardBus.length,
      enabled: kind.isLast)
    for word in 0..<4 {
      let bytes = (0..<8).map { local.digest[2 * word + $0 / 4][$0 % 4] }
      builder.send(
        "output[\(word)]", [local.call, Expr(BabyBear(word))] + bytes, on: StandardBus.output, enabled: kind.isLast)
    }
  }
}
