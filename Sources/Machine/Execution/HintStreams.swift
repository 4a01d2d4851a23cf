/// What the host gives to a guest: a queue of inputs, and the stream that hints are read from (chapter 20, section
/// 1.6). Deterministic, as a run is repeated: counted, recorded, and recorded again elsewhere.
struct HintStreams {
  /// Bytes that stay where they are while the instruction loop reads them.
  final class Buffer {
    let bytes: UnsafeMutableBufferPointer<UInt8>
    init(byteCount: Int) {
      bytes = .allocate(capacity: byteCount)
      bytes.initialize(repeating: 0)
    }
    deinit { bytes.deallocate() }
  }

  private let inputs: [[UInt8]]
  private var next = 0
  private var randomState: UInt64 = 0x6f75_7472_6967_6765
  /// The hint stream, from its beginning.
  private(set) var stream = Buffer(byteCount: 0)

  init(inputs: [[UInt8]]) { self.inputs = inputs }

  var inputCount: Int { inputs.count }

  /// Replaces the stream by the next input: its length, its bytes, zeros up to a multiple of 4. False at the end.
  mutating func takeInput() -> Bool {
    guard next < inputs.count else { return false }
    let input = inputs[next]
    next += 1
    stream = Buffer(byteCount: 4 + input.count.roundedUpToWord)
    for index in 0..<4 { stream.bytes[index] = UInt8(truncatingIfNeeded: input.count >> (8 * index)) }
    _ = stream.bytes[4...].update(fromContentsOf: input)
    return true
  }

  /// Replaces the stream by pseudo-random words (SplitMix64 from a fixed seed). Nothing that must be secret or
  /// unpredictable may come from them.
  mutating func takeRandom(words: Int) {
    stream = Buffer(byteCount: 4 * words)
    for word in 0..<words {
      randomState &+= 0x9e37_79b9_7f4a_7c15
      var z = randomState
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      z ^= z >> 31
      for index in 0..<4 { stream.bytes[4 * word + index] = UInt8(truncatingIfNeeded: z >> (8 * UInt64(index))) }
    }
  }
}
