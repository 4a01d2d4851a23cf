/// Keccak-256, with the padding that Ethereum uses.
public enum Keccak256 {
  private static let rate = 136

  /// The digest of `bytes`, 32 bytes.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 50) { buffer in
      // SAFE: lanes 0 to 24 are the state, 25 to 49 what a round makes of them; all indices below are less than 50.
      guard let state = buffer.baseAddress else { return [] }
      state.initialize(repeating: 0, count: 50)
      var start = 0
      while bytes.count - start >= rate {
        bytes.withUnsafeBytes { absorb($0, at: start, into: state) }
        permute(state)
        start += rate
      }
      var last = [UInt8](repeating: 0, count: rate)
      for index in start..<bytes.count { last[index - start] = bytes[index] }
      last[bytes.count - start] ^= 1
      last[rate - 1] ^= 0x80
      last.withUnsafeBytes { absorb($0, at: 0, into: state) }
      permute(state)
      var digest: [UInt8] = []
      digest.reserveCapacity(32)
      for index in 0..<32 { digest.append(UInt8(truncatingIfNeeded: state[index / 8] >> UInt64(8 * (index % 8)))) }
      return digest
    }
  }

  private static func absorb(
    _ bytes: UnsafeRawBufferPointer, at start: Int, into state: UnsafeMutablePointer<UInt64>
  ) {
    for lane in 0..<rate / 8 {
      state[lane] ^= UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8 * lane, as: UInt64.self))
    }
  }

  private static func permute(_ a: UnsafeMutablePointer<UInt64>) {
    let b = a + 25
    for round in 0..<24 {
      // Columns' parities, each lane with its two neighbours' columns.
      let c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20]
      let c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21]
      let c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22]
      let c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23]
      let c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24]
      let parities = (c4 ^ rotate(c1, 1), c0 ^ rotate(c2, 1), c1 ^ rotate(c3, 1), c2 ^ rotate(c4, 1), c3 ^ rotate(c0, 1))
      // Rotated lanes at their new places.
      for y in 0..<5 {
        move(a, b, 5 * y, parities.0)
        move(a, b, 5 * y + 1, parities.1)
        move(a, b, 5 * y + 2, parities.2)
        move(a, b, 5 * y + 3, parities.3)
        move(a, b, 5 * y + 4, parities.4)
      }
      for row in stride(from: 0, to: 25, by: 5) {
        let (b0, b1, b2, b3, b4) = (b[row], b[row + 1], b[row + 2], b[row + 3], b[row + 4])
        a[row] = b0 ^ (~b1 & b2)
        a[row + 1] = b1 ^ (~b2 & b3)
        a[row + 2] = b2 ^ (~b3 & b4)
        a[row + 3] = b3 ^ (~b4 & b0)
        a[row + 4] = b4 ^ (~b0 & b1)
      }
      a[0] ^= roundConstants[unchecked: round]
    }
  }

  @inline(__always)
  private static func move(
    _ a: UnsafeMutablePointer<UInt64>, _ b: UnsafeMutablePointer<UInt64>, _ lane: Int, _ parity: UInt64
  ) {
    b[Int(places[unchecked: lane])] = rotate(a[lane] ^ parity, rotations[unchecked: lane])
  }

  @inline(__always)
  private static func rotate(_ x: UInt64, _ count: UInt64) -> UInt64 { x &<< count | x &>> ((64 &- count) & 63) }

  /// Lane (x, y), at 5 y + x, goes to (y, 2 x + 3 y).
  private static let places: [25 of UInt8] = .init { lane in
    let (x, y) = (lane % 5, lane / 5)
    return UInt8(5 * ((2 * x + 3 * y) % 5) + y)
  }

  private static let rotations: [25 of UInt64] = [
    0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
  ]

  private static let roundConstants: [24 of UInt64] = [
    0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808a, 0x8000_0000_8000_8000,
    0x0000_0000_0000_808b, 0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009,
    0x0000_0000_0000_008a, 0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000a,
    0x0000_0000_8000_808b, 0x8000_0000_0000_008b, 0x8000_0000_0000_8089, 0x8000_0000_0000_8003,
    0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800a, 0x8000_0000_8000_000a,
    0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
  ]
}
