import GuestKit
import SHA2

/// Reads a file and reveals its SHA-256 digest.
@main
struct Main {
  static func main() {
    let file = readInput()
    reveal(SHA256.hash(file).bytes)
  }
}
