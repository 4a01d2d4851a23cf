import AIR
import Algebra
import PluginKit

/// Keccak-256 of inputs of up to `maxInputBytes` bytes.
public struct Keccak256Circuit: PlainCircuit {
  public static let maxInputBytes = 1 << 20
  static let logStackedHeight = 19

  public static let description = CircuitDescription(
    id: "dev.outrigger.keccak256", version: "1.0.0", maxInputBytes: maxInputBytes,
    maxOutputBytes: Keccak256.digestBytes, airCount: 3, logStackedHeight: logStackedHeight, maxLogBatch: 16)

  public init() {}

  /// Permutations may stand in two traces rather than in one with more padding; the second is absent where it saves
  /// little.
  public var airs: [any AIR] { [SpongeAIR(), PermutationAIR(part: 0), PermutationAIR(part: 1)] }

  public func evaluate(_ input: [UInt8], _ call: HostCall) throws(CircuitError) -> [UInt8] {
    guard let digest = Keccak256.hash(input, isCancelled: { call.isCancelled }) else { throw .cancelled }
    return digest
  }

  public func plan(_ inputs: [[UInt8]], _ call: HostCall) throws(CircuitError) -> any ProvingJob {
    var blocks: [SpongeBlock] = []
    for (index, input) in inputs.enumerated() {
      if index % 256 == 0 { try call.checkCancellation() }
      blocks += SpongeBlock.blocks(ofCall: index, input, isCancelled: { call.isCancelled })
    }
    try call.checkCancellation()
    guard let split = PermutationSplit(count: blocks.count, maxLogHeight: Self.logStackedHeight) else {
      throw .limit("\(blocks.count) blocks do not fit into 2^\(Self.logStackedHeight) rows")
    }
    return Keccak256Job(blocks: blocks, split: split)
  }
}

/// How permutations are spread over the two parts.
struct PermutationSplit: Hashable, Sendable {
  let logHeight: Int
  /// Of the second part; nil where it is absent.
  let secondLogHeight: Int?
  /// Permutations of the first part.
  let first: Int

  /// Nil where `count` permutations, at least one, do not fit into `2^maxLogHeight` rows a part. Up to `few` stay
  /// together.
  init?(count: Int, maxLogHeight: Int, few: Int = 64) {
    func least(_ count: Int) -> Int? {
      (0...maxLogHeight).first { PermutationTrace.capacity(logHeight: $0) >= count }
    }
    let single = least(count)
    // A second part must save an eighth of the rows: its columns are opened as well.
    var best = single.map { (log: $0, second: Int?.none, rows: (1 << $0) * 7 / 8) }
    for log in 0...maxLogHeight where count > few {
      let rest = count - PermutationTrace.capacity(logHeight: log)
      guard rest > 0, rest < count, let second = least(rest) else { continue }
      let rows = (1 << log) + (1 << second)
      if second <= log, best.map({ rows <= $0.rows }) ?? true { best = (log, second, rows) }
    }
    guard let best else { return nil }
    logHeight = best.log
    secondLogHeight = best.second
    first = min(count, PermutationTrace.capacity(logHeight: best.log))
  }
}

struct Keccak256Job: ProvingJob {
  let blocks: [SpongeBlock]
  let split: PermutationSplit

  var logHeights: [Int?] {
    var log = 0
    while 1 << log < blocks.count { log += 1 }
    return [log, split.logHeight, split.secondLogHeight]
  }

  func fill(_ traces: [TraceView], _ call: HostCall) throws(CircuitError) {
    guard traces.count == (split.secondLogHeight == nil ? 2 : 3) else { throw .fault("\(traces.count) traces") }
    try SpongeTrace.fill(traces[0], blocks, first: split.first, call)
    let states = blocks.map(\.permuted)
    call.progress(1, of: 16)
    try PermutationTrace.fill(traces[1], states[..<split.first], call)
    if traces.count == 3 { try PermutationTrace.fill(traces[2], states[split.first...], call) }
    call.progress(16, of: 16)
  }
}
