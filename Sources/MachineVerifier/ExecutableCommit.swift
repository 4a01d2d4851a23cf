import Algebra
import Hashing

/// The commitment to an executable: program, initial memory and entry (chapter 20, section 1.5). Whoever expects it
/// must have computed it from the guest's ELF file, or trust who did: the circuits believe what the program says.
public enum ExecutableCommit {
  public static func digest(programCommit: InnerDigest, initialRoot: InnerDigest, initialPC: BabyBear) -> InnerDigest {
    let zero = InnerConfiguration.emptyDigest
    func leaf(_ digest: InnerDigest) -> InnerDigest { InnerConfiguration.compress(digest, zero) }
    return InnerConfiguration.compress(
      InnerConfiguration.compress(leaf(programCommit), leaf(initialRoot)), leaf(InnerDigest([initialPC])))
  }
}
