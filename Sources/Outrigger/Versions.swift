/// The versions that decide whether two installations understand each other.
public enum Versions {
  /// The product, by semantic versioning. VERSIONING.md says which changes alter keys and proofs.
  public static let product = "0.1.0"
  /// The first word of every proof (chapter 10, section 7.3).
  public static let proofCodec = 3
  /// The version that is hashed into every key's pre-hash (chapter 10, section 4.9).
  public static let keyCodec = 3

  /// All of them, one to a line.
  public static var text: String {
    """
    outrigger \(product)
    proof codec \(proofCodec)
    verifying key \(keyCodec)
    """
  }
}
