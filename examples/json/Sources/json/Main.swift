import GuestKit
import SHA2

/// Finds a field of a JSON document, and reveals one digest that names the document, the path and the value.
///
/// Inputs: the document, and a path such as `user.address.city` or `items.0.price`. The public values are the SHA-256
/// digest of three digests: of the document, of the path, and of the value's text as it stands in the document.
/// Whoever knows the document's digest, the path and the value can compute it; the rest of the document stays private.
@main
struct Main {
  static func main() {
    let document = readInput()
    let path = readInput()
    let steps = path.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)

    let value: [UInt8]
    do throws(JSONError) {
      var reader = JSONReader(document)
      value = Array(document[try reader.find(steps)])
    } catch {
      Guest.panic(error.reason, error.offset)
    }
    reveal(SHA256.hash(SHA256.hash(document).bytes + SHA256.hash(path).bytes + SHA256.hash(value).bytes).bytes)
  }
}
