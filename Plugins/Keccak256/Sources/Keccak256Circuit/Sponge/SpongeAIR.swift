import AIR
import Algebra

/// The blocks of padded messages, one row each: what of Keccak-256 is not the permutation.
///
/// Statement: for each call whose length it receives, the output that it sends is Keccak-256 of the input that it
/// receives.
///
/// Why it is sound: the host sends each call's length once, and the length is received in the last row of a run of
/// blocks, so there is one run for each call. A run starts with the zero state and index 0 and goes on in the next row,
/// with call and length unchanged, until the block in which the padding starts, which is number `length / 136`; the
/// blocks before it are full. All words of the input are received where the bytes belong, and zeros stand elsewhere.
/// Each block is added to the state, and the permutation of the sum is the next block's state, or holds the output.
///
/// Padding: rows without a call, between runs or behind them, take no part in anything.
struct SpongeAIR: AIR {
  var name: String { "Keccak256SpongeAIR" }
  var width: TraceWidth { TraceWidth(commonMain: SpongeColumns<Expr>.width) }

  func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.main(SpongeColumns<Expr>.self)
    let kind = Kind(local)
    constrainKind(builder.group("kind"), local, kind)
    constrainRuns(builder.group("runs"), local, next)
    constrainPadding(builder.group("padding"), local, kind)
    constrainState(builder.group("state"), local, next)
    receivePermutation(builder, local, kind)
    exchangeCall(builder, local, kind)
  }

  /// What a row is, as sums of its flags.
  private struct Kind {
    /// Whether the padding starts in the block, which is then the last one of its call.
    let isLast: Expr
    /// Whether the row belongs to a call.
    let isReal: Expr
    /// Whether bytes of a word are the message's, for each of 17 words: it is then received. Degree 2.
    let hasData: [Expr]

    init(_ row: SpongeColumns<Expr>) {
      let words = (0..<17).map { row.endWord[$0] }
      isLast = words.sum()
      isReal = row.isFull + isLast
      hasData = (0..<17).map { word in
        let later = words[(word + 1)...]
        let isBefore = later.isEmpty ? row.isFull : row.isFull + later.sum()
        return isBefore + words[word] * (1 - row.endByte[0])
      }
    }
  }

  // Constrains: a row is full, or the padding starts in one of 17 words and one of 8 bytes, or it belongs to no call.
  // Degree: 2.
  // Broken if removed: a block with two ends, or an end between words; a message that is cut off.
  private func constrainKind(_ builder: AIRBuilder, _ local: SpongeColumns<Expr>, _ kind: Kind) {
    builder.assertBoolean("isFull is boolean", local.isFull)
    for word in 0..<17 { builder.assertBoolean("endWord is boolean[\(word)]", local.endWord[word]) }
    for byte in 0..<8 { builder.assertBoolean("endByte is boolean[\(byte)]", local.endByte[byte]) }
    builder.assertBoolean("one kind at most", kind.isReal)
    builder.assertEqual("a byte for a word", (0..<8).map { local.endByte[$0] }.sum(), kind.isLast)
  }

  // Assumes: kinds as above.
  // Constrains: after a full block the call goes on in the next row, with the same call and length and the next index.
  // Other rows start with index 0.
  // Because: the trace neither begins inside a call nor ends inside one.
  // Degree: 3.
  // Broken if removed: blocks are left out or repeated; the bytes of one call go into the digest of another; a run
  // starts in the middle.
  private func constrainRuns(_ builder: AIRBuilder, _ local: SpongeColumns<Expr>, _ next: SpongeColumns<Expr>) {
    builder.whenFirstRow.assertZero("starts with index 0", local.index)
    builder.whenTransition.assertEqual("index", next.index, local.isFull * (local.index + 1))
    let goesOn = builder.whenTransition.when(local.isFull)
    goesOn.assertEqual("same call", next.call, local.call)
    goesOn.assertEqual("same length", next.length, local.length)
    goesOn.assertOne("goes on", Kind(next).isReal)
    builder.whenLastRow.assertZero("ends with a last block", local.isFull)
  }

  // Assumes: kinds and runs as above; what is received from `io.input` are bytes, with zeros behind the last one.
  // Constrains: the padding starts at byte `length - 136 index` of its block; data are bits, and words that are not
  // received are 0.
  // Because: the position is a number below 136, so the block is `length / 136`; blocks before it are full.
  // Degree: 3.
  // Broken if removed: a shorter or longer message with the same length; bytes that are nobody's.
  private func constrainPadding(_ builder: AIRBuilder, _ local: SpongeColumns<Expr>, _ kind: Kind) {
    let word = (1..<17).map { local.endWord[$0] * BabyBear(8 * $0) }.sum()
    let byte = (1..<8).map { local.endByte[$0] * BabyBear($0) }.sum()
    builder.when(kind.isLast).assertEqual("end of the message", local.length, local.index * 136 + word + byte)
    for word in 0..<17 {
      for bit in 0..<64 { builder.assertBoolean("data is boolean[\(word)][\(bit)]", local.data[word][bit]) }
      for byte in 0..<8 {
        builder.unless(kind.hasData[word]).assertZero("no data[\(word)][\(byte)]", Self.byte(local.data[word], byte))
      }
    }
  }

  // Assumes: digest and after are the lanes after the permutation, in limbs of 16 bits.
  // Constrains: the state is of bits. It is zero in the first row and in all rows in which no call goes on, and the
  // state after the block before in the others.
  // Degree: 3.
  // Broken if removed: a hash that starts with a state of the prover's choice, or leaves out what came before.
  private func constrainState(_ builder: AIRBuilder, _ local: SpongeColumns<Expr>, _ next: SpongeColumns<Expr>) {
    for lane in 0..<17 {
      for bit in 0..<64 { builder.assertBoolean("state is boolean[\(lane)][\(bit)]", local.state[lane][bit]) }
    }
    let (own, following, after) = (Self.before(local), Self.before(next), Self.after(local))
    for index in 0..<100 {
      let (lane, limb) = (index / 4, index % 4)
      builder.whenFirstRow.assertZero("starts with zero[\(lane)][\(limb)]", own[index])
      builder.whenTransition.assertEqual(
        "state follows[\(lane)][\(limb)]", following[index], local.isFull * after[index])
    }
  }

  private static func byte(_ bits: [64 of Expr], _ index: Int) -> Expr {
    (0..<8).map { bits[8 * index + $0] }.composed(base: 2)
  }

  /// The limbs of the state before the block.
  private static func before(_ row: SpongeColumns<Expr>) -> [Expr] {
    (0..<100).map { (index: Int) -> Expr in
      let (lane, limb) = (index / 4, index % 4)
      if lane >= 17 { return row.capacity[lane - 17][limb] }
      return (0..<16).map { row.state[lane][16 * limb + $0] }.composed(base: 2)
    }
  }

  /// The limbs of the state after the permutation.
  private static func after(_ row: SpongeColumns<Expr>) -> [Expr] {
    (0..<100).map { (index: Int) -> Expr in
      let (lane, limb) = (index / 4, index % 4)
      return lane >= 4 ? row.after[lane - 4][limb] : row.digest[2 * index] + row.digest[2 * index + 1] * 256
    }
  }

  // Assumes: data and state are bits; the bytes where the padding stands are 0.
  // Receives: in rows of a call, the permutation of the state with the padded block added.
  // Because: the padding is the bit 0x01 of the byte where it starts and the bit 0x80 of the last block's last byte,
  // neither of which is the message's. The sum of two bits modulo 2 is s + m - 2 s m.
  // Broken if removed: any state.
  private func receivePermutation(_ builder: AIRBuilder, _ local: SpongeColumns<Expr>, _ kind: Kind) {
    let added = (0..<17).map { (lane: Int) -> [Expr] in
      (0..<64).map { (bit: Int) -> Expr in
        var message = local.data[lane][bit]
        if bit % 8 == 0 { message = message + local.endWord[lane] * local.endByte[bit / 8] }
        if lane == 16 && bit == 63 { message = message + kind.isLast }
        return local.state[lane][bit].xor(message)
      }
    }
    let rate = (0..<68).map { (index: Int) -> Expr in
      let first = 16 * (index % 4)
      return added[index / 4][first..<first + 16].composed(base: 2)
    }
    let input = rate + Self.before(local)[68...]
    for (isAfter, limbs) in [(false, input), (true, Self.after(local))] {
      builder.receive(
        isAfter ? "after" : "before",
        PermutationMessage.fields(part: local.part, number: local.permutation, isAfter: isAfter, limbs: limbs),
        on: PermutationMessage.bus, enabled: kind.isReal)
    }
  }

  // Receives: the words of the input that have bytes in the block; in the last block, the call's length, with 32 for
  // the output.
  // Sends: in the last block, the digest.
  // Broken if removed: an input that is not the call's, or an output that is nobody's.
  private func exchangeCall(_ builder: AIRBuilder, _ local: SpongeColumns<Expr>, _ kind: Kind) {
    for word in 0..<17 {
      let bytes = (0..<8).map { Self.byte(local.data[word], $0) }
      builder.receive(
        "input[\(word)]", [local.call, local.index * 17 + Expr(BabyBear(word))] + bytes, on: StandardBus.input,
        enabled: kind.hasData[word])
    }
    builder.receive(
      "length", [local.call, local.length, Expr(BabyBear(Keccak256.digestBytes))], on: StandardBus.length,
      enabled: kind.isLast)
    for word in 0..<4 {
      let bytes = (0..<8).map { local.digest[8 * word + $0] }
      builder.send(
        "output[\(word)]", [local.call, Expr(BabyBear(word))] + bytes, on: StandardBus.output, enabled: kind.isLast)
    }
  }
}
