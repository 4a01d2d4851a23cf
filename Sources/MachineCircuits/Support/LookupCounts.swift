import Algebra
import Machine
import Synchronization

/// How often each row of the shared tables is looked up, counted while traces are filled.
///
/// Every thread counts into a tally of its own; `rangeCounts` and the others add them up. Tallies are kept for the
/// next thread, so there are as many as threads.
package final class LookupCounts: Sendable {
  package init() {}

  private let tallies = Mutex<(idle: [LookupTally], all: [LookupTally])>((idle: [], all: []))

  /// Hands out a tally for the length of `body`.
  package func withTally<R>(_ body: (LookupTally) -> R) -> R {
    let tally = tallies.withLock { tallies in
      if let tally = tallies.idle.popLast() { return tally }
      let tally = LookupTally()
      tallies.all.append(tally)
      return tally
    }
    defer { tallies.withLock { $0.idle.append(tally) } }
    return body(tally)
  }

  /// All counts. No tally may be in use.
  package func total() -> LookupTally {
    let sum = LookupTally()
    for tally in tallies.withLock({ $0.all }) { sum.add(tally) }
    return sum
  }
}

/// The counts of one thread. Values that are out of range are counted nowhere: the bus then does not balance, which
/// is how forged traces are told from good ones.
package final class LookupTally: @unchecked Sendable {
  /// The greatest number of bits of a range look-up.
  package static var maxBits: Int { MachineLimits.nearBits }

  // SAFE: `LookupCounts` gives a tally to one thread at a time.
  /// `2^bits + value` is the place of a value; row `2^bits + value - 1` of the table.
  package let range: UnsafeMutableBufferPointer<UInt32>
  /// Place `256 x + y`.
  package let bytes: UnsafeMutableBufferPointer<UInt32>
  package let xors: UnsafeMutableBufferPointer<UInt32>

  init() {
    // SAFE: buffers of counts in a hot loop, freed in deinit, indexed under the bounds checked below.
    range = .allocate(capacity: 2 << MachineLimits.nearBits)
    bytes = .allocate(capacity: 1 << 16)
    xors = .allocate(capacity: 1 << 16)
    range.initialize(repeating: 0)
    bytes.initialize(repeating: 0)
    xors.initialize(repeating: 0)
  }

  deinit {
    range.deallocate()
    bytes.deallocate()
    xors.deallocate()
  }

  /// `value < 2^bits`.
  @inline(__always)
  package func range(_ value: UInt32, bits: Int) {
    guard bits >= 0, bits <= MachineLimits.nearBits, value >> UInt32(bits) == 0 else { return }
    range[Int(1 << UInt32(bits) | value)] &+= 1
  }

  /// Two bytes.
  @inline(__always)
  package func bytes(_ x: UInt32, _ y: UInt32) {
    guard x < 256, y < 256 else { return }
    bytes[Int(x << 8 | y)] &+= 1
  }

  /// All four bytes of a word, as two pairs.
  @inline(__always)
  func bytes(of word: UInt32) {
    bytes(word & 255, word >> 8 & 255)
    bytes(word >> 16 & 255, word >> 24)
  }

  /// Two bytes and their exclusive or.
  @inline(__always)
  package func xor(_ x: UInt32, _ y: UInt32) {
    guard x < 256, y < 256 else { return }
    xors[Int(x << 8 | y)] &+= 1
  }

  /// The old time of an access.
  @inline(__always)
  func access(at time: UInt32, since oldTime: UInt32) {
    range(time &- oldTime &- 1, bits: MachineLimits.nearBits)
  }

  /// The old times of an instruction that makes all three accesses.
  @inline(__always)
  func accesses(of record: ExecutionRecord) {
    access(at: record.timestamp, since: record.x_time)
    access(at: record.timestamp + 1, since: record.y_time)
    access(at: record.timestamp + 2, since: record.write_time)
  }

  func add(_ other: LookupTally) {
    for i in range.indices { range[i] &+= other.range[i] }
    for i in bytes.indices { bytes[i] &+= other.bytes[i] }
    for i in xors.indices { xors[i] &+= other.xors[i] }
  }
}
