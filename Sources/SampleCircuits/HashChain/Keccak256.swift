/// The hash function Keccak-256, as Ethereum uses it (the padding of Keccak's submission, not that of SHA-3), for
/// messages of one block. It computes what `HashChainAIR` proves, without any of its columns.
public enum Keccak256 {
  /// Bytes that are absorbed at once.
  public static let rate = 136
  /// The longest message of one block.
  public static let maxMessageLength = rate - 1

  /// `message` with its padding, `rate` bytes; nil when it is longer than `maxMessageLength`.
  public static func block(_ message: [UInt8]) -> [UInt8]? {
    guard message.count <= maxMessageLength else { return nil }
    var block = message + [UInt8](repeating: 0, count: rate - message.count)
    block[message.count] ^= 0x01
    block[rate - 1] ^= 0x80
    return block
  }

  /// The state that absorbs `block`, which has `rate` bytes, into the zero state. Lane `(x, y)` is element
  /// `5 * y + x`; bytes are little-endian.
  public static func state(absorbing block: [UInt8]) -> KeccakTrace.State {
    KeccakTrace.State { lane in
      (0..<8).reduce(0 as UInt64) { sum, byte in
        let position = 8 * lane + byte
        return position < block.count ? sum | UInt64(block[position]) << UInt64(8 * byte) : sum
      }
    }
  }

  /// The first 32 bytes of a permuted state.
  public static func digest(of state: KeccakTrace.State) -> [UInt8] {
    (0..<32).map { UInt8(truncatingIfNeeded: state[$0 / 8] >> UInt64(8 * ($0 % 8))) }
  }

  /// The hash of `message`; nil when it is longer than `maxMessageLength`.
  public static func hash(_ message: [UInt8]) -> [UInt8]? {
    block(message).map { digest(of: permutation(of: state(absorbing: $0))) }
  }

  /// Keccak-f[1600], step by step as FIPS 202, section 3.2, has it.
  public static func permutation(of input: KeccakTrace.State) -> KeccakTrace.State {
    var state = input
    for round in 0..<KeccakConstants.rounds {
      var parity = [5 of UInt64](repeating: 0)
      for lane in 0..<25 { parity[lane % 5] ^= state[lane] }
      for lane in 0..<25 {
        state[lane] ^= parity[(lane % 5 + 4) % 5] ^ rotateLeft(parity[(lane % 5 + 1) % 5], by: 1)
      }
      var moved = KeccakTrace.State(repeating: 0)
      for y in 0..<5 {
        for x in 0..<5 {
          let target = 5 * ((2 * x + 3 * y) % 5) + y
          moved[target] = rotateLeft(state[5 * y + x], by: KeccakConstants.rotations[y][x])
        }
      }
      for y in 0..<5 {
        for x in 0..<5 {
          state[5 * y + x] = moved[5 * y + x] ^ (~moved[5 * y + (x + 1) % 5] & moved[5 * y + (x + 2) % 5])
        }
      }
      state[0] ^= KeccakConstants.roundConstants[round]
    }
    return state
  }

  private static func rotateLeft(_ lane: UInt64, by count: Int) -> UInt64 {
    count == 0 ? lane : lane << UInt64(count) | lane >> UInt64(64 - count)
  }
}
