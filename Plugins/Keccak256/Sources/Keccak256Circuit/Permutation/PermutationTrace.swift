import AIR
import Algebra
import PluginKit

/// Traces of `PermutationAIR`.
enum PermutationTrace {
  static let rows = KeccakConstants.rounds

  /// Permutations that `2^logHeight` rows hold.
  static func capacity(logHeight: Int) -> Int { (1 << logHeight) / rows }

  /// Fills the trace of the permutations of `states`; behind them follow permutations of the zero state, not exported.
  static func fill(
    _ trace: TraceView, _ states: ArraySlice<Keccak256.State>, _ call: HostCall
  ) throws(CircuitError) {
    // Two permutations are 48 rows, which are whole cache lines of every column.
    try trace.fill(rows: PermutationColumns<BabyBear>.self, chunk: 2 * rows, call) { range, rows in
      var state = Keccak256.State(repeating: 0)
      var preimage = [5 of [5 of [4 of BabyBear]]](repeating: .init(repeating: .init(repeating: .zero)))
      for index in rows.indices {
        let (number, round) = (range.lowerBound + index).quotientAndRemainder(dividingBy: Self.rows)
        let isReal = number < states.count
        if round == 0 {
          state = isReal ? states[states.startIndex + number] : .init(repeating: 0)
          for y in 0..<5 {
            for x in 0..<5 { preimage[y][x] = limbs(state[5 * y + x]) }
          }
        }
        rows[index].round.preimage = preimage
        rows[index].round.isExported = round == Self.rows - 1 && isReal ? .one : .zero
        rows[index].number = BabyBear(UInt32(truncatingIfNeeded: number))
        KeccakTrace.fillRound(&rows[index].round, round: round, &state)
      }
    }
  }

  /// A lane's four limbs, low end first.
  static func limbs(_ lane: UInt64) -> [4 of BabyBear] {
    .init { BabyBear(UInt32(truncatingIfNeeded: lane >> UInt64(16 * $0)) & 0xffff) }
  }
}
