import Algebra
import BigInt
import CKernels
import Hashing
import TestSupport
import Testing

/// Poseidon2 over BN254 and the root configuration's hash against known answers and the plain-integer reference.
struct RootConfigurationTests {
  /// The permutation of one state.
  static func permute(_ state: [BN254Scalar]) -> [BN254Scalar] {
    var state = state
    let width = Int32(state.count)
    state.withUnsafeMutableBytes { bytes in
      ck_bn254_permute(ck_simd_level(), width, bytes.baseAddress?.assumingMemoryBound(to: ck_fr.self), 1)
    }
    return state
  }

  static func scalars(_ json: JSON) -> [BN254Scalar] { json.array.compactMap { BN254Scalar(hex: $0.string) } }

  @Test func permutationsMatchKnownAnswers() throws {
    let main = try #require(try Vectors.json("spec/data/vectors-hash-transcript.json"))
    #expect(Self.permute([0, 1, 2].map { BN254Scalar($0) }) == Self.scalars(main["bn254_w3_perm_0_1_2"]))
    #expect(Self.permute([1, 2].map { BN254Scalar($0) }) == Self.scalars(main["bn254_w2_perm_1_2"]))
    #expect(Self.permute([.zero, .zero]) == Self.scalars(main["bn254_w2_perm_0_0"]))

    let more = try #require(try Vectors.json("spec/vectors/bn254-poseidon2.json"))
    for (key, width) in [("poseidon2_t2_perm", 2), ("poseidon2_t3_perm", 3)] {
      #expect(more[key].array.count == 2)
      for vector in more[key].array {
        let input = Self.scalars(vector["in"])
        #expect(input.count == width)
        #expect(Self.permute(input) == Self.scalars(vector["out"]))
      }
    }
  }

  @Test func tablesOfBothSourcesAgree() throws {
    let file = try #require(try Vectors.json("spec/vectors/bn254-poseidon2.json"))
    let reference = try #require(try RootReference())
    func integers(_ json: JSON) -> [BigUInt] { json.array.compactMap { BigUInt(hex: $0.string) } }
    #expect(file["rc3_initial"].array.map(integers) == reference.width3.initial)
    #expect(integers(file["rc3_internal"]) == reference.width3.inner)
    #expect(file["rc3_terminal"].array.map(integers) == reference.width3.final)
    let width2 = reference.width2
    #expect(integers(file["rc2_flat"]) == width2.initial.flatMap(\.self) + width2.inner + width2.final.flatMap(\.self))
  }

  @Test func permutationsMatchTheReference() throws {
    let reference = try #require(try RootReference())
    var generator = SeededGenerator(10)
    let edges = RootConfiguration.sampleDigests(5, &generator)
    var states: [[BN254Scalar]] = (0..<12).map { _ in [generator.scalar(), generator.scalar(), generator.scalar()] }
    for a in edges { for b in edges { states.append([a, b, edges[(states.count * 3) % 5]]) } }
    for state in states {
      for width in 2...3 {
        let input = Array(state.prefix(width))
        #expect(Self.permute(input).map(\.bigInteger) == reference.permute(input.map(\.bigInteger)))
      }
    }
  }

  @Test func spongeMatchesKnownAnswers() throws {
    let main = try #require(try Vectors.json("spec/data/vectors-hash-transcript.json"))
    #expect(main["bn254_hash_slice"].array.count == 8)
    for vector in main["bn254_hash_slice"].array {
      let digest = RootConfiguration.hash(vector["input"].elements)
      #expect(digest == BN254Scalar(hex: vector["output"].string))
    }
    let more = try #require(try Vectors.json("spec/vectors/bn254-poseidon2.json"))
    #expect(more["leaf_hash"].array.count == 3)
    for vector in more["leaf_hash"].array {
      #expect(RootConfiguration.hash(vector["in"].elements) == BN254Scalar(hex: vector["out"].string))
    }
  }

  @Test func spongeMatchesTheReference() throws {
    let reference = try #require(try RootReference())
    var generator = SeededGenerator(11)
    for length in 0...50 {
      let input = generator.elements(length)
      #expect(RootConfiguration.hash(input).bigInteger == reference.hash(input))
    }
    for edge in [BabyBear.zero, .one, -.one] {
      for length in [1, 8, 9, 16, 17, 24, 25, 33] {
        let input = [BabyBear](repeating: edge, count: length)
        #expect(RootConfiguration.hash(input).bigInteger == reference.hash(input))
      }
    }
    #expect(RootConfiguration.hash([]) == RootConfiguration.emptyDigest)
  }

  @Test func compressionMatches() throws {
    let main = try #require(try Vectors.json("spec/data/vectors-hash-transcript.json"))["bn254_compress"]
    let left = try #require(BN254Scalar(hex: main["left"].string))
    let right = try #require(BN254Scalar(hex: main["right"].string))
    #expect(RootConfiguration.compress(left, right) == BN254Scalar(hex: main["output"].string))

    let reference = try #require(try RootReference())
    var generator = SeededGenerator(12)
    let digests = RootConfiguration.sampleDigests(8, &generator)
    for a in digests {
      for b in digests {
        #expect(RootConfiguration.compress(a, b).bigInteger == reference.compress(a.bigInteger, b.bigInteger))
      }
    }
  }

  @Test func otherWidthsAreLeftAlone() {
    let state: [BN254Scalar] = [.one, .zero, .one, .zero]
    #expect(Self.permute(state) == state)
    #expect(Self.permute([.one]) == [.one])
  }
}
