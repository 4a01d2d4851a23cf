import Algebra
import Hashing
import Machine
import MachineVerifier

extension UserPublicValuesProof {
  /// What the memory of `tree` holds at the start of address space 3, with the path to the tree's root; nil where
  /// `values`, the first cells there, are not those of the tree or are not `8 * 2^k` with `k <= 26`.
  public init?(values: [UInt8], in tree: MemoryTree) {
    guard values.count >= 8, values.count.nonzeroBitCount == 1 else { return nil }
    let height = (values.count / 8).trailingZeroBitCount
    guard height <= MachineLimits.addressHeight else { return nil }
    let cells = values.map { BabyBear(UInt32($0)) }
    let commit = Self.commit(to: cells)
    var index = ((AddressSpace.publicValues - 1) << UInt32(MachineLimits.addressHeight)) >> UInt32(height)
    guard tree.node(height: height, index: index) == commit else { return nil }
    var siblings: [InnerDigest] = []
    for level in height..<MachineLimits.treeHeight {
      siblings.append(tree.node(height: level, index: index ^ 1))
      index >>= 1
    }
    self.init(values: cells, commit: commit, siblings: siblings)
  }
}
