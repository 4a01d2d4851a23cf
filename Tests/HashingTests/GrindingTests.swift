import Algebra
import CKernels
import Hashing
import TestSupport
import Testing

/// Proof-of-work witnesses: the smallest one, whatever the threads, the kernels and the state of the buffers.
struct GrindingTests {
  /// A transcript with `observed` elements after `digests` digests.
  static func transcript<H: SampleDigests>(
    _: H.Type, digests: Int, observed: Int, _ generator: inout SeededGenerator
  ) -> H.Transcript {
    var transcript = H.Transcript()
    for digest in H.sampleDigests(digests, &generator) { transcript.observe(digest) }
    for element in generator.elements(observed) { transcript.observe(element) }
    return transcript
  }

  static func bruteForce<T: HashTranscript>(_ transcript: T, bits: Int) -> BabyBear? {
    for candidate in 0..<UInt32(1 << 20) {
      var copy = transcript
      if copy.check(bits: bits, witness: BabyBear(candidate)) { return BabyBear(candidate) }
    }
    return nil
  }

  static func check<H: SampleDigests>(_: H.Type, bits: [Int]) {
    var generator = SeededGenerator(70)
    for digests in 0...3 {
      for observed in 0...9 {
        let transcript = Self.transcript(H.self, digests: digests, observed: observed, &generator)
        let bits = bits[observed % bits.count]
        let expected = bruteForce(transcript, bits: bits)
        #expect(expected != nil)
        for threads in 1...3 {
          #expect(transcript.smallestWitness(bits: bits, threads: threads) == expected)
        }
        // A partly used sample buffer makes no difference to what follows an observation.
        var sampled = transcript
        _ = sampled.sample()
        #expect(sampled.smallestWitness(bits: bits, threads: 2) == bruteForce(sampled, bits: bits))
      }
    }
  }

  @Test func innerWitnessIsTheSmallest() { Self.check(InnerConfiguration.self, bits: [1, 3, 6, 9]) }

  @Test func rootWitnessIsTheSmallest() { Self.check(RootConfiguration.self, bits: [1, 3, 6]) }

  static func checkLarger<H: SampleDigests>(_: H.Type, bits: Int) {
    var generator = SeededGenerator(71)
    for observed in [1, 8] {
      let transcript = Self.transcript(H.self, digests: 1, observed: observed, &generator)
      let expected = bruteForce(transcript, bits: bits)
      #expect(expected != nil)
      #expect(transcript.smallestWitness(bits: bits, threads: 1) == expected)
      #expect(transcript.smallestWitness(bits: bits, threads: 2) == expected)
    }
  }

  @Test func largerWitnessesAreTheSmallestToo() {
    Self.checkLarger(InnerConfiguration.self, bits: 14)
    Self.checkLarger(RootConfiguration.self, bits: 11)
  }

  static func checkState<H: SampleDigests>(_: H.Type) {
    var generator = SeededGenerator(72)
    var transcript = Self.transcript(H.self, digests: 1, observed: 3, &generator)
    var byHand = transcript
    let witness = byHand.smallestWitness(bits: 5, threads: 2)
    let holds = byHand.check(bits: 5, witness: witness ?? .zero)
    #expect(holds)
    #expect(transcript.grind(bits: 5, threads: 2) == witness)
    #expect(transcript.sample() == byHand.sample())

    // No bits: nothing is observed and nothing sampled.
    var untouched = transcript
    #expect(transcript.grind(bits: 0, threads: 2) == .zero)
    let holdsWithoutBits = transcript.check(bits: 0, witness: 5)
    #expect(holdsWithoutBits)
    #expect(transcript.sample() == untouched.sample())
  }

  @Test func grindingRunsTheCheckOnTheState() {
    Self.checkState(InnerConfiguration.self)
    Self.checkState(RootConfiguration.self)
  }

  @Test func everyFormOfTheRootKernelFindsTheSame() {
    var generator = SeededGenerator(73)
    for position in 0..<8 as Range<UInt32> {
      for cell in 0..<2 as Range<UInt32> {
        let packed = generator.elements(Int(position)).enumerated().reduce(into: [UInt64](repeating: 0, count: 5)) {
          let (offset, value) = (31 * $1.offset, UInt64($1.element.canonical))
          $0[offset / 64] |= value << UInt64(offset % 64)
          if offset % 64 > 33 { $0[offset / 64 + 1] |= value >> UInt64(64 - offset % 64) }
        }
        func scalar() -> ck_fr {
          let limbs = generator.scalar().montgomery
          return ck_fr(l0: limbs[0], l1: limbs[1], l2: limbs[2], l3: limbs[3])
        }
        var task = ck_bn254_grind_task(
          state: (scalar(), scalar(), scalar()),
          packed: ck_fr(l0: packed[0], l1: packed[1], l2: packed[2], l3: packed[3]), cell: cell, position: position,
          bits: 4)
        for first in [0, 1000, UInt64(BabyBear.modulus) - 70] {
          for count: UInt64 in [0, 1, 5, 37, 70] {
            let hits = (0...ck_simd_available()).map { ck_bn254_grind($0, &task, first, count) }
            #expect(hits.allSatisfy { $0 == hits[0] })
            #expect(hits[0] == .max || (first..<first + count).contains(hits[0]))
          }
        }
      }
    }
  }
}
