import AIR
import Algebra
import SampleCircuits
import Testing

@Suite("Keccak-256 and its hash chain")
struct HashChainTests {
  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private func failures(_ air: HashChainAIR, _ trace: FieldMatrix, _ values: [BabyBear]) throws -> [String] {
    let instance = AIRInstance(air: CompiledAIR(air), commonMain: trace, publicValues: values)
    return try TraceChecker([instance]).check().constraintFailures.map(\.constraint)
  }

  @Test("Known digests")
  func knownAnswers() throws {
    let empty = try #require(Keccak256.hash([]))
    #expect(hexadecimal(empty) == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
    let abc = try #require(Keccak256.hash(Array("abc".utf8)))
    #expect(hexadecimal(abc) == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")
    #expect(Keccak256.hash([UInt8](repeating: 0, count: 135)) != nil)
    #expect(Keccak256.hash([UInt8](repeating: 0, count: 136)) == nil)
  }

  @Test("Honest chains satisfy all constraints", arguments: [1, 2, 5])
  func honestChains(length: Int) throws {
    let message = Array("a message".utf8)
    let chain = try #require(HashChainTrace.generate(message: message, length: length))
    #expect(try failures(HashChainAIR(length: length), chain.trace, chain.publicValues).isEmpty)
    var digest = message
    for _ in 0..<length { digest = try #require(Keccak256.hash(digest)) }
    #expect(chain.digest == digest)
  }

  @Test("Another message, another digest and a broken link are noticed")
  func dishonestChains() throws {
    let air = HashChainAIR(length: 2)
    let chain = try #require(HashChainTrace.generate(message: [1, 2, 3], length: 2))
    for index in [0, 1, 67, 68, 83] {
      var values = chain.publicValues
      values[index] += 1
      let expected =
        index < 68 ? "starts with the public block[\(index)]" : "ends with the public digest[\(index - 68)]"
      #expect(try failures(air, chain.trace, values).contains { $0.contains(expected) })
    }
    // Two unrelated hashes, each of them right.
    let other = try #require(HashChainTrace.generate(message: [4], length: 1))
    let block = try #require(Keccak256.block([1, 2, 3]))
    let otherBlock = try #require(Keccak256.block([4]))
    let trace = KeccakTrace.generate([Keccak256.state(absorbing: block), Keccak256.state(absorbing: otherBlock)])
    let values = HashChainTrace.publicValues(block: block, digest: other.digest)
    let names = try failures(air, trace, values)
    #expect(!names.isEmpty && names.allSatisfy { $0.contains("hashes the previous digest") })
  }
}
