import Algebra
import Hashing
import TestSupport
import Testing

/// Both transcripts against scripted known answers.
struct TranscriptTests {
  @Test func innerScriptsMatch() throws {
    let file = try #require(try Vectors.json("vectors/transcript.json"))
    #expect(file["scripts"].array.count == 6)
    for script in file["scripts"].array {
      var transcript = InnerTranscript()
      for step in script["ops"].array {
        let value = step["v"]
        let output = step["out"]
        switch step["op"].string {
        case "observe": transcript.observe(value.element)
        case "observe_ext": transcript.observe(value.ext)
        case "observe_commit": transcript.observe(InnerDigest(value.elements))
        case "sample": #expect(transcript.sample() == output.element)
        case "sample_ext": #expect(transcript.sampleExt() == output.ext)
        case "sample_bits": #expect(transcript.sampleBits(step["bits"].int ?? 0) == output.int)
        case "check_witness":
          let holds = transcript.check(bits: step["bits"].int ?? 0, witness: step["witness"].element)
          #expect(holds == output.bool)
        case "grind":
          #expect(step["is_smallest"].bool == true)
          #expect(transcript.grind(bits: step["bits"].int ?? 0, threads: 2) == step["witness"].element)
        default: Issue.record("unknown operation \(step["op"].string ?? "none")")
        }
      }
      #expect((0..<16).map { transcript.state[$0] } == script["final_state"].elements)
    }
  }

  /// The script of `vectors-hash-transcript.json`, which is the same for both configurations.
  static func run<H: HashConfiguration>(_: H.Type, _ steps: [JSON], commit: H.Digest) {
    var transcript = H.Transcript()
    func ints(_ e: Ext4) -> [Int] { (0..<4).map { Int(e[$0].canonical) } }
    func answer(_ index: Int) -> JSON { steps.indices.contains(index) ? steps[index][1] : steps[0]["none"] }

    #expect(ints(transcript.sampleExt()) == answer(0).ints)
    for value in 1...3 { transcript.observe(BabyBear(value)) }
    #expect(Int(transcript.sample().canonical) == answer(1).int)
    #expect(ints(transcript.sampleExt()) == answer(2).ints)
    transcript.observe(commit)
    for value in 10...20 { transcript.observe(BabyBear(value)) }
    #expect(transcript.sampleBits(20) == answer(3).int)
    #expect((0..<10).map { _ in Int(transcript.sample().canonical) } == answer(4).ints)
    let witness = transcript.smallestWitness(bits: 8, threads: 2)
    #expect(witness.map { Int($0.canonical) } == answer(5).int)
    let holds = transcript.check(bits: 8, witness: witness ?? .zero)
    #expect(holds)
    #expect(ints(transcript.sampleExt()) == answer(6).ints)
  }

  @Test func specificationScriptsMatch() throws {
    let file = try #require(try Vectors.json("spec/data/vectors-hash-transcript.json"))
    let inner = file["transcript_babybear"]
    #expect(inner["steps"].array.count == 7)
    Self.run(InnerConfiguration.self, inner["steps"].array, commit: InnerDigest(inner["commit"].elements))
    let root = file["transcript_multifield_bn254"]
    #expect(root["steps"].array.count == 7)
    let commit = try #require(BN254Scalar(hex: root["commit"][0].string))
    Self.run(RootConfiguration.self, root["steps"].array, commit: commit)
  }

  @Test func rootScriptMatches() throws {
    // commit(5); observe 1..10; sample x12; observe 7; sample x2
    let file = try #require(try Vectors.json("spec/vectors/bn254-poseidon2.json"))["transcript"]
    var transcript = RootTranscript()
    transcript.observe(BN254Scalar(5))
    for value in 1...10 { transcript.observe(BabyBear(value)) }
    #expect((0..<12).map { _ in Int(transcript.sample().canonical) } == file["samples"].ints)
    transcript.observe(7 as BabyBear)
    #expect((0..<2).map { _ in Int(transcript.sample().canonical) } == file["samples2"].ints)
  }

  @Test func rootTranscriptFollowsTheReference() throws {
    let reference = try #require(try RootReference())
    for seed in 0..<8 {
      var generator = SeededGenerator(UInt64(50 + seed))
      var transcript = RootTranscript()
      var expected = RootReferenceTranscript(reference)
      for _ in 0..<60 {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0:
          let digest = generator.scalar()
          transcript.observe(digest)
          expected.observe(digest.bigInteger)
        case 1, 2:
          for element in generator.elements(Int.random(in: 1...20, using: &generator)) {
            transcript.observe(element)
            expected.observe(element)
          }
        default:
          for _ in 0..<Int.random(in: 1...7, using: &generator) { #expect(transcript.sample() == expected.sample()) }
        }
      }
    }
  }

  static func checkValueSemantics<H: SampleDigests>(_: H.Type) {
    var generator = SeededGenerator(60)
    var transcript = H.Transcript()
    for element in generator.elements(11) { transcript.observe(element) }
    transcript.observe(H.sampleDigests(4, &generator)[3])
    _ = transcript.sample()
    var copy = transcript
    copy.observe(.one)
    let first = copy.sample()
    var again = transcript
    again.observe(.one)
    #expect(again.sample() == first)
    var other = transcript
    other.observe(BabyBear(2))
    #expect(other.sample() != first)
    #expect(transcript.sample() != first)
  }

  @Test func copiesAreIndependent() {
    Self.checkValueSemantics(InnerConfiguration.self)
    Self.checkValueSemantics(RootConfiguration.self)
  }
}
