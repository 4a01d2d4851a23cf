import Algebra
import CKernels
import Hashing
import TestSupport
import Testing

/// Poseidon2 over BabyBear and the inner configuration's hash against known answers.
struct InnerConfigurationTests {
  static func permute(_ state: [BabyBear]) -> [BabyBear] {
    var state = state
    state.withUnsafeMutableBytes { bytes in
      ck_permute(bytes.baseAddress?.assumingMemoryBound(to: UInt32.self), 1)
    }
    return state
  }

  @Test func permutationMatchesKnownAnswers() throws {
    let file = try #require(try Vectors.json("vectors/poseidon2.json"))
    #expect(file["permutations"].array.count == 12)
    for vector in file["permutations"].array {
      #expect(Self.permute(vector["in"].elements) == vector["out"].elements)
    }
    let spec = try #require(try Vectors.json("spec/data/vectors-hash-transcript.json"))
    for key in ["babybear_perm_0_to_15", "babybear_perm_zero"] {
      #expect(spec[key]["input"].array.count == 16)
      #expect(Self.permute(spec[key]["input"].elements) == spec[key]["output"].elements)
    }
  }

  @Test func permutationMatchesTheDefinition() throws {
    let file = try #require(try Vectors.json("vectors/poseidon2.json"))
    let diagonal = file["internal_diag_v"].elements
    func external(_ s: [BabyBear]) -> [BabyBear] {
      let matrix: [[BabyBear]] = [[2, 3, 1, 1], [1, 2, 3, 1], [1, 1, 2, 3], [3, 1, 1, 2]]
      var mixed = [BabyBear](repeating: .zero, count: 16)
      var sums = [BabyBear](repeating: .zero, count: 4)
      for i in 0..<16 {
        for j in 0..<4 { mixed[i] += matrix[i % 4][j] * s[i / 4 * 4 + j] }
        sums[i % 4] += mixed[i]
      }
      return mixed.indices.map { mixed[$0] + sums[$0 % 4] }
    }
    func full(_ s: [BabyBear], _ constants: JSON) -> [BabyBear] {
      external(zip(s, constants.elements).map { ($0 + $1).power(7) })
    }
    func permutation(_ input: [BabyBear]) -> [BabyBear] {
      var s = file["rc_external_initial"].array.reduce(external(input), full)
      for constant in file["rc_internal"].elements {
        s[0] = (s[0] + constant).power(7)
        let sum = s.reduce(BabyBear.zero, +)
        s = zip(s, diagonal).map { sum + $0 * $1 }
      }
      return file["rc_external_final"].array.reduce(s, full)
    }
    var generator = SeededGenerator(20)
    let edges = [BabyBear.zero, .one, -.one].map { [BabyBear](repeating: $0, count: 16) }
    for input in edges + (0..<20).map({ _ in generator.elements(16) }) {
      #expect(Self.permute(input) == permutation(input))
    }
  }

  @Test func spongeMatchesKnownAnswers() throws {
    let file = try #require(try Vectors.json("vectors/poseidon2.json"))
    #expect(file["hash_slice"].array.count == 13)
    for vector in file["hash_slice"].array {
      let input = vector["in"].elements
      #expect(input.count == vector["len"].int)
      #expect(InnerConfiguration.hash(input).elements == vector["digest"].elements)
    }
    let spec = try #require(try Vectors.json("spec/data/vectors-hash-transcript.json"))
    #expect(spec["babybear_hash_slice"].array.count == 7)
    for vector in spec["babybear_hash_slice"].array {
      #expect(InnerConfiguration.hash(vector["input"].elements).elements == vector["output"].elements)
    }
    #expect(InnerConfiguration.hash([]) == InnerConfiguration.emptyDigest)
  }

  @Test func compressionMatchesKnownAnswers() throws {
    let file = try #require(try Vectors.json("vectors/poseidon2.json"))
    let spec = try #require(try Vectors.json("spec/data/vectors-hash-transcript.json"))["babybear_compress"]
    #expect(file["compress"].array.count == 10)
    func compressed(_ vector: JSON) -> [BabyBear] {
      InnerConfiguration.compress(InnerDigest(vector["left"].elements), InnerDigest(vector["right"].elements)).elements
    }
    for vector in file["compress"].array { #expect(compressed(vector) == vector["out"].elements) }
    #expect(compressed(spec) == spec["output"].elements)
  }

  @Test func treeCompressionMatchesKnownAnswers() throws {
    let file = try #require(try Vectors.json("vectors/poseidon2.json"))
    #expect(!file["tree_compress"].array.isEmpty)
    for vector in file["tree_compress"].array {
      let digests = vector["in"].array.map { InnerDigest($0.elements) }
      #expect(MerkleReference<InnerConfiguration>.treeCompress(digests)?.elements == vector["out"].elements)
    }
  }

  @Test func digestHoldsEightElements() {
    #expect(InnerDigest([1, 2, 3]).elements == [1, 2, 3, 0, 0, 0, 0, 0])
    #expect(InnerDigest((1...9).map { BabyBear($0) }).elements == [1, 2, 3, 4, 5, 6, 7, 8])
  }
}
