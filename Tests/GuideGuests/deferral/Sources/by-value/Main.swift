import GuestKit

/// Reads a message and reveals its SHA-256 digest, which the circuit at index 0 computes.
@main
struct Main {
  static func main() {
    let message = readInput()
    reveal(Deferral<0>.call(message, outputLength: 32))
  }
}
