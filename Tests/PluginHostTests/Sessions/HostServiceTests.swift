import Algebra
import CPluginRuntime
import Crypto
import Hashing
import Testing

@testable import PluginHost

enum SHA256Reference {
  static func hash(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
}

/// The services of the host's table, against the modules that define what they compute.
struct HostServiceTests {
  let host = opr_host_table().pointee

  /// Canonical numbers, edges first.
  private func numbers(_ count: Int, seed: UInt64) -> [UInt32] {
    var state = seed
    return (0..<count).map { place in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return place < 3 ? [0, 1, BabyBear.modulus - 1][place] : UInt32((state >> 33) % UInt64(BabyBear.modulus))
    }
  }

  @Test(arguments: [0, 1, 2, 63, 64, 65, 200])
  func permutationsAreThoseOfHashing(count: Int) {
    let states = numbers(16 * count, seed: 1)
    var found = states
    found.withUnsafeMutableBufferPointer { host.poseidon2_permute(nil, $0.baseAddress, UInt64(count)) }
    var digests = [UInt32](repeating: 0, count: 8 * count)
    digests.withUnsafeMutableBufferPointer { host.poseidon2_compress(nil, states, $0.baseAddress, UInt64(count)) }
    for number in 0..<count {
      var state = states[(16 * number)..<(16 * number + 16)].map { BabyBear($0) }
      Poseidon2.permute(&state)
      #expect(Array(found[(16 * number)..<(16 * number + 16)]) == state.map(\.canonical))
      #expect(Array(digests[(8 * number)..<(8 * number + 8)]) == state[..<8].map(\.canonical))
    }
  }

  @Test(arguments: [0, 1, 7, 8, 9, 16, 23, 1000])
  func slicesAreHashedAsInHashing(count: Int) {
    let elements = numbers(count, seed: 2)
    var digest = [UInt32](repeating: 0, count: 8)
    digest.withUnsafeMutableBufferPointer { host.hash_slice(nil, elements, UInt64(count), $0.baseAddress) }
    let expected = elements.map { BabyBear($0) }.withUnsafeBufferPointer { InnerConfiguration.hash($0) }
    #expect(digest == expected.elements.map(\.canonical))
  }

  @Test(arguments: [0, 1, 7, 8, 9, 64, 1001], [0, 1, 1023])
  func commitmentsAreThoseOfHashing(count: Int, index: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 255 - $0 * 31) }
    var digest = [UInt32](repeating: 0, count: 8)
    bytes.withUnsafeBufferPointer { bytes in
      digest.withUnsafeMutableBufferPointer {
        host.input_hash(
          nil, UInt32(index), outrigger_bytes(data: bytes.baseAddress, length: UInt64(count)), $0.baseAddress)
      }
    }
    #expect(digest == UnfoldedInputCommit(index: index, bytes: bytes).digest.elements.map(\.canonical))
    guard count % 8 == 0 else { return }
    bytes.withUnsafeBufferPointer { bytes in
      digest.withUnsafeMutableBufferPointer {
        host.output_hash(
          nil, UInt32(index), outrigger_bytes(data: bytes.baseAddress, length: UInt64(count)), $0.baseAddress)
      }
    }
    #expect(digest == OutputCommit(index: index, bytes: bytes).digest.elements.map(\.canonical))
  }

  @Test(arguments: [0, 1, 5, 1024, 1025, 3000])
  func inversesAreThoseOfAlgebra(count: Int) {
    let elements = numbers(count, seed: 3)
    var found = elements
    found.withUnsafeMutableBufferPointer { host.batch_inverse(nil, $0.baseAddress, UInt64(count)) }
    #expect(found == elements.map { $0 == 0 ? 0 : BabyBear($0).inverse.canonical })
  }

  @Test func thereAreNoExtensions() {
    "outrigger.recursion/1".withCString { text in
      #expect(host.get_extension(outrigger_text(data: text, length: 21)) == nil)
    }
  }
}
