import GuestKit
import Notary

/// Reveals the root of a tree over the documents of its input. Both hash functions are deferred, by value: the circuits'
/// inputs are the very bytes that the guest has read.
@main
struct Main {
  static func main() {
    let notary = Notary(
      sha256: { Deferral<0>.call($0, outputLength: 32) },
      keccak256: { Deferral<1>.call($0, outputLength: 32) })
    reveal(notary.rootOfInput())
  }
}
