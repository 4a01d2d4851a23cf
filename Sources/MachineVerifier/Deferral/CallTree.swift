import Algebra
import Hashing

/// The commitments of a call as its proof shows them.
public struct CommittedCall: Hashable, Sendable {
  public var input: InputCommit
  public var output: OutputCommit

  public init(input: InputCommit, output: OutputCommit) {
    self.input = input
    self.output = output
  }
}

/// The Merkle tree over a circuit's calls (chapter 40, section 1.6). Leaves and inner nodes have tags of their own, so that
/// none passes for the other: `tagged(T, l, r) = compress(compress(T, l), r)`.
public enum CallTree {
  public static let leafTag = InnerDigest([.one])
  public static let innerTag = InnerDigest([BabyBear(2)])

  public static func leaf(_ call: CommittedCall) -> InnerDigest {
    tagged(leafTag, call.input.digest, call.output.digest)
  }

  public static func inner(_ left: InnerDigest, _ right: InnerDigest) -> InnerDigest { tagged(innerTag, left, right) }

  /// Nodes above absent calls by height: a leaf of two zero digests, and trees of those.
  public static let absent: [InnerDigest] = {
    let zero = InnerConfiguration.emptyDigest
    var nodes = [tagged(leafTag, zero, zero)]
    for height in 0..<DeferralVerifyingKey.maxLogBatch { nodes.append(inner(nodes[height], nodes[height])) }
    return nodes
  }()

  /// The root of the tree of height `height`, at most `maxLogBatch`, over `calls`, at most `2^height`, and absent ones
  /// behind them.
  public static func root(_ calls: some Collection<CommittedCall>, height: Int) -> InnerDigest {
    var level = calls.map(leaf)
    for below in 0..<height {
      level = stride(from: 0, to: level.count, by: 2).map { index in
        inner(level[index], index + 1 < level.count ? level[index + 1] : absent[below])
      }
    }
    return level.first ?? absent[height]
  }

  private static func tagged(_ tag: InnerDigest, _ left: InnerDigest, _ right: InnerDigest) -> InnerDigest {
    InnerConfiguration.compress(InnerConfiguration.compress(tag, left), right)
  }
}

/// The public values of AIR 0 of a deferral circuit's proof.
public enum DeferralPublicValues {
  /// Of a circuit for single calls: `g` 8, `h` 8, index.
  public static let singleCount = 17
  /// Of a circuit for batches: node of the call tree 8, number of calls, height of the tree, index.
  public static let batchCount = 11
}
