import GuestKit

/// Cuts a file into chunks, has each hashed by the SHA-256 plugin, and reveals the exclusive or of the digests.
///
/// Inputs: the size of a chunk as a word, and the file. With small chunks it is a measure of what a deferred call costs,
/// with a single large one of what a deferred byte costs.
@main
struct Chunks {
  static func main() {
    let size = Int(readInput(as: UInt32.self))
    let file = readInput()
    Guest.require(size > 0, "chunks of at least one byte")
    var total = [UInt8](repeating: 0, count: 32)
    var start = 0
    while start < file.count {
      let end = min(start + size, file.count)
      let digest = Deferral<0>.call(Array(file[start..<end]), outputLength: 32)
      for index in total.indices { total[index] ^= digest[index] }
      start = end
    }
    reveal(total)
  }
}
