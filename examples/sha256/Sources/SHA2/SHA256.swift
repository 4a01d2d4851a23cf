/// SHA-256 (FIPS 180-4), written for a machine with 31 registers and without rotations.
public struct SHA256 {
  /// The digest's words; the first byte is the first word's most significant one.
  public struct Digest: Equatable {
    public var words: [8 of UInt32]

    public init(words: [8 of UInt32]) { self.words = words }

    public var bytes: [UInt8] {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(32)
      for index in words.indices {
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
          bytes.append(UInt8(truncatingIfNeeded: words[index] >> shift))
        }
      }
      return bytes
    }

    public static func == (a: Digest, b: Digest) -> Bool {
      var difference: UInt32 = 0
      for index in a.words.indices { difference |= a.words[index] ^ b.words[index] }
      return difference == 0
    }
  }

  /// The digest of `bytes`.
  public static func hash(_ bytes: [UInt8]) -> Digest {
    bytes.withUnsafeBytes { hash($0) }
  }

  /// The digest of the bytes in `buffer`.
  public static func hash(_ buffer: UnsafeRawBufferPointer) -> Digest {
    var hasher = SHA256()
    let whole = buffer.count / 64 * 64
    for offset in stride(from: 0, to: whole, by: 64) {
      hasher.absorb(UnsafeRawBufferPointer(rebasing: buffer[offset..<offset + 64]))
    }
    // The rest, a one bit, zeros, and the length in bits: one block or two.
    let rest = buffer[whole...]
    var tail = [UInt8](repeating: 0, count: rest.count < 56 ? 64 : 128)
    for (index, byte) in rest.enumerated() { tail[index] = byte }
    tail[rest.count] = 0x80
    var bits = UInt64(buffer.count) * 8
    for index in 1...8 {
      tail[tail.count - index] = UInt8(truncatingIfNeeded: bits)
      bits >>= 8
    }
    tail.withUnsafeBytes { tail in
      for offset in stride(from: 0, to: tail.count, by: 64) {
        hasher.absorb(UnsafeRawBufferPointer(rebasing: tail[offset..<offset + 64]))
      }
    }
    return Digest(words: hasher.state)
  }

  private var state: [8 of UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]

  /// Absorbs one block of 64 bytes.
  private mutating func absorb(_ block: UnsafeRawBufferPointer) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
      guard let w = schedule.baseAddress else { return }
      // SAFE: all indices below are less than 64, and the block has 64 bytes.
      for i in 0..<16 { w[i] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)) }
      for i in 16..<64 { w[i] = w[i - 16] &+ w[i - 7] &+ Self.sigma0(w[i - 15]) &+ Self.sigma1(w[i - 2]) }
      compress(w)
    }
  }

  private mutating func compress(_ w: UnsafePointer<UInt32>) {
    var a = state[0]
    var b = state[1]
    var c = state[2]
    var d = state[3]
    var e = state[4]
    var f = state[5]
    var g = state[6]
    var h = state[7]
    // Eight rounds to a turn: then every variable is back in its place, and nothing is moved.
    for i in stride(from: 0, to: 64, by: 8) {
      Self.round(a, b, c, &d, e, f, g, &h, w, i)
      Self.round(h, a, b, &c, d, e, f, &g, w, i + 1)
      Self.round(g, h, a, &b, c, d, e, &f, w, i + 2)
      Self.round(f, g, h, &a, b, c, d, &e, w, i + 3)
      Self.round(e, f, g, &h, a, b, c, &d, w, i + 4)
      Self.round(d, e, f, &g, h, a, b, &c, w, i + 5)
      Self.round(c, d, e, &f, g, h, a, &b, w, i + 6)
      Self.round(b, c, d, &e, f, g, h, &a, w, i + 7)
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }

  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
    _ h: inout UInt32, _ w: UnsafePointer<UInt32>, _ i: Int
  ) {
    let sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    let choice = g ^ (e & (f ^ g))
    // SAFE: `i` is below 64.
    h = h &+ sum1 &+ choice &+ constants[unchecked: i] &+ w[i]
    d = d &+ h
    let sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    let majority = (a & b) | (c & (a | b))
    h = h &+ sum0 &+ majority
  }

  @inline(__always)
  private static func rotate(_ x: UInt32, _ count: UInt32) -> UInt32 { x &>> count | x &<< (32 &- count) }

  @inline(__always)
  private static func sigma0(_ x: UInt32) -> UInt32 { rotate(x, 7) ^ rotate(x, 18) ^ x &>> 3 }

  @inline(__always)
  private static func sigma1(_ x: UInt32) -> UInt32 { rotate(x, 17) ^ rotate(x, 19) ^ x &>> 10 }

  private static let constants: [64 of UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
