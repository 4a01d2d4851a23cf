import AIR
import Algebra
import Hashing

/// What the host's tables contain, computed anew.
enum StandardTableEntry {
  private static let greatestBits: UInt32 = 17

  /// Whether the bus is that of a standard table which has the message.
  static func exists(bus: UInt16, _ message: [BabyBear]) -> Bool {
    switch bus {
    case StandardBus.poseidon2.index: isPermutation(message)
    case StandardBus.bytes.index: isBytes(message)
    case StandardBus.range.index: isInRange(message)
    default: false
    }
  }

  private static func isPermutation(_ message: [BabyBear]) -> Bool {
    guard message.count == 25, message[24] == .zero || message[24] == .one else { return false }
    var state = Array(message[0..<16])
    Poseidon2.permute(&state)
    return (message[24] == .one ? state[..<8] : state[8...]).elementsEqual(message[16..<24])
  }

  private static func isBytes(_ message: [BabyBear]) -> Bool {
    guard message.count == 4 else { return false }
    let (x, y, z) = (message[0].canonical, message[1].canonical, message[2].canonical)
    guard x < 256, y < 256 else { return false }
    return message[3] == .zero ? z == 0 : message[3] == .one && z == x ^ y
  }

  private static func isInRange(_ message: [BabyBear]) -> Bool {
    guard message.count == 2 else { return false }
    let bits = message[1].canonical
    return bits <= greatestBits && message[0].canonical < 1 << bits
  }
}
