import AIR
import Algebra
import Hashing

/// The values of all nodes of an AIR at one point: each node once, in order, operands before their users.
struct NodeValues {
  private var values: [Ext4] = []

  subscript(node: Int) -> Ext4 { values[node] }

  /// - Parameters:
  ///   - openings: by part in opening order; with rotation, each column's value is followed by its rotation's.
  ///   - point: `r'` of this trace (chapter 10, section 6.4.6).
  init<H: HashConfiguration>(_ trace: StatedTrace<H>, openings: [[Ext4]], at point: [Ext4], lSkip: Int) {
    let selectors = Selectors(at: point, logDomain: lSkip + min(trace.dimension, 0))
    let stride = trace.openingsPerColumn
    let commonMain = openings.first ?? []
    let preprocessed = trace.key.width.preprocessed == nil ? [] : openings[1]
    let cachedMains = openings.suffix(trace.key.width.cachedMains.count)
    let nodes = trace.key.dag.nodes
    values.reserveCapacity(nodes.count)
    for node in nodes {
      let value: Ext4
      switch node {
      case .variable(.main(let part, let offset), let column):
        // Among main parts the cached ones come first; openings begin with common main.
        let openings = part < cachedMains.count ? cachedMains[cachedMains.startIndex + part] : commonMain
        value = openings[column * stride + offset]
      case .variable(.preprocessed(let offset), let column): value = preprocessed[column * stride + offset]
      case .variable(.public, let index): value = Ext4(trace.publicValues[index])
      case .isFirstRow: value = selectors.isFirstRow
      case .isLastRow: value = selectors.isLastRow
      case .isTransition: value = .one - selectors.isLastRow
      case .constant(let constant): value = Ext4(constant)
      case .add(let left, let right, _): value = values[left] + values[right]
      case .sub(let left, let right, _): value = values[left] - values[right]
      case .neg(let operand, _): value = -values[operand]
      case .mul(let left, let right, _): value = values[left] * values[right]
      }
      values.append(value)
    }
  }
}

/// The row selectors' extensions at a point of the prism `D(k) x {0,1}^n`.
private struct Selectors {
  let isFirstRow: Ext4
  let isLastRow: Ext4

  init(at point: [Ext4], logDomain k: Int) {
    let z = point.first ?? .zero
    var first = Kernel.eqDOne(log: k, z)
    // The last row is w^-1: moved on by w it becomes the first.
    var last = Kernel.eqDOne(log: k, z * BabyBear.rootOfUnity(log: k))
    for x in point.dropFirst() {
      first *= .one - x
      last *= x
    }
    isFirstRow = first
    isLastRow = last
  }
}
