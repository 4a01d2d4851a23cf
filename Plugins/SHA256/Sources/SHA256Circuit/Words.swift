import AIR
import Algebra

// Words of 32 bits in constraints: their bits, low end first, and their limbs.

/// A word as its bits, low end first. Each is an expression that is 0 or 1.
struct WordBits {
  let bits: [Expr]

  init(_ bits: [Expr]) { self.bits = bits }
  init(_ cells: [32 of Expr]) { bits = (0..<32).map { cells[$0] } }

  /// Exclusive or of two rotations to the right and either a third one or a shift. Degree 3.
  private func sigma(_ first: Int, _ second: Int, rotation: Int? = nil, shift: Int? = nil) -> WordBits {
    WordBits(
      (0..<32).map { index in
        let two = bits[(index + first) % 32].xor(bits[(index + second) % 32])
        if let rotation { return two.xor(bits[(index + rotation) % 32]) }
        guard let shift, index + shift < 32 else { return two }
        return two.xor(bits[index + shift])
      })
  }

  var bigSigma0: WordBits { sigma(2, 13, rotation: 22) }
  var bigSigma1: WordBits { sigma(6, 11, rotation: 25) }
  var smallSigma0: WordBits { sigma(7, 18, shift: 3) }
  var smallSigma1: WordBits { sigma(17, 19, shift: 10) }

  /// Bits of `f` where this word has ones, of `g` where it has zeros. Degree 2.
  func choose(_ f: WordBits, _ g: WordBits) -> WordBits {
    WordBits((0..<32).map { bits[$0].select(f.bits[$0], else: g.bits[$0]) })
  }

  /// The bit that at least two of the three words have. Degree 3.
  static func majority(_ a: WordBits, _ b: WordBits, _ c: WordBits) -> WordBits {
    WordBits(
      (0..<32).map { index in
        let (x, y, z) = (a.bits[index], b.bits[index], c.bits[index])
        let both = x * y
        return both + z * (x + y - both.doubled)
      })
  }

  /// The word's low 24 and high 8 bits.
  var limbs: Limbs { Limbs(low: bits[..<24].composed(base: 2), high: bits[24...].composed(base: 2)) }

  /// The word's low 28 and high 4 bits, as the schedule adds them.
  var scheduleLimbs: Limbs { Limbs(low: bits[..<28].composed(base: 2), high: bits[28...].composed(base: 2)) }
}

/// A word, or a sum of words, as two numbers.
///
/// Cut at bit 24, the high limb of a word is its first byte in a message, and sums of six words stay far below p. Cut
/// at bit 28, sums of four words stay below p, and the high limbs of four sums fit into one number.
struct Limbs {
  var low: Expr
  var high: Expr

  static func constant(_ word: UInt32) -> Limbs {
    Limbs(low: Expr(BabyBear(word & 0xff_ffff)), high: Expr(BabyBear(word >> 24)))
  }

  static func + (a: Limbs, b: Limbs) -> Limbs { Limbs(low: a.low + b.low, high: a.high + b.high) }
  static func - (a: Limbs, b: Limbs) -> Limbs { Limbs(low: a.low - b.low, high: a.high - b.high) }
  static func * (factor: Expr, limbs: Limbs) -> Limbs { Limbs(low: factor * limbs.low, high: factor * limbs.high) }

  var fields: [Expr] { [low, high] }
}

/// A carry of 0 to 5, of a sum of six words: `3 threes + ones`.
struct SumCarry<T: Cell>: AIRColumns {
  /// 0 or 1.
  var threes: T
  /// 0, 1 or 2.
  var ones: T

  var value: T { threes + threes + threes + ones }
}

/// A carry of 0 to 3: `2 twos + ones`.
struct SmallCarry<T: Cell>: AIRColumns {
  /// 0 or 1.
  var twos: T
  /// 0 or 1.
  var ones: T

  var value: T { twos + twos + ones }
}

/// The sums of a round (FIPS 180-4, section 6.2.2, step 3). With the words that a and e take one after the other,
///
///     e[t] = a[t-4] + e[t-4] + S1(e[t-1]) + Ch(e[t-1], e[t-2], e[t-3]) + K[t] + W[t]    mod 2^32
///     a[t] = e[t] - a[t-4] + S0(a[t-1]) + Maj(a[t-1], a[t-2], a[t-3])                   mod 2^32
///
/// where a[-1] ... a[-4] are a, b, c, d and e[-1] ... e[-4] are e, f, g, h of the state before the block.
struct RoundSums {
  /// The right-hand side of e[t], not reduced.
  let e: Limbs
  /// That of a[t] without e[t], not reduced: negative where a[t-4] is greater than the rest.
  let aWithoutE: Limbs

  /// `a` and `e` are the three words before, the latest last; `a4` is a[t-4], `before` a[t-4] + e[t-4].
  init(a: ArraySlice<WordBits>, e: ArraySlice<WordBits>, a4: Limbs, before: Limbs, constant: Limbs, word: Limbs) {
    let (a, e) = (Array(a), Array(e))
    self.e = before + e[2].bigSigma1.limbs + e[2].choose(e[1], e[0]).limbs + constant + word
    aWithoutE = a[2].bigSigma0.limbs + WordBits.majority(a[2], a[1], a[0]).limbs - a4
  }
}
