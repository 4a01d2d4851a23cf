import AIR
import Algebra
import PluginKit

/// A block as the rounds take it: the state before it and its words.
struct BlockWork: Sendable {
  var state: SHA256.State
  var words: SHA256.Block

  /// What stands in rows without a call.
  static let padding = BlockWork(state: SHA256.initialState, words: .init(repeating: 0))
}

/// Traces of `RoundAIR`.
enum RoundTrace {
  static let rowsPerBlock = 16

  /// Fills the trace of `blocks` and as many blocks of padding as fit behind them.
  static func fill(_ trace: TraceView, _ blocks: ArraySlice<BlockWork>, _ call: HostCall) throws(CircuitError) {
    let count = trace.rows / rowsPerBlock
    let work = { @Sendable (index: Int) in
      index < blocks.count ? blocks[blocks.startIndex + index] : BlockWork.padding
    }
    // Four blocks are 64 rows, whole cache lines of every column.
    try trace.fill(rows: RoundColumns<BabyBear>.self, chunk: 4 * rowsPerBlock, call) { range, rows in
      let first = range.lowerBound / rowsPerBlock
      // The first row relates to the last block.
      var before = BlockRounds(work((first + count - 1) % count))
      for offset in 0..<range.count / rowsPerBlock {
        let rounds = BlockRounds(work(first + offset))
        let filler = RoundFiller(rounds: rounds, before: before)
        for row in 0..<rowsPerBlock {
          filler.fill(&rows[offset * rowsPerBlock + row], row: row, block: first + offset)
        }
        before = rounds
      }
    }
  }
}

/// All words of a block's rounds.
struct BlockRounds {
  let state: SHA256.State
  let w: [64 of UInt32]
  private var aWords = [68 of UInt32](repeating: 0)
  private var eWords = [68 of UInt32](repeating: 0)

  init(_ work: BlockWork) {
    state = work.state
    w = SHA256.schedule(work.words)
    for index in 0..<4 {
      aWords[3 - index] = state[index]
      eWords[3 - index] = state[4 + index]
    }
    for t in 0..<64 {
      let sum =
        aWords[t] &+ eWords[t] &+ SHA256.bigSigma1(e(t - 1)) &+ SHA256.choose(e(t - 1), e(t - 2), e(t - 3))
        &+ SHA256.constants[t] &+ w[t]
      let rest = SHA256.bigSigma0(a(t - 1)) &+ SHA256.majority(a(t - 1), a(t - 2), a(t - 3))
      eWords[t + 4] = sum
      aWords[t + 4] = sum &- aWords[t] &+ rest
    }
  }

  /// a[t] and e[t], for t from -4 to 63.
  func a(_ t: Int) -> UInt32 { aWords[t + 4] }
  func e(_ t: Int) -> UInt32 { eWords[t + 4] }
}

/// Fills the rows of a block.
struct RoundFiller {
  let rounds: BlockRounds
  /// The block in the rows before.
  let before: BlockRounds

  private static let inverse24 = BabyBear.inversePowerOfTwo(24)
  private static let inverse8 = BabyBear.inversePowerOfTwo(8)
  private static let inverse28 = BabyBear.inversePowerOfTwo(28)
  private static let inverse4 = BabyBear.inversePowerOfTwo(4)
  private static let inverse3 = BabyBear(3).inverse
  private static let inverse2 = BabyBear.inversePowerOfTwo(1)

  func fill(_ row: inout RoundColumns<BabyBear>, row number: Int, block: Int) {
    if number >= 4 { row.phase[number / 4 - 1] = .one }
    if number % 4 > 0 { row.step[number % 4 - 1] = .one }
    row.block = BabyBear(UInt32(truncatingIfNeeded: block))
    for slot in 0..<4 {
      let t = 4 * number + slot
      write(rounds.a(t), to: &row.a[slot])
      write(rounds.e(t), to: &row.e[slot])
      write(rounds.w[t], to: &row.w[slot])
      fillRound(&row, slot: slot, t: t)
    }
    fillSchedule(&row, number)
  }

  // Words that a row finds in the row before, which in row 0 belong to another block.
  private func a(_ t: Int, inRowBefore: Bool) -> UInt32 { inRowBefore && t < 0 ? before.a(64 + t) : rounds.a(t) }
  private func e(_ t: Int, inRowBefore: Bool) -> UInt32 { inRowBefore && t < 0 ? before.e(64 + t) : rounds.e(t) }
  private func w(_ t: Int) -> UInt32 { t < 0 ? before.w[64 + t] : rounds.w[t] }

  private func fillRound(_ row: inout RoundColumns<BabyBear>, slot: Int, t: Int) {
    // Round 3 takes what the row borrows; rounds 0, 1 and 2 take anything.
    let isFree = t < 3
    let a = { self.a($0, inRowBefore: isFree) }
    let e = { self.e($0, inRowBefore: isFree) }
    let (e0, a0) = (rounds.e(t), rounds.a(t))
    let terms = [
      a(t - 4), e(t - 4), SHA256.bigSigma1(e(t - 1)), SHA256.choose(e(t - 1), e(t - 2), e(t - 3)),
      SHA256.constants[t], rounds.w[t],
    ]
    let eSum = LimbSum(terms, minus: [e0])
    let aTerms = [e0, SHA256.bigSigma0(a(t - 1)), SHA256.majority(a(t - 1), a(t - 2), a(t - 3))]
    let aSum = LimbSum(aTerms, minus: [a0, a(t - 4)])
    if isFree {
      let eLow = BabyBear(eSum.low) * Self.inverse24
      let aLow = BabyBear(aSum.low) * Self.inverse24
      row.eCarry[slot][0].threes = eLow * Self.inverse3
      row.eCarry[slot][1].threes = (BabyBear(eSum.high) + eLow) * Self.inverse8 * Self.inverse3
      row.aCarry[slot][0].twos = (aLow + .one) * Self.inverse2
      row.aCarry[slot][1].twos = ((BabyBear(aSum.high) + aLow) * Self.inverse8 + .one) * Self.inverse2
      return
    }
    let (eLow, aLow) = (eSum.low >> 24, aSum.low >> 24)
    row.eCarry[slot][0].set(eLow)
    row.eCarry[slot][1].set((eSum.high + eLow) >> 8)
    row.aCarry[slot][0].set(aLow + 1)
    row.aCarry[slot][1].set((aSum.high + aLow) >> 8 + 1)
  }

  /// Words added up, cut at bit 28.
  private struct Part {
    var low = 0
    var high = 0

    init() {}
    init(_ word: UInt32) {
      low = Int(word & 0xfff_ffff)
      high = Int(word >> 28)
    }

    static func + (a: Part, b: Part) -> Part {
      var sum = a
      sum.low += b.low
      sum.high += b.high
      return sum
    }
  }

  // The columns of `sums` in row r of the block, for r from -2 on.
  private func first(_ r: Int, _ j: Int) -> Part {
    Part(w(4 * r - 4 + j)) + Part(SHA256.smallSigma0(w(4 * r - 3 + j)))
  }
  private func second(_ r: Int, _ j: Int) -> Part { j < 3 ? first(r - 1, j) + Part(w(4 * r + j + 1)) : first(r - 1, j) }
  private func third(_ r: Int, _ j: Int) -> Part { j == 3 ? second(r - 1, j) + Part(w(4 * r)) : second(r - 1, j) }

  private func fillSchedule(_ row: inout RoundColumns<BabyBear>, _ number: Int) {
    var high = (first: 0, second: 0, third: 0)
    for j in (0..<4).reversed() {
      let parts = (first: first(number, j), second: second(number, j), third: third(number, j))
      high = (
        high.first * 128 + parts.first.high, high.second * 128 + parts.second.high,
        high.third * 128 + parts.third.high
      )
      row.sums[0].low[j] = BabyBear(parts.first.low)
      row.sums[1].low[j] = number == 0 ? borrowed(j) : BabyBear(parts.second.low)
      row.sums[2].low[j] = number == 1 ? thirdInRow1(j) : BabyBear(parts.third.low)
    }
    row.sums[0].high = BabyBear(high.first)
    row.sums[1].high = BabyBear(high.second)
    row.sums[2].high = BabyBear(high.third)
    fillCarries(&row, number)
  }

  /// The first three low sums of row 0 are taken by limbs of the state before the block, and so is the fourth.
  private func borrowed(_ j: Int) -> BabyBear {
    let (a, e) = (rounds.a(-1), rounds.e(-1))
    return switch j {
    case 0: BabyBear(Int(a & 0xff_ffff) + Int(e & 0xff_ffff))
    case 1: BabyBear(Int(a >> 24) + Int(e >> 24))
    case 2: BabyBear(a & 0xff_ffff)
    default: BabyBear(a >> 24)
    }
  }

  private func thirdInRow1(_ j: Int) -> BabyBear {
    j == 3 ? borrowed(j) + BabyBear(Part(w(4)).low) : borrowed(j)
  }

  private func fillCarries(_ row: inout RoundColumns<BabyBear>, _ number: Int) {
    // What the schedule adds up: the third sums of the row before.
    var free = BabyBear.zero
    for j in (0..<4).reversed() {
      let t = 4 * number + j
      let sum = third(number - 1, j) + Part(SHA256.smallSigma1(w(t - 2)))
      let word = Part(w(t))
      if number >= 4 {
        let low = (sum.low - word.low) >> 28
        row.wCarry[j][0].set(low)
        row.wCarry[j][1].set((sum.high + low - word.high) >> 4)
      } else {
        let thirdLow = number == 2 ? thirdInRow1(j) : BabyBear(third(number - 1, j).low)
        let difference = thirdLow + BabyBear(Part(SHA256.smallSigma1(w(t - 2))).low - word.low)
        let low = difference * Self.inverse28
        row.wCarry[j][0].twos = low * Self.inverse2
        free = free * BabyBear(128) + BabyBear(sum.high - word.high) + low
      }
    }
    // The high equation, of all four words at once, is met by one free carry.
    if number < 4 { row.wCarry[0][1].twos = free * Self.inverse4 * Self.inverse2 }
  }
}

extension SumCarry<BabyBear> {
  /// 0 to 5.
  mutating func set(_ value: Int) {
    threes = BabyBear(value / 3)
    ones = BabyBear(value % 3)
  }
}

extension SmallCarry<BabyBear> {
  /// 0 to 3.
  mutating func set(_ value: Int) {
    twos = BabyBear(value >> 1)
    ones = BabyBear(value & 1)
  }
}

/// Writes a word's bits.
func write(_ word: UInt32, to cells: inout [32 of BabyBear]) {
  let one = BabyBear.one.montgomery
  for bit in 0..<32 {
    // All ones or all zeros, so that no branch depends on the bit.
    cells[bit] = BabyBear(uncheckedMontgomery: one & (0 &- (word >> UInt32(bit) & 1)))
  }
}
