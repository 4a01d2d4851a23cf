import AIR
import Algebra

/// Preprocessed columns of `HashChainAIR`: where hashes end.
public struct HashChainSelectors<T: Cell>: AIRColumns {
  /// 1 in the last row of every hash but the chain's last.
  public var isLinked: T
  /// 1 in the last row of the chain's last hash.
  public var isLast: T
}

/// A chain of Keccak-256 hashes: a message, its hash, the hash of that, and so on, `length` hashes in all.
///
/// Statement: hashing the message whose padded block is in the public values `0 ..< 68` (16-bit words, low end
/// first) `length` times gives the digest in the public values `68 ..< 84`. That the block is rightly padded is the
/// reader's to check, since the block is public.
///
/// Why it is sound: `KeccakAIR` makes each 24 rows a permutation of their preimage, starting with the first row. The
/// first preimage is the public block on a zero capacity; each further one, where the preprocessed column says so, is
/// the previous output with its padding; the last output is the public digest. The preprocessed columns are part of
/// the key and fix the trace's height, so no trace is too short for the row that is compared with the digest.
///
/// Padding: rows after the last hash continue with permutations of the zero state, which nothing refers to.
public struct HashChainAIR: AIR {
  /// Number of hashes, at least 1.
  public let length: Int

  /// Public values of the padded block and of the digest.
  public static let blockWords = Keccak256.rate / 2
  public static let digestWords = 16

  public init(length: Int) {
    precondition(length >= 1, "a chain has at least one hash")
    self.length = length
  }

  public var width: TraceWidth {
    TraceWidth(
      preprocessed: HashChainSelectors<Expr>.width, commonMain: KeccakColumns<Expr>.width)
  }
  public var publicValueCount: Int { Self.blockWords + Self.digestWords }
  public var isRequired: Bool { true }

  public var preprocessedTrace: FieldMatrix? {
    let matrix = FieldMatrix(height: 1 << KeccakTrace.logHeight(permutations: length), width: 2)
    for hash in 1..<length { matrix[row: KeccakConstants.rounds * hash - 1, column: 0] = .one }
    matrix[row: KeccakConstants.rounds * length - 1, column: 1] = .one
    return matrix
  }

  public func evaluate(_ builder: AIRBuilder) {
    KeccakAIR().evaluate(builder.group("permutation"))
    let (local, next) = builder.main(KeccakColumns<Expr>.self)
    let (selectors, _) = builder.preprocessed(HashChainSelectors<Expr>.self)
    let values = builder.publicValues
    let output = Self.words(0..<4) { lane, limb in lane == 0 ? local.iotaOrigin[limb] : local.chi[0][lane][limb] }

    // Assumes: the first row is round 0.
    // Constrains: the first permutation's preimage is the public block, and zero outside of it.
    // Broken if removed: the chain starts with another message.
    let first = Self.words(0..<25) { lane, limb in local.preimage[lane / 5][lane % 5][limb] }
    for (index, word) in first.enumerated() {
      let expected = index < Self.blockWords ? values[index] : 0
      builder.whenFirstRow.assertEqual("starts with the public block[\(index)]", word, expected)
    }

    // Assumes: a linked row is round 23, so the next one is round 0.
    // Constrains: the next preimage is the padded digest: 32 bytes, 0x01, zeros, 0x80 in the block's last byte.
    // Broken if removed: some hash is not of the previous digest.
    let following = Self.words(0..<25) { lane, limb in next.preimage[lane / 5][lane % 5][limb] }
    for (index, word) in following.enumerated() {
      let expected: Expr =
        switch index {
        case 0..<Self.digestWords: output[index]
        case Self.digestWords: 0x0001
        case Self.blockWords - 1: 0x8000
        default: 0
        }
      builder.when(selectors.isLinked).assertEqual("hashes the previous digest[\(index)]", word, expected)
    }

    // Constrains: the last digest is the public one.
    // Broken if removed: any digest may be claimed.
    for (index, word) in output.enumerated() {
      builder.when(selectors.isLast)
        .assertEqual("ends with the public digest[\(index)]", word, values[Self.blockWords + index])
    }
  }

  private static func words(_ lanes: Range<Int>, _ word: (_ lane: Int, _ limb: Int) -> Expr) -> [Expr] {
    lanes.flatMap { lane in (0..<4).map { limb in word(lane, limb) } }
  }
}

/// Traces of `HashChainAIR`.
public enum HashChainTrace {
  /// The trace for `message`, its public values, and the last digest; nil when the message is longer than a block.
  public static func generate(
    message: [UInt8], length: Int, workers: Workers = Workers(1)
  ) -> (trace: FieldMatrix, publicValues: [BabyBear], digest: [UInt8])? {
    precondition(length >= 1, "a chain has at least one hash")
    guard let firstBlock = Keccak256.block(message) else { return nil }
    var states: [KeccakTrace.State] = []
    var block = firstBlock
    var digest: [UInt8] = []
    for _ in 0..<length {
      let state = Keccak256.state(absorbing: block)
      states.append(state)
      digest = Keccak256.digest(of: Keccak256.permutation(of: state))
      block = Keccak256.block(digest) ?? []  // 32 bytes always fit a block
    }
    let trace = KeccakTrace.generate(states, workers: workers)
    return (trace, publicValues(block: firstBlock, digest: digest), digest)
  }

  /// The public values of the claim that a chain leads from `block` to `digest`: 16-bit words, low end first.
  public static func publicValues(block: [UInt8], digest: [UInt8]) -> [BabyBear] {
    let bytes = block + digest
    return (0..<bytes.count / 2).map { BabyBear(UInt32(bytes[2 * $0]) | UInt32(bytes[2 * $0 + 1]) << 8) }
  }
}
