import Algebra
import Hashing
import Machine

/// The sponges of a segment's deferral instructions, block by block, and all permutations that their chips look up.
struct DeferralHashing: Sendable {
  /// A full block with its place in its run.
  struct Block: Sendable {
    var isWrite: Bool
    var isLast: Bool
    var start: UInt32
    var base: UInt32
    var position: UInt32
    var state: InnerDigest
    var result: InnerDigest
  }

  /// The states of a COMMIT's sponge.
  struct Commit: Sendable {
    var header: InnerDigest
    var blocks: InnerDigest
    var unfolded: InnerDigest
  }

  /// In the order of records.
  private(set) var blocks: [Block]
  private(set) var outputHeaders: [InnerDigest] = []
  private(set) var commits: [Commit] = []
  private(set) var requests = PermutationRequests()

  init(_ records: DeferralRecords, program: Program) {
    let zero = InnerConfiguration.emptyDigest
    blocks = records.blocks.map { _ in
      Block(isWrite: false, isLast: false, start: 0, base: 0, position: 0, state: zero, result: zero)
    }
    for call in records.calls {
      requests.add(call.inputAccumulator, call.input.digest)
      requests.add(call.outputAccumulator, call.output.digest)
    }
    for output in records.outputs {
      let index = program[output.pc]?.c ?? 0
      let header = absorb(
        InnerDigest([index, BabyBear(output.length)]), zero, isLast: output.blockCount == 0)
      outputHeaders.append(header)
      _ = absorb(
        records.blocks, from: output.firstBlock, count: output.blockCount, isWrite: true, endsInDigest: true,
        start: output.timestamp + 12, base: output.destination, state: header)
    }
    for commit in records.commits {
      let index = program[commit.pc]?.c ?? 0
      let header = absorb(
        InnerDigest([index, BabyBear(commit.length), 1]), zero, isLast: commit.length == 0)
      let hasTail = commit.tailLength > 0
      let blocks = absorb(
        records.blocks, from: commit.firstBlock, count: commit.blockCount, isWrite: false, endsInDigest: !hasTail,
        start: commit.timestamp + 6, base: commit.pointer, state: header)
      var unfolded = blocks
      if hasTail {
        let bytes = Self.cells(commit.tail[0], commit.tail[1])
        unfolded = absorb(InnerDigest(Array(bytes.prefix(commit.tailLength))), blocks, isLast: true)
      }
      requests.add(unfolded, zero)
      commits.append(Commit(header: header, blocks: blocks, unfolded: unfolded))
    }
  }

  /// Absorbs a run of blocks and returns what the last one leaves.
  private mutating func absorb(
    _ records: [DeferralBlockRecord], from first: Int, count: Int, isWrite: Bool, endsInDigest: Bool, start: UInt32,
    base: UInt32, state: InnerDigest
  ) -> InnerDigest {
    var state = state
    for position in 0..<count {
      let record = records[first + position]
      let isLast = endsInDigest && position == count - 1
      let result = absorb(InnerDigest(Self.cells(record.words[0], record.words[1])), state, isLast: isLast)
      blocks[first + position] = Block(
        isWrite: isWrite, isLast: isLast, start: start, base: base, position: UInt32(position), state: state,
        result: result)
      state = result
    }
    return state
  }

  /// One permutation, asked for: its first half where it is the last one.
  private mutating func absorb(_ block: InnerDigest, _ state: InnerDigest, isLast: Bool) -> InnerDigest {
    let (digest, capacity) = DeferralSponge.absorb(block, capacity: state)
    if isLast { requests.add(block, state) } else { requests.addCapacity(block, state) }
    return isLast ? digest : capacity
  }

  private static func cells(_ low: UInt32, _ high: UInt32) -> [BabyBear] {
    [low, high].flatMap { word in (0..<4).map { BabyBear(word >> UInt32(8 * $0) & 255) } }
  }
}
