import Algebra
import Deferral
import StarkVerifier

/// Preprocessed traces of a manifest's circuits, and commitments to them: entries that differ in their index alone have
/// the same, and commit to them once.
final class SharedPreprocessed {
  private var matrices: [FieldMatrix] = []
  private var commitments: [SystemParameters: PreprocessedCommitments] = [:]

  /// The matrix that was seen first among those with these cells.
  func first(equalTo matrix: FieldMatrix) -> FieldMatrix {
    if let known = matrices.first(where: { $0.hasCells(of: matrix) }) { return known }
    matrices.append(matrix)
    return matrix
  }

  /// What has been committed to under `parameters`.
  func commitments(under parameters: SystemParameters) -> PreprocessedCommitments? { commitments[parameters] }

  func add(_ made: PreprocessedCommitments) {
    commitments[made.parameters, default: PreprocessedCommitments(parameters: made.parameters)].merge(made)
  }
}

extension FieldMatrix {
  fileprivate func hasCells(of other: FieldMatrix) -> Bool {
    guard height == other.height, width == other.width else { return false }
    return (0..<width).allSatisfy { column($0).elementsEqual(other.column($0)) }
  }
}
