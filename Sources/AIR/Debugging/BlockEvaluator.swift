import Algebra

/// Evaluates all nodes of an AIR's DAG on blocks of consecutive rows.
///
/// One pass over the nodes per block keeps the interpretation overhead per row small. Plain field arithmetic, shared
/// with neither prover nor verifier, so that it can serve as their check.
package struct BlockEvaluator: Sendable {
  /// Rows per block. Node values of a block take `64 * nodes` bytes.
  package static let blockSize = 16

  package let instance: AIRInstance
  private let height: Int

  /// Checks the instance's shape.
  package init(_ instance: AIRInstance) throws(TraceShapeError) {
    try instance.validate()
    self.instance = instance
    height = instance.height
  }

  /// Number of blocks that cover the trace.
  package var blockCount: Int { (height + Self.blockSize - 1) / Self.blockSize }

  /// The rows of block `index`.
  package func rows(ofBlock index: Int) -> Range<Int> {
    index * Self.blockSize..<min((index + 1) * Self.blockSize, height)
  }

  /// Calls `body` for each block in `blocks`, with the node values: node `n` in row `r` of the block is
  /// `values[n * blockSize + r]`. The buffer is valid during the call only.
  package func forEachBlock(in blocks: Range<Int>, _ body: (Range<Int>, UnsafeBufferPointer<BabyBear>) -> Void) {
    let count = instance.air.dag.nodes.count * Self.blockSize
    withUnsafeTemporaryAllocation(of: BabyBear.self, capacity: max(count, 1)) { values in
      values.initialize(repeating: .zero)
      for block in blocks {
        let rows = rows(ofBlock: block)
        evaluate(rows, into: values)
        body(rows, UnsafeBufferPointer(values))
      }
    }
  }

  // SAFE: `validate` has checked that operands precede their users and that columns exist; `lane` stays below
  // `blockSize` and `values` has that many cells per node.
  private func evaluate(_ rows: Range<Int>, into values: UnsafeMutableBufferPointer<BabyBear>) {
    guard let base = values.baseAddress else { return }
    let lanes = rows.count
    for (position, node) in instance.air.dag.nodes.enumerated() {
      let target = base + position * Self.blockSize
      switch node {
      case .variable(let entry, let index):
        load(Variable(entry: entry, index: index), rows, into: target)
      case .isFirstRow:
        for lane in 0..<lanes { target[lane] = rows.lowerBound + lane == 0 ? .one : .zero }
      case .isLastRow:
        for lane in 0..<lanes { target[lane] = rows.lowerBound + lane == height - 1 ? .one : .zero }
      case .isTransition:
        for lane in 0..<lanes { target[lane] = rows.lowerBound + lane == height - 1 ? .zero : .one }
      case .constant(let value):
        for lane in 0..<lanes { target[lane] = value }
      case .add(let left, let right, _):
        let (a, b) = (base + left * Self.blockSize, base + right * Self.blockSize)
        for lane in 0..<Self.blockSize { target[lane] = a[lane] + b[lane] }
      case .sub(let left, let right, _):
        let (a, b) = (base + left * Self.blockSize, base + right * Self.blockSize)
        for lane in 0..<Self.blockSize { target[lane] = a[lane] - b[lane] }
      case .neg(let operand, _):
        let a = base + operand * Self.blockSize
        for lane in 0..<Self.blockSize { target[lane] = -a[lane] }
      case .mul(let left, let right, _):
        let (a, b) = (base + left * Self.blockSize, base + right * Self.blockSize)
        for lane in 0..<Self.blockSize { target[lane] = a[lane] * b[lane] }
      }
    }
  }

  private func load(_ variable: Variable, _ rows: Range<Int>, into target: UnsafeMutablePointer<BabyBear>) {
    guard let (part, offset) = instance.air.width.part(of: variable.entry), let matrix = instance[part] else {
      for lane in 0..<rows.count { target[lane] = instance.publicValues[variable.index] }
      return
    }
    let column = matrix.base + variable.index * height
    for lane in 0..<rows.count {
      let row = rows.lowerBound + lane + offset
      target[lane] = column[row == height ? 0 : row]
    }
  }
}
