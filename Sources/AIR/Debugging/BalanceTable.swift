import Algebra

/// Stands for a bus and a message in 128 bits. Accidental collisions are negligible at that length.
struct MessageKey: Hashable, BitwiseCopyable {
  private(set) var high: UInt64
  private(set) var low: UInt64

  /// The key of a message of `length` fields, none of which is absorbed yet.
  init(bus: UInt16, length: Int) {
    high = 0x9e37_79b9_7f4a_7c15 ^ UInt64(bus)
    low = 0xd1b5_4a32_d192_ed03 &+ UInt64(bus)
    absorb(UInt64(length))
  }

  /// Marks a free place; no message's key has `high == 0` after `finished`.
  fileprivate init() { (high, low) = (0, 0) }

  mutating func absorb(_ value: UInt64) {
    high = (high ^ value) &* 0xff51_afd7_ed55_8ccd
    high ^= high >> 29
    low = (low &+ value &+ high) &* 0xc4ce_b9fe_1a85_ec53
    low ^= low >> 32
  }

  /// The key once all fields are absorbed.
  var finished: MessageKey {
    var key = self
    key.high |= 1
    return key
  }

  fileprivate var isFree: Bool { high == 0 }
}

/// Sums of counts by message: a hash table with open addressing, since millions of messages go through it and their
/// keys are hashes already.
struct BalanceTable {
  private var keys: [MessageKey]
  private var balances: [BabyBear]
  private var used = 0

  init() {
    keys = Array(repeating: MessageKey(), count: 1 << 10)
    balances = Array(repeating: .zero, count: 1 << 10)
  }

  mutating func add(_ count: BabyBear, to key: MessageKey) {
    let place = place(of: key)
    if keys[place].isFree {
      keys[place] = key
      used += 1
    }
    balances[place] += count
    if 2 * used > keys.count { grow() }
  }

  /// The messages whose counts do not cancel.
  var unbalanced: [MessageKey: BabyBear] {
    var result: [MessageKey: BabyBear] = [:]
    for (key, balance) in zip(keys, balances) where balance != .zero { result[key] = balance }
    return result
  }

  /// Where `key` is or belongs. At least half of the places are free, so the search ends.
  private func place(of key: MessageKey) -> Int {
    let mask = keys.count - 1
    var place = Int(truncatingIfNeeded: key.low) & mask
    while !keys[place].isFree, keys[place] != key { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let (oldKeys, oldBalances) = (keys, balances)
    keys = Array(repeating: MessageKey(), count: 4 * oldKeys.count)
    balances = Array(repeating: .zero, count: 4 * oldKeys.count)
    for (key, balance) in zip(oldKeys, oldBalances) where !key.isFree {
      let place = place(of: key)
      keys[place] = key
      balances[place] = balance
    }
  }
}
