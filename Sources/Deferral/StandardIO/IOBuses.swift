import AIR

/// Buses between the AIRs of the standard set. Their numbers lie below those that circuits may use.
enum IOBus {
  /// `(call, isOutput, digest)`, from inputs and outputs to the leaves of the call tree.
  static let commit = PermutationBus(6, "io.commit")
  /// `(height, position, hash)`, from a node of the call tree to its parent.
  static let node = PermutationBus(7, "io.node")
}

extension AIRBuilder {
  /// Demands that `half` is the first half of the permutation of `left` and `right` where `isCompression` is 1, the
  /// second half where it is 0.
  func lookUpPermutation(
    _ name: String, _ left: [Expr], _ right: [Expr], half: [Expr], isCompression: Expr = 1, enabled: Expr
  ) {
    lookUp(name, left + right + half + [isCompression], in: StandardBus.poseidon2, enabled: enabled)
  }
}
