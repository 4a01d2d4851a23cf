import Algebra
import CKernels

/// A layer of the fraction tree: nodes of even index and of odd index apart, so that both children of a parent have
/// the same index. Only nodes over real leaves are stored; all others are `0 / padding`.
final class FractionLayer: @unchecked Sendable {
  // SAFE: written by disjoint ranges while the layer is built, then only read.

  /// Log of the number of nodes.
  let log: Int
  /// Stored pairs: even, unless the layer has a single one.
  let pairs: Int
  let padding: Ext4
  /// Numerators; nil in the leaf layer, where they are base elements in `baseNumerators`.
  let p0, p1: ExtArray?
  /// Columns 0 and 1: numerators of even and odd leaves.
  let baseNumerators: FieldMatrix?
  let q0, q1: ExtArray

  /// Storage for the first `used` of `2^log` nodes, at least one.
  init(log: Int, used: Int, padding: Ext4, isLeafLayer: Bool) {
    self.log = log
    let needed = (used + 1) / 2
    let pairs = log > 1 ? needed + needed & 1 : 1
    self.pairs = pairs
    self.padding = padding
    if isLeafLayer {
      baseNumerators = FieldMatrix(height: pairs, width: 2)
      p0 = nil
      p1 = nil
    } else {
      baseNumerators = nil
      p0 = ExtArray(count: pairs, isZeroed: false)
      p1 = ExtArray(count: pairs, isZeroed: false)
    }
    q0 = ExtArray(count: pairs, isZeroed: false)
    q1 = ExtArray(count: pairs, isZeroed: false)
    for node in used..<2 * pairs {
      (node & 1 == 0 ? p0 : p1)?[node / 2] = .zero
      (node & 1 == 0 ? q0 : q1)[node / 2] = padding
    }
  }

  var numerators: (even: UnsafeMutablePointer<UInt32>, odd: UnsafeMutablePointer<UInt32>, stride: Int, isBase: Bool) {
    if let base = baseNumerators { return (base.base.words, (base.base + pairs).words, 0, true) }
    return (p0!.base, p1!.base, p0!.stride, false)
  }

  func p(_ node: Int) -> Ext4 {
    if let base = baseNumerators { return Ext4(base[row: node / 2, column: node & 1]) }
    return (node & 1 == 0 ? p0! : p1!)[node / 2]
  }

  func q(_ node: Int) -> Ext4 { (node & 1 == 0 ? q0 : q1)[node / 2] }

  /// The layer above: `(p, q) + (p', q') = (p q' + p' q, q q')`.
  func parents(workers: Workers) -> FractionLayer {
    let parent = FractionLayer(log: log - 1, used: pairs, padding: padding.squared, isLeafLayer: false)
    let source = numerators
    let target = parent.numerators
    nonisolated(unsafe) let from = source  // SAFE: only read
    nonisolated(unsafe) let to = target  // SAFE: ranges are disjoint and even
    workers.forEachRange(pairs, grain: 1 << 13) { range in
      ck_fraction_parents(
        from.even, from.odd, from.isBase ? 1 : 0, self.q0.base, self.q1.base, self.q0.stride, range.lowerBound,
        range.count, to.even, to.odd, parent.q0.base,
        parent.q1.base, parent.q0.stride)
    }
    return parent
  }
}

/// Builds the leaves of the fraction tree (chapter 10, section 6.3).
enum FractionLeaves {
  /// Assigns leaves to the interactions of `traces`, in sorted order; returns how many there are.
  static func assign(to traces: [ProverTrace]) -> Int {
    var next = 0
    for trace in traces {
      trace.leafOffsets = trace.interactions.indices.map { next + $0 << trace.logLiftedHeight }
      next += trace.interactions.count << trace.logLiftedHeight
    }
    return next
  }

  /// The leaf layer: `2^log > total` leaves.
  static func build(
    _ traces: [ProverTrace], total: Int, log: Int, alpha: Ext4, beta: Ext4, workers: Workers
  ) -> FractionLayer {
    let layer = FractionLayer(log: log, used: total, padding: alpha, isLeafLayer: true)
    for trace in traces where !trace.interactions.isEmpty { fill(layer, trace, alpha, beta, workers) }
    return layer
  }

  private static let rowsPerBlock = 512

  private static func fill(
    _ layer: FractionLayer, _ trace: ProverTrace, _ alpha: Ext4, _ beta: Ext4, _ workers: Workers
  ) {
    var outputs: [ProgramOutput] = []
    var weights: [Ext4] = []
    for (index, interaction) in trace.interactions.enumerated() {
      let terms = interaction.denominatorTerms(beta: beta)
      weights.append(alpha + terms.constant)
      outputs.append(.start(weight: weights.count - 1))
      for field in terms.fields {
        weights.append(field.weight)
        outputs.append(.accumulate(node: field.node, accumulator: 0, weight: weights.count - 1))
      }
      outputs.append(.emit(node: interaction.count, fraction: index))
    }
    let program = DAGProgram(
      dag: trace.dag, columns: trace.numbering, publicValues: trace.publicValues, outputs: outputs,
      accumulatorCount: 1)
    let weightsCopy = weights
    let norm = trace.logHeight == trace.logLiftedHeight ? 0 : trace.repetitionInverse.montgomery
    nonisolated(unsafe) let target = layer.numerators  // SAFE: blocks write disjoint leaves
    workers.forEachRange(trace.height, grain: rowsPerBlock) { rows in
      let lanes = (rows.count + 15) & ~15
      let scratch = BlockScratch(slots: program.slotCount, words: lanes, accumulatorWords: 4 * lanes)
      trace.columns.withUnsafeBytes { columns in
        trace.leafOffsets.withUnsafeBufferPointer { offsets in
          program.withProgram(weights: weightsCopy) { pointer in
            ck_dag_rows(
              pointer, columns.assumingMemoryBound(to: UnsafePointer<UInt32>?.self).baseAddress, trace.height - 1,
              scratch.slots, scratch.home, scratch.accumulators, rows.lowerBound, rows.count, lanes,
              UnsafeRawPointer(offsets.baseAddress!).assumingMemoryBound(to: Int.self), norm, target.even, target.odd,
              layer.q0.base, layer.q1.base, layer.q0.stride)
          }
        }
      }
    }
  }
}

/// Slots and accumulators for one block of a program.
final class BlockScratch {
  /// Where each slot points now, and where its own memory is.
  let slots: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>?>
  let home: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>?>
  let accumulators: UnsafeMutablePointer<UInt32>
  private let memory: UnsafeMutablePointer<UInt32>

  init(slots count: Int, words: Int, accumulatorWords: Int) {
    slots = .allocate(capacity: Swift.max(count, 1))
    home = .allocate(capacity: Swift.max(count, 1))
    // An odd number of cache lines apart, so that slots spread over the cache's sets.
    let spacing = (words + 15) / 16 * 16 + 16
    memory = .allocate(capacity: count * spacing + accumulatorWords + 16)
    memory.initialize(repeating: 0, count: count * spacing + accumulatorWords + 16)
    for i in 0..<count {
      (slots + i).initialize(to: memory + i * spacing)
      (home + i).initialize(to: memory + i * spacing)
    }
    accumulators = memory + count * spacing
  }

  deinit {
    slots.deallocate()
    home.deallocate()
    memory.deallocate()
  }
}
