/// The hash function SHA-256 (FIPS 180-4), in words: what the circuit proves, without any of its columns.
enum SHA256 {
  /// Bytes of a block.
  static let blockBytes = 64
  static let digestBytes = 32

  /// Eight words: a, b, c, d, e, f, g, h.
  typealias State = [8 of UInt32]
  /// Sixteen big-endian words of a padded message.
  typealias Block = [16 of UInt32]

  /// The state before the first block (section 5.3.3).
  static let initialState: State = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]

  /// What the rounds add (section 4.2.2).
  static let constants: [64 of UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]

  /// The number of blocks of a message of `length` bytes with its padding: 0x80, zeros, and 8 bytes for the length.
  static func blockCount(length: Int) -> Int { (length + 8) / blockBytes + 1 }

  /// Block `index` of the padded message.
  static func block(_ index: Int, of message: [UInt8]) -> Block {
    let length = message.count
    let isLast = index + 1 == blockCount(length: length)
    return Block { word in
      if isLast && word >= 14 {
        let bits = UInt64(length) &* 8
        return UInt32(truncatingIfNeeded: word == 14 ? bits >> 32 : bits)
      }
      return (0..<4).reduce(0 as UInt32) { sum, byte in
        let position = blockBytes * index + 4 * word + byte
        let value: UInt8 = position < length ? message[position] : position == length ? 0x80 : 0
        return sum << 8 | UInt32(value)
      }
    }
  }

  static func rotate(_ word: UInt32, by count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

  static func bigSigma0(_ a: UInt32) -> UInt32 { rotate(a, by: 2) ^ rotate(a, by: 13) ^ rotate(a, by: 22) }
  static func bigSigma1(_ e: UInt32) -> UInt32 { rotate(e, by: 6) ^ rotate(e, by: 11) ^ rotate(e, by: 25) }
  static func smallSigma0(_ w: UInt32) -> UInt32 { rotate(w, by: 7) ^ rotate(w, by: 18) ^ w >> 3 }
  static func smallSigma1(_ w: UInt32) -> UInt32 { rotate(w, by: 17) ^ rotate(w, by: 19) ^ w >> 10 }
  static func choose(_ e: UInt32, _ f: UInt32, _ g: UInt32) -> UInt32 { e & f ^ ~e & g }
  static func majority(_ a: UInt32, _ b: UInt32, _ c: UInt32) -> UInt32 { a & b ^ a & c ^ b & c }

  /// The words that the 64 rounds use (section 6.2.2, step 1).
  static func schedule(_ block: Block) -> [64 of UInt32] {
    var words = [64 of UInt32](repeating: 0)
    for t in 0..<16 { words[t] = block[t] }
    for t in 16..<64 {
      words[t] = smallSigma1(words[t - 2]) &+ words[t - 7] &+ smallSigma0(words[t - 15]) &+ words[t - 16]
    }
    return words
  }

  /// The state after a block.
  static func compress(_ state: State, _ block: Block) -> State {
    let words = schedule(block)
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for t in 0..<64 {
      let t1 = h &+ bigSigma1(e) &+ choose(e, f, g) &+ constants[t] &+ words[t]
      let t2 = bigSigma0(a) &+ majority(a, b, c)
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
    }
    let last: State = [a, b, c, d, e, f, g, h]
    return State { state[$0] &+ last[$0] }
  }

  /// The hash of a message; nil when `isCancelled` said so on the way.
  static func hash(_ message: [UInt8], isCancelled: () -> Bool = { false }) -> [UInt8]? {
    var state = initialState
    for index in 0..<blockCount(length: message.count) {
      if index % 1024 == 1023, isCancelled() { return nil }
      state = compress(state, block(index, of: message))
    }
    return bytes(of: state)
  }

  /// A state's words, big-endian.
  static func bytes(of state: State) -> [UInt8] {
    (0..<digestBytes).map { UInt8(truncatingIfNeeded: state[$0 / 4] >> UInt32(24 - 8 * ($0 % 4))) }
  }
}
