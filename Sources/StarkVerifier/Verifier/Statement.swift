import AIR
import Algebra
import Hashing

/// One present AIR, as the protocol sees it after sorting (chapter 10, section 4.10).
struct StatedTrace<H: HashConfiguration> {
  let airID: Int
  let key: AIRVerifyingKey<H>
  let publicValues: [BabyBear]
  let logHeight: Int
  /// `n = logHeight - lSkip`; negative for heights below the skip domain.
  let dimension: Int

  /// Number of cube variables, `max(n, 0)`.
  var cubeDimension: Int { max(dimension, 0) }
  /// Values opened for a column of this trace.
  var openingsPerColumn: Int { key.needsRotation ? 2 : 1 }
  /// Widths of the parts in opening order: common main, preprocessed, cached mains.
  var partWidths: [Int] {
    [key.width.commonMain] + (key.width.preprocessed.map { [$0] } ?? []) + key.width.cachedMains
  }

  /// `r'`: the point at which this trace's columns are opened when the sumcheck ended in `r`.
  func openingPoint(_ r: [Ext4]) -> [Ext4] {
    dimension >= 0 ? Array(r.prefix(1 + dimension)) : r.prefix(1).map { $0.squared(times: -dimension) }
  }
}

/// One stacked commitment with the columns inside it.
struct StatedCommitment<H: HashConfiguration> {
  let root: H.Digest
  let layout: StackedLayout
  /// Sorted trace of each matrix of the layout.
  let traces: [Int]
  /// Part, in opening order, that the matrices are.
  let part: Int
}

/// What a proof claims: which AIRs with which heights and public values, and the sizes that follow from them.
/// Made by `Verifier.statement(of:)`, which checks every shape, so that the protocol's rounds can index freely.
struct Statement<H: HashConfiguration> {
  /// Present AIRs by height, tallest first, then by AIR id.
  let traces: [StatedTrace<H>]
  /// Greatest number of cube variables of a trace.
  let maxDimension: Int
  /// Number of cube variables of the fraction tree's leaves; zero without interactions.
  let logupDimension: Int
  /// Layers of the fraction tree, `m`; zero without interactions.
  let layerCount: Int
  /// Common main, then by sorted trace: preprocessed, cached mains.
  var commitments: [StatedCommitment<H>] = []

  var globalDimension: Int { max(maxDimension, logupDimension) }

  init(traces: [StatedTrace<H>], lSkip: Int) {
    self.traces = traces
    maxDimension = traces.first?.cubeDimension ?? 0
    // Below 2^32 interactions x 2^27 rows.
    var leaves: UInt64 = 0
    for trace in traces {
      leaves &+= UInt64(trace.key.dag.interactions.count) << UInt64(lSkip + trace.cubeDimension)
    }
    // Strictly more leaves than fractions: the bit length of the total.
    layerCount = leaves == 0 ? 0 : UInt64.bitWidth - leaves.leadingZeroBitCount
    logupDimension = leaves == 0 ? 0 : layerCount - lSkip
  }
}
