/// The hash function Keccak-256 as Ethereum uses it (the padding of Keccak's submission, not that of SHA-3): what the
/// circuit proves, without any of its columns. Bits, rotations and constants as in FIPS 202, section 3.2.
enum Keccak256 {
  /// Bytes that are absorbed at once.
  static let rate = 136
  static let digestBytes = 32

  /// 25 lanes: lane `(x, y)` is element `5 y + x`.
  typealias State = [25 of UInt64]

  /// The number of blocks of a message of `length` bytes with its padding, which takes one byte at least.
  static func blockCount(length: Int) -> Int { length / rate + 1 }

  /// Block `index` of the padded message as 17 lanes.
  static func block(_ index: Int, of message: [UInt8]) -> [17 of UInt64] {
    let isLast = index + 1 == blockCount(length: message.count)
    return [17 of UInt64] { lane in
      let bytes = (0..<8).reduce(0 as UInt64) { sum, byte in
        let position = rate * index + 8 * lane + byte
        let value: UInt8 = position < message.count ? message[position] : position == message.count ? 0x01 : 0
        return sum | UInt64(value) << UInt64(8 * byte)
      }
      return isLast && lane == 16 ? bytes | 0x80 << 56 : bytes
    }
  }

  /// The state with a block added.
  static func absorb(_ block: [17 of UInt64], into state: State) -> State {
    State { $0 < 17 ? state[$0] ^ block[$0] : state[$0] }
  }

  /// Keccak-f[1600].
  static func permute(_ input: State) -> State {
    var state = input
    for round in 0..<24 {
      var parity = [5 of UInt64](repeating: 0)
      for lane in 0..<25 { parity[lane % 5] ^= state[lane] }
      for lane in 0..<25 { state[lane] ^= parity[(lane + 4) % 5] ^ rotate(parity[(lane + 1) % 5], 1) }
      var moved = State(repeating: 0)
      for y in 0..<5 {
        for x in 0..<5 {
          moved[5 * ((2 * x + 3 * y) % 5) + y] = rotate(state[5 * y + x], KeccakConstants.rotations[y][x])
        }
      }
      for lane in 0..<25 {
        let row = 5 * (lane / 5)
        state[lane] = moved[lane] ^ (~moved[row + (lane + 1) % 5] & moved[row + (lane + 2) % 5])
      }
      state[0] ^= KeccakConstants.roundConstants[round]
    }
    return state
  }

  /// The hash of a message; nil when `isCancelled` said so on the way.
  static func hash(_ message: [UInt8], isCancelled: () -> Bool = { false }) -> [UInt8]? {
    var state = State(repeating: 0)
    for index in 0..<blockCount(length: message.count) {
      if index % 1024 == 1023, isCancelled() { return nil }
      state = permute(absorb(block(index, of: message), into: state))
    }
    return (0..<digestBytes).map { UInt8(truncatingIfNeeded: state[$0 / 8] >> UInt64(8 * ($0 % 8))) }
  }

  private static func rotate(_ lane: UInt64, _ count: Int) -> UInt64 {
    lane << UInt64(count) | lane >> UInt64((64 - count) & 63)
  }
}
