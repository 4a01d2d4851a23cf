import AIR
import Algebra
import PluginKit

/// SHA-256 of inputs of up to `maxInputBytes` bytes.
public struct SHA256Circuit: PlainCircuit {
  /// 2^14 blocks, which fill a trace of `2^logStackedHeight` rows: 1 MiB less the room for the padding.
  public static let maxInputBytes = 1 << 20 - 9
  /// Proofs of a thousand blocks take about as long with 17, but are larger; with 20 they take half as long again.
  static let logStackedHeight = 18

  public static let description = CircuitDescription(
    id: "dev.outrigger.sha256", version: "1.0.0", maxInputBytes: maxInputBytes, maxOutputBytes: SHA256.digestBytes,
    airCount: 2 * Self.partCount, logStackedHeight: logStackedHeight, maxLogBatch: 16)

  /// The AIRs are there twice, so that blocks a little above a power of two are split into two traces rather than
  /// padded to the next one. The second two are absent where they save nothing.
  static let partCount = 2

  public init() {}

  public var airs: [any AIR] {
    (0..<Self.partCount).flatMap { part -> [any AIR] in
      let bus = Self.bus(ofPart: part)
      return [BlockAIR(bus: bus), RoundAIR(bus: bus)]
    }
  }

  static func bus(ofPart part: Int) -> PermutationBus {
    PermutationBus(StandardBus.firstOwn + UInt16(part), "sha256.block\(part)")
  }

  public func evaluate(_ input: [UInt8], _ call: HostCall) throws(CircuitError) -> [UInt8] {
    guard let digest = SHA256.hash(input, isCancelled: { call.isCancelled }) else { throw .cancelled }
    return digest
  }

  public func plan(_ inputs: [[UInt8]], _ call: HostCall) throws(CircuitError) -> any ProvingJob {
    var blocks: [CallBlock] = []
    var ends: [Int] = []
    for (index, input) in inputs.enumerated() {
      if index % 256 == 0 { try call.checkCancellation() }
      blocks += CallBlock.blocks(ofCall: index, input, isCancelled: { call.isCancelled })
      ends.append(blocks.count)
    }
    try call.checkCancellation()
    let split = BlockSplit(ends: ends)
    guard split.logBlocks.allSatisfy({ ($0 ?? 0) + 4 <= Self.logStackedHeight }) else {
      throw .limit("\(blocks.count) blocks, at most \(Self.partCount << (Self.logStackedHeight - 4)) are possible")
    }
    return SHA256Job(blocks: blocks, split: split)
  }
}

/// How blocks are spread over the two parts, a call never over both.
struct BlockSplit: Hashable, Sendable {
  /// Blocks of the first part.
  let first: Int
  /// Log of the blocks that each part's trace holds; nil for a part without any.
  let logBlocks: [Int?]

  /// `ends` are the numbers of blocks up to and with each call, at least one. Up to `few` blocks stay together.
  init(ends: [Int], few: Int = 64) {
    let total = ends.last ?? 0
    // A second part must save an eighth of the rows: its columns are opened as well.
    var best = (first: total, rows: Self.padded(total) * 7 / 8 + 1)
    for log in (0...Self.log(total)).reversed() where total > few {
      // As many calls as fit; the rest is for the second part.
      guard let first = ends.last(where: { $0 <= 1 << log }), first < total else { continue }
      let rows = Self.padded(first) + Self.padded(total - first)
      if rows < best.rows { best = (first, rows) }
    }
    first = best.first
    logBlocks = [Self.log(best.first), best.first < total ? Self.log(total - best.first) : nil]
  }

  private static func log(_ blocks: Int) -> Int {
    var log = 0
    while 1 << log < blocks { log += 1 }
    return log
  }

  private static func padded(_ blocks: Int) -> Int { 1 << log(blocks) }
}

struct SHA256Job: ProvingJob {
  let blocks: [CallBlock]
  let split: BlockSplit

  var logHeights: [Int?] {
    split.logBlocks.flatMap { log in [log, log.map { $0 + 4 }] }
  }

  func fill(_ traces: [TraceView], _ call: HostCall) throws(CircuitError) {
    let parts = [blocks[..<split.first], blocks[split.first...]].filter { !$0.isEmpty }
    guard traces.count == 2 * parts.count else { throw .fault("\(traces.count) traces for \(parts.count) parts") }
    for (part, blocks) in parts.enumerated() {
      try BlockTrace.fill(traces[2 * part], blocks, call)
      call.progress(4 * part + 1, of: 4 * parts.count)
      try RoundTrace.fill(traces[2 * part + 1], blocks.map(\.work)[...], call)
      call.progress(4 * part + 4, of: 4 * parts.count)
    }
  }
}
