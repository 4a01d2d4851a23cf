import Algebra
import Hashing
import StarkVerifier

/// Where a column lies in the stacked matrix (chapter 10, section 6.1).
struct StackedSlice {
  /// Which matrix of the commitment, and which of its columns.
  let matrix: Int
  let column: Int
  /// The stacked column, and the first row in it: a multiple of the slice's length.
  let stackedColumn: Int
  let row: Int
  let logHeight: Int
}

/// Matrices committed together: stacked into columns of height `2^M`, encoded and hashed.
public final class StackedCommitment<H: HashConfiguration>: Sendable {
  /// In stacking order: heights do not increase.
  public let matrices: [FieldMatrix]
  /// In walking order: matrix by matrix, column by column.
  let slices: [StackedSlice]
  public let stackedWidth: Int
  let logStackedHeight: Int
  let tree: MerkleTree<H>
  public var root: H.Digest { tree.root }

  /// Commits to `matrices`, whose heights are powers of two of at most `2^M` and do not increase.
  public init(matrices: [FieldMatrix], parameters: SystemParameters, workers: Workers) {
    self.matrices = matrices
    let logSkip = parameters.lSkip
    let logStacked = parameters.logStackedHeight
    let slices = Self.layOut(matrices, logSkip: logSkip, logStacked: logStacked)
    self.slices = slices
    logStackedHeight = logStacked
    let width = (slices.last?.stackedColumn ?? -1) + 1
    stackedWidth = width
    let domain = SkipDomain(log: logSkip)
    var byColumn = [[StackedSlice]](repeating: [], count: width)
    for slice in slices { byColumn[slice.stackedColumn].append(slice) }
    let pieces = byColumn
    let codewords = CodewordMatrix(
      width: width, logLength: logStacked, logHeight: logStacked + parameters.logBlowup, workers: workers
    ) { column, destination in
      for slice in pieces[column] {
        let source = matrices[slice.matrix].column(slice.column)
        let step = 1 << Swift.max(logSkip - slice.logHeight, 0)
        if step == 1 {
          (destination + slice.row).update(from: UnsafePointer(source.baseAddress!), count: source.count)
        } else {
          for (i, value) in source.enumerated() { destination[slice.row + i * step] = value }
        }
      }
      domain.chunksToMessage(destination, chunks: 1 << (logStacked - logSkip))
    }
    tree = MerkleTree(codewords: codewords, logRowsPerLeaf: parameters.whir.k, workers: workers)
  }

  private static func layOut(_ matrices: [FieldMatrix], logSkip: Int, logStacked: Int) -> [StackedSlice] {
    var slices: [StackedSlice] = []
    var address = 0
    for (index, matrix) in matrices.enumerated() {
      let logHeight = matrix.height.trailingZeroBitCount
      for column in 0..<matrix.width {
        slices.append(
          StackedSlice(
            matrix: index, column: column, stackedColumn: address >> logStacked,
            row: address & (1 << logStacked - 1), logHeight: logHeight))
        address += 1 << Swift.max(logHeight, logSkip)
      }
    }
    return slices
  }

  /// The commitment to `matrix` alone, if `known` has it.
  static func find(
    _ matrix: FieldMatrix, in known: [ObjectIdentifier: StackedCommitment<H>]
  ) -> StackedCommitment<H>? {
    guard let commitment = known[ObjectIdentifier(matrix)], commitment.matrices.count == 1,
      commitment.matrices[0] === matrix
    else { return nil }
    return commitment
  }

  func column(of slice: StackedSlice) -> UnsafePointer<BabyBear> {
    UnsafePointer(matrices[slice.matrix].column(slice.column).baseAddress!)
  }
}
