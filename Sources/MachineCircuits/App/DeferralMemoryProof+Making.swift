import Hashing
import Machine
import MachineVerifier

extension DeferralMemoryProof {
  /// Opens address space 4 in the memories before the first segment and after the last.
  public init(initial: MemoryTree, final: MemoryTree) {
    func siblings(_ tree: MemoryTree) -> [InnerDigest] {
      (MachineLimits.addressHeight..<MachineLimits.treeHeight).map { height in
        let index = (AddressSpace.deferral - 1) >> UInt32(height - MachineLimits.addressHeight)
        return tree.node(height: height, index: index ^ 1)
      }
    }
    self.init(initialSiblings: siblings(initial), finalSiblings: siblings(final))
  }
}
