import AIR
import Algebra

/// The permutation Keccak-f[1600]: 24 rows each, one after the other, 2,633 columns, degree 3.
///
/// Statement: in every row with `isExported = 1`, the lanes `chi` (with `iotaOrigin` for lane (0, 0)) are the
/// permutation of `preimage`. What connects those rows with anything else is up to who embeds the AIR; alone it has
/// no interactions and no public values.
///
/// Why it is sound: `isRound` counts rounds by induction from the first row. A row in round `r` turns `input` into its
/// output by the chain below, in which every step determines the next value. `input` is `preimage` in round 0 and
/// the previous row's output in the others, and `preimage` does not change within a permutation. Only round 23 can
/// be exported, and a row in round 23 has 23 rows of the same permutation before it, since the trace starts with
/// round 0. A permutation cut off by the end of the trace is never exported.
///
/// Padding: rows after the last wanted permutation continue with permutations of the zero state, not exported.
public struct KeccakAIR: AIR {
  public var width: TraceWidth { TraceWidth(commonMain: KeccakColumns<Expr>.width) }

  public init() {}

  public func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.main(KeccakColumns<Expr>.self)
    constrain(builder, local, next)
  }

  /// The constraints alone, for an AIR that has these columns among others.
  public func constrain(_ builder: AIRBuilder, _ local: KeccakColumns<Expr>, _ next: KeccakColumns<Expr>) {
    let bits = ThetaBits(local)
    constrainRounds(builder.group("rounds"), local, next)
    constrainPreimage(builder.group("preimage"), local, next)
    constrainTheta(builder.group("theta"), local, bits)
    constrainChi(builder.group("chi"), local, bits)
    constrainIota(builder.group("iota"), local)
    constrainOutput(builder.group("output"), local, next)
  }

  /// Expressions that several steps use: `1 - b` and `1 - 2b` for each bit `b` after theta. With them an exclusive
  /// or with any `e` is one product, `b ^ e = b + e (1 - 2b)`.
  private struct ThetaBits {
    let complement: [Expr]
    let sign: [Expr]

    init(_ local: KeccakColumns<Expr>) {
      let bits = (0..<1600).map { local.theta[$0 / 320][$0 / 64 % 5][$0 % 64] }
      complement = bits.map { 1 - $0 }
      sign = zip(complement, bits).map { $0 - $1 }
    }

    static func index(x: Int, y: Int, z: Int) -> Int { (y * 5 + x) * 64 + z }
  }

  // Assumes: nothing.
  // Constrains: isRound is the unit vector of (row mod 24); isExported is 0 or 1, and 0 outside round 23.
  // Because: the first row fixes all 24 flags and a transition rotates them.
  // Degree: 2.
  // Broken if removed: rounds are skipped, repeated or given other round constants; half-finished states are exported.
  private func constrainRounds(
    _ builder: AIRBuilder, _ local: KeccakColumns<Expr>, _ next: KeccakColumns<Expr>
  ) {
    for round in 0..<24 {
      builder.whenFirstRow.assertEqual("starts with round 0[\(round)]", local.isRound[round], round == 0 ? 1 : 0)
    }
    for round in 0..<24 {
      builder.whenTransition.assertEqual(
        "rounds follow one another[\(round)]", next.isRound[(round + 1) % 24], local.isRound[round])
    }
    builder.assertBoolean("isExported is boolean", local.isExported)
    builder.unless(local.isRound[23]).assertZero("only finished permutations are exported", local.isExported)
  }

  // Assumes: isRound as above.
  // Constrains: input = preimage in round 0; preimage stays the same until the permutation's last row.
  // Degree: 2 and 3.
  // Broken if removed: the exported preimage is not what was permuted.
  private func constrainPreimage(
    _ builder: AIRBuilder, _ local: KeccakColumns<Expr>, _ next: KeccakColumns<Expr>
  ) {
    let isContinued = builder.whenTransition.unless(local.isRound[23])
    forEachLimb { x, y, limb in
      builder.when(local.isRound[0]).assertEqual(
        "is the input of round 0[\(y)][\(x)][\(limb)]", local.preimage[y][x][limb], local.input[y][x][limb])
    }
    forEachLimb { x, y, limb in
      isContinued.assertEqual(
        "stays the same[\(y)][\(x)][\(limb)]", local.preimage[y][x][limb], next.preimage[y][x][limb])
    }
  }

  // Assumes: nothing.
  // Constrains, bit by bit, with C = parity and C' = thetaParity:
  //   (1) C and theta are bits;
  //   (2) C ^ C' = C[x-1][z] ^ C[x+1][z-1], the mask that theta adds to column x;
  //   (3) input = theta ^ (C ^ C'), as limbs;
  //   (4) the number of ones in a column of theta is C' + 2k with k in {0, 1, 2}.
  // Because: the mask of (2) is a bit, as C is, and so C' is a bit. By (3) limbs of the input are sums of 16 bits, so
  // they have exactly one reading as bits, and theta is the input with the masks added. Then the parity of a column
  // of theta is that of the input plus the mask (five masks, an odd number). By (4) it is also C', that is C plus the
  // mask: so C is the input's parity, and the mask is the one that theta prescribes.
  // Degree: (1), (2) 2; (3), (4) 3.
  // Broken if removed: (1) bits that are no bits; (2) any mask; (3) any state; (4) masks from parities of nothing.
  private func constrainTheta(_ builder: AIRBuilder, _ local: KeccakColumns<Expr>, _ bits: ThetaBits) {
    for x in 0..<5 {
      for z in 0..<64 { builder.assertBoolean("parity is boolean[\(x)][\(z)]", local.parity[x][z]) }
    }
    for index in 0..<1600 {
      let (y, x, z) = (index / 320, index / 64 % 5, index % 64)
      builder.assertZero("state is boolean[\(y)][\(x)][\(z)]", local.theta[y][x][z] * bits.complement[index])
    }
    let masks = (0..<5).map { x in
      (0..<64).map { z in local.parity[x][z].xor(local.thetaParity[x][z]) }
    }
    for x in 0..<5 {
      for z in 0..<64 {
        let prescribed = local.parity[(x + 4) % 5][z].xor(local.parity[(x + 1) % 5][(z + 63) % 64])
        builder.assertEqual("mask is that of the parities[\(x)][\(z)]", masks[x][z], prescribed)
      }
    }
    forEachLimb { x, y, limb in
      let input = (0..<16).map { bit in
        let z = limb * 16 + bit
        return local.theta[y][x][z] + masks[x][z] * bits.sign[ThetaBits.index(x: x, y: y, z: z)]
      }
      builder.assertEqual(
        "state is masked input[\(y)][\(x)][\(limb)]", input.composed(base: 2), local.input[y][x][limb])
    }
    for x in 0..<5 {
      for z in 0..<64 {
        let ones = (0..<5).map { y in local.theta[y][x][z] }.sum()
        let excess = ones - local.thetaParity[x][z]
        builder.assertZero("parity of the state[\(x)][\(z)]", excess * (excess - 2) * (excess - 4))
      }
    }
  }

  // Assumes: theta consists of bits.
  // Constrains: chi = b[x] ^ (not b[x+1] and b[x+2]) in limbs, where b is theta after rho and pi, which only
  // rename bits.
  // Because: the right-hand sides are bits, and a limb determines nothing else.
  // Degree: 3.
  // Broken if removed: any output.
  private func constrainChi(_ builder: AIRBuilder, _ local: KeccakColumns<Expr>, _ bits: ThetaBits) {
    func source(_ x: Int, _ y: Int, _ z: Int) -> (bit: Expr, index: Int) {
      let source = KeccakConstants.sourceOfPi(x: x % 5, y: y, z: z)
      return (
        local.theta[source.y][source.x][source.z], ThetaBits.index(x: source.x, y: source.y, z: source.z)
      )
    }
    forEachLimb { x, y, limb in
      let output = (0..<16).map { bit in
        let z = limb * 16 + bit
        let (own, ownIndex) = source(x, y, z)
        let mask = bits.complement[source(x + 1, y, z).index] * source(x + 2, y, z).bit
        return own + mask * bits.sign[ownIndex]
      }
      builder.assertEqual(
        "of the rotated state[\(y)][\(x)][\(limb)]", output.composed(base: 2), local.chi[y][x][limb])
    }
  }

  // Assumes: isRound is a unit vector; chi[0][0] are limbs of 16 bits.
  // Constrains: chiOriginBits are the bits of chi[0][0]; iotaOrigin is that lane with the round constant added.
  // Degree: 2.
  // Broken if removed: the round constant is left out, or lane (0, 0) is replaced.
  private func constrainIota(_ builder: AIRBuilder, _ local: KeccakColumns<Expr>) {
    for z in 0..<64 { builder.assertBoolean("bits are boolean[\(z)]", local.chiOriginBits[z]) }
    for limb in 0..<4 {
      let lane = (0..<16).map { local.chiOriginBits[limb * 16 + $0] }
      builder.assertEqual("bits are those of the lane[\(limb)]", lane.composed(base: 2), local.chi[0][0][limb])
    }
    for limb in 0..<4 {
      let lane = (0..<16).map { bit in
        let z = limb * 16 + bit
        let rounds = (0..<24).filter { KeccakConstants.roundConstants[$0] >> UInt64(z) & 1 == 1 }
        let own = local.chiOriginBits[z]
        // Most bits are zero in every round constant.
        return rounds.isEmpty ? own : own.xor(rounds.map { local.isRound[$0] }.sum())
      }
      builder.assertEqual(
        "adds the round constant[\(limb)]", lane.composed(base: 2), local.iotaOrigin[limb])
    }
  }

  // Assumes: isRound as above.
  // Constrains: a row's output is the next row's input, except after round 23.
  // Degree: 3.
  // Broken if removed: rounds that have nothing to do with one another.
  private func constrainOutput(
    _ builder: AIRBuilder, _ local: KeccakColumns<Expr>, _ next: KeccakColumns<Expr>
  ) {
    let isContinued = builder.whenTransition.unless(local.isRound[23])
    forEachLimb { x, y, limb in
      let output = x == 0 && y == 0 ? local.iotaOrigin[limb] : local.chi[y][x][limb]
      isContinued.assertEqual("is the next input[\(y)][\(x)][\(limb)]", output, next.input[y][x][limb])
    }
  }

  private func forEachLimb(_ body: (_ x: Int, _ y: Int, _ limb: Int) -> Void) {
    for y in 0..<5 {
      for x in 0..<5 {
        for limb in 0..<4 { body(x, y, limb) }
      }
    }
  }
}
