import AIR
import Algebra
import Hashing
import Machine

/// A digest as a guest sees it: eight elements as words of memory, and what shows that each is canonical. 40 columns.
struct CommitColumns<T: Cell>: AIRColumns {
  var words: [8 of Word<T>]
  /// Of each element, `1 / (120 - top byte)`; anything where the three low bytes are 0.
  var inverses: [8 of T]
}

extension CommitColumns where T == Expr {
  /// The elements that the words stand for.
  var elements: [Expr] { words.indices.map { words[$0].bytes.elements.composed(base: 256) } }

  // Assumes: the words consist of bytes.
  // Constrains: each word is below p = 120 * 2^24 + 1, that is, its top byte is at most 120, and where it is 120 the
  // low three bytes are 0.
  // Because: 120 - top is a byte, which for a byte `top` means top <= 120. Where the low three bytes, a number below
  // 2^24, are not 0, 120 - top has an inverse and is not 0.
  // Broken if removed: an element has two forms as bytes, which a guest takes for two commitments.
  /// On padding, all columns are 0.
  func assertCanonical(_ name: String, _ builder: AIRBuilder, isValid: Expr) {
    let gaps = words.indices.map { 120 - words[$0][3] }
    for i in words.indices {
      let low = words[i].bytes.elements[..<3].composed(base: 256)
      builder.assertZero("\(name): word is below p[\(i)]", low * (1 - gaps[i] * inverses[i]))
    }
    for i in stride(from: 0, to: 8, by: 2) {
      builder.lookUpBytes("\(name): top bytes [\(i)], [\(i + 1)]", gaps[i], gaps[i + 1], enabled: isValid)
    }
  }

  // Constrains: the words consist of bytes.
  // Broken if removed: cells that are no bytes get into memory.
  func assertBytes(_ name: String, _ builder: AIRBuilder, isValid: Expr) {
    for i in words.indices {
      builder.lookUpBytes("\(name): bytes 0, 1 [\(i)]", words[i][0], words[i][1], enabled: isValid)
      builder.lookUpBytes("\(name): bytes 2, 3 [\(i)]", words[i][2], words[i][3], enabled: isValid)
    }
  }
}

extension CommitColumns where T == BabyBear {
  init(_ digest: InnerDigest) {
    let values = digest.elements.map(\.canonical)
    words = [8 of Word<BabyBear>] { Word(values[$0]) }
    inverses = [8 of BabyBear] { SmallInverses.inverse(of: 120 - Int32(values[$0] >> 24)) }
  }

  /// The look-ups of `assertCanonical`.
  static func countCanonical(_ digest: InnerDigest, in tally: LookupTally) {
    let gaps = digest.elements.map { 120 &- ($0.canonical >> 24) }
    for i in stride(from: 0, to: 8, by: 2) { tally.bytes(gaps[i], gaps[i + 1]) }
  }

  /// The look-ups of `assertBytes`.
  static func countBytes(_ digest: InnerDigest, in tally: LookupTally) {
    for element in digest.elements { tally.bytes(of: element.canonical) }
  }
}
