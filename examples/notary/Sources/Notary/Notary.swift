import GuestKit

/// A tree over documents: its leaves are the documents' SHA-256 digests, its nodes are hashed with Keccak-256.
///
/// Where the two hash functions are computed is up to who calls: by deferral circuits, or in the machine.
public struct Notary {
  public typealias Hash = ([UInt8]) -> [UInt8]

  private let sha256: Hash
  private let keccak256: Hash

  /// Both functions give 32 bytes.
  public init(sha256: @escaping Hash, keccak256: @escaping Hash) {
    self.sha256 = sha256
    self.keccak256 = keccak256
  }

  /// The most documents of one tree.
  public static let documentLimit: UInt32 = 1024

  /// Reads documents from the input (their number as a word, then each) and returns the tree's root. A node without a
  /// neighbour goes up as it is. Leaves and inner nodes begin with different bytes, so that none passes for the other.
  public func rootOfInput() -> [UInt8] {
    let count = readInput(as: UInt32.self)
    Guest.require(count >= 1 && count <= Self.documentLimit, "1 to 1024 documents")
    var level: [[UInt8]] = []
    for _ in 0..<count { level.append(keccak256([0] + sha256(readInput()))) }
    while level.count > 1 {
      var above: [[UInt8]] = []
      for index in stride(from: 0, to: level.count, by: 2) {
        above.append(
          index + 1 < level.count ? keccak256([1] + level[index] + level[index + 1]) : level[index])
      }
      level = above
    }
    return level[0]
  }
}
