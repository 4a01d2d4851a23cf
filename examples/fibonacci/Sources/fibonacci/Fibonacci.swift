import GuestKit

/// Reads n, reveals the n-th Fibonacci number modulo 2^64, and n.
@main
struct Fibonacci {
  static func main() {
    let n = readInput(as: UInt32.self)
    var a: UInt64 = 0
    var b: UInt64 = 1
    for _ in 0..<n { (a, b) = (b, a &+ b) }
    reveal(a, at: 0)
    reveal(n, at: 8)
  }
}
