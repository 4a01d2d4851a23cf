import Algebra
import Hashing

extension UserPublicValuesProof {
  /// The proof that `values`, `8 * 2^k` bytes, are the first cells of address space 3 in a memory whose tree is `tree`.
  public init(values: [UInt8], in tree: MemoryTree) throws(UserPublicValuesError) {
    guard let height = Self.height(ofValues: values.count) else { throw .unsupportedCount(values.count) }
    let cells = values.map { BabyBear(UInt32($0)) }
    var index = (UInt32(Self.spaceIndex) << UInt32(Self.addressHeight)) >> UInt32(height)
    let commitment = Self.commitment(to: cells)
    guard tree.node(height: height, index: index) == commitment else { throw .root }
    var siblings: [InnerDigest] = []
    for level in height..<Self.treeHeight {
      siblings.append(tree.node(height: level, index: index ^ 1))
      index >>= 1
    }
    self.init(values: cells, commitment: commitment, siblings: siblings)
  }
}
