import Algebra
import Hashing

@testable import StarkVerifier

/// A small generator with a fixed sequence for each seed.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// An index below `count`, zero for none.
  mutating func below(_ count: Int) -> Int { count > 0 ? Int(next() % UInt64(count)) : 0 }
}

extension SplitMix64 {
  /// One to three edits: flipped bits, random bytes, lengths and moduli at the edge, cuts, insertions, repetitions.
  mutating func mutate(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...below(3) {
      guard !bytes.isEmpty else { break }
      let at = below(bytes.count)
      switch below(9) {
      case 0, 1: bytes[at] ^= 1 << UInt8(below(8))
      case 2: bytes[at] = UInt8(truncatingIfNeeded: next())
      case 3, 4: overwrite(&bytes, at: at & ~3)
      case 5: bytes.removeLast(below(bytes.count))
      case 6: bytes.removeSubrange(at..<Swift.min(at + 1 + below(64), bytes.count))
      case 7: bytes.insert(contentsOf: (0...below(16)).map { _ in UInt8(truncatingIfNeeded: next()) }, at: at)
      default:
        let from = below(bytes.count)
        let piece = Array(bytes[from..<Swift.min(from + 1 + below(64), bytes.count)])
        let end = Swift.min(at + piece.count, bytes.count)
        bytes.replaceSubrange(at..<end, with: piece.prefix(end - at))
      }
    }
    return bytes
  }

  private mutating func overwrite(_ bytes: inout [UInt8], at offset: Int) {
    let words: [UInt32] = [
      0, 1, 2, 7, 31, 32, 255, 256, 1 << 16, 1 << 27, 1 << 30, 1 << 31, .max, .max - 1, BabyBear.modulus,
      BabyBear.modulus - 1, BabyBear.modulus + 1,
    ]
    let word = words[below(words.count)]
    for (index, shift) in stride(from: UInt32(0), to: 32, by: 8).enumerated() where offset + index < bytes.count {
      bytes[offset + index] = UInt8(truncatingIfNeeded: word >> shift)
    }
  }

  private mutating func element() -> BabyBear {
    below(4) == 0 ? [.zero, .one, -.one][below(3)] : BabyBear(UInt32(truncatingIfNeeded: next()))
  }

  private mutating func ext() -> Ext4 {
    below(4) == 0 ? Ext4(element()) : Ext4(element(), element(), element(), element())
  }

  /// Changes, drops, adds, repeats or swaps items of a list.
  private mutating func edit<T>(_ list: inout [T], _ change: (inout SplitMix64, inout T) -> Void) {
    guard !list.isEmpty else { return }
    let at = below(list.count)
    switch below(8) {
    case 0: list.remove(at: at)
    case 1: list.append(list[at])
    case 2: list.swapAt(at, below(list.count))
    case 3: list = []
    default: change(&self, &list[at])
    }
  }

  /// One edit of a decoded proof, in whichever field the dice say.
  mutating func mutate<H: HashConfiguration>(_ proof: inout Proof<H>) {
    switch below(24) {
    case 0: proof.commonMainCommit = H.emptyDigest
    case 1:
      edit(&proof.traceData) { random, trace in
        trace = random.below(2) == 0 ? nil : TraceData(logHeight: random.below(40), cachedCommits: [])
      }
    case 2: edit(&proof.traceData) { $1?.logHeight = $0.below(30) - 1 }
    case 3: edit(&proof.publicValues) { random, values in random.edit(&values) { $1 = $0.element() } }
    case 4: proof.gkr.logupPowWitness = element()
    case 5: proof.gkr.q0Claim = ext()
    case 6: edit(&proof.gkr.claimsPerLayer) { $1.p1 = $0.ext() }
    case 7: edit(&proof.gkr.sumcheckPolys) { random, round in random.edit(&round) { $1.at2 = $0.ext() } }
    case 8: edit(&proof.batch.numeratorTerms) { $1 = $0.ext() }
    case 9: edit(&proof.batch.denominatorTerms) { $1 = $0.ext() }
    case 10: edit(&proof.batch.univariateCoefficients) { $1 = $0.ext() }
    case 11: edit(&proof.batch.roundPolys) { random, values in random.edit(&values) { $1 = $0.ext() } }
    case 12:
      edit(&proof.batch.columnOpenings) { random, parts in
        random.edit(&parts) { random, part in random.edit(&part) { $1 = $0.ext() } }
      }
    case 13: edit(&proof.stacking.univariateCoefficients) { $1 = $0.ext() }
    case 14: edit(&proof.stacking.roundPolys) { $1.at1 = $0.ext() }
    case 15: edit(&proof.stacking.openings) { random, columns in random.edit(&columns) { $1 = $0.ext() } }
    case 16: edit(&proof.whir.sumcheckPolys) { $1.at1 = $0.ext() }
    case 17: edit(&proof.whir.codewordCommits) { $1 = H.emptyDigest }
    case 18: edit(&proof.whir.oodValues) { $1 = $0.ext() }
    case 19: edit(&proof.whir.foldingPowWitnesses) { $1 = $0.element() }
    case 20: edit(&proof.whir.queryPhasePowWitnesses) { $1 = $0.element() }
    case 21:
      edit(&proof.whir.initialOpenings) { random, opening in
        switch random.below(3) {
        case 0: opening.width = random.below(8)
        case 1: random.edit(&opening.rows) { $1 = $0.element() }
        default: random.edit(&opening.paths) { $1 = H.emptyDigest }
        }
      }
    case 22:
      edit(&proof.whir.codewordOpenings) { random, opening in
        switch random.below(3) {
        case 0: opening.queryCount = random.below(8)
        case 1: random.edit(&opening.values) { $1 = $0.ext() }
        default: random.edit(&opening.paths) { $1 = H.emptyDigest }
        }
      }
    default: edit(&proof.whir.finalPoly) { $1 = $0.ext() }
    }
  }
}

extension Verifier {
  /// The body of the key that the verifier was made with.
  var keyBody: [UInt8] { key.encodeBody() }
}
