import AIR
import Algebra

/// Traces of `KeccakAIR`.
public enum KeccakTrace {
  /// 25 lanes: lane `(x, y)` is element `5 * y + x`.
  public typealias State = [25 of UInt64]

  /// The least log height with room for `permutations` complete permutations.
  public static func logHeight(permutations: Int) -> Int {
    var log = 0
    while 1 << log < permutations * KeccakConstants.rounds { log += 1 }
    return log
  }

  /// `permutations` permutations of random states, in the smallest trace that holds them: 1,024 take 2^15 rows.
  public static func random(
    permutations: Int, seed: UInt64 = 1, workers: Workers = Workers(1)
  ) -> FieldMatrix {
    let states = (0..<permutations).map { index in
      var generator = SplitMix64(seed: seed, stream: index)
      return State { _ in generator.next() }
    }
    return generate(states, workers: workers)
  }

  /// The permutations of `states`, exported, in `2^logHeight` rows (as few as possible unless given), padded with
  /// permutations of the zero state. Row `24 * i + r` is round `r` of permutation `i`.
  public static func generate(
    _ states: [State], logHeight: Int? = nil, workers: Workers = Workers(1)
  ) -> FieldMatrix {
    let logHeight = logHeight ?? self.logHeight(permutations: states.count)
    precondition((0...BabyBear.twoAdicity).contains(logHeight), "a trace has at most 2^27 rows")
    precondition(states.count * KeccakConstants.rounds <= 1 << logHeight, "the permutations do not fit")
    let matrix = FieldMatrix(height: 1 << logHeight, width: KeccakColumns<BabyBear>.width)
    // Two permutations are 48 rows, which are whole cache lines of every column.
    matrix.fill(rows: KeccakColumns<BabyBear>.self, chunk: 2 * KeccakConstants.rounds, workers: workers) {
      range, rows in
      var state = State(repeating: 0)
      var preimage = [5 of [5 of [4 of BabyBear]]](repeating: .init(repeating: .init(repeating: .zero)))
      for index in rows.indices {
        let (permutation, round) = (range.lowerBound + index).quotientAndRemainder(dividingBy: KeccakConstants.rounds)
        if round == 0 {
          state = permutation < states.count ? states[permutation] : State(repeating: 0)
          for y in 0..<5 {
            for x in 0..<5 { preimage[y][x] = limbs(state[5 * y + x]) }
          }
        }
        rows[index].preimage = preimage
        rows[index].isExported = round == 23 && permutation < states.count ? .one : .zero
        fillRound(&rows[index], round: round, &state)
      }
    }
    return matrix
  }

  /// Fills what a row says about round `round` and moves `state` past it.
  static func fillRound(_ row: inout KeccakColumns<BabyBear>, round: Int, _ state: inout State) {
    row.isRound[round] = .one
    var parity = [5 of UInt64](repeating: 0)
    for y in 0..<5 {
      for x in 0..<5 {
        parity[x] ^= state[5 * y + x]
        row.input[y][x] = limbs(state[5 * y + x])
      }
    }
    for x in 0..<5 {
      let mask = parity[(x + 4) % 5] ^ rotateLeft(parity[(x + 1) % 5], 1)
      write(parity[x], to: &row.parity[x])
      write(parity[x] ^ mask, to: &row.thetaParity[x])
      for y in 0..<5 {
        state[5 * y + x] ^= mask
        write(state[5 * y + x], to: &row.theta[y][x])
      }
    }
    var rotated = State(repeating: 0)
    for y in 0..<5 {
      for x in 0..<5 {
        rotated[5 * ((2 * x + 3 * y) % 5) + y] = rotateLeft(state[5 * y + x], KeccakConstants.rotations[y][x])
      }
    }
    for y in 0..<5 {
      for x in 0..<5 {
        let lane = rotated[5 * y + x] ^ (~rotated[5 * y + (x + 1) % 5] & rotated[5 * y + (x + 2) % 5])
        state[5 * y + x] = lane
        row.chi[y][x] = limbs(lane)
      }
    }
    write(state[0], to: &row.chiOriginBits)
    state[0] ^= KeccakConstants.roundConstants[round]
    row.iotaOrigin = limbs(state[0])
  }

  private static func rotateLeft(_ lane: UInt64, _ count: Int) -> UInt64 {
    lane << UInt64(count) | lane >> UInt64((64 - count) & 63)
  }

  private static func limbs(_ lane: UInt64) -> [4 of BabyBear] {
    .init { BabyBear(UInt32(truncatingIfNeeded: lane >> UInt64(16 * $0)) & 0xffff) }
  }

  private static func write(_ lane: UInt64, to cells: inout [64 of BabyBear]) {
    let one = BabyBear.one.montgomery
    for z in 0..<64 {
      // All ones or all zeros, so that no branch depends on the bit.
      let mask = 0 &- UInt32(truncatingIfNeeded: lane >> UInt64(z) & 1)
      cells[z] = BabyBear(uncheckedMontgomery: one & mask)
    }
  }
}
