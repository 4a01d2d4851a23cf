import Algebra
import Hashing
import Machine

/// The permutations that AIRs look up, each pair of digests once with the numbers of its look-ups.
///
/// A hash table with open addressing over the pairs' words: requests come by the ten thousands for a segment.
package struct PermutationRequests {
  /// 16 elements each.
  private(set) var pairs: [BabyBear] = []
  /// Look-ups of the first half of the result, which is the compression.
  private(set) var counts: [UInt32] = []
  /// Look-ups of the second half.
  private(set) var capacityCounts: [UInt32] = []
  /// Number of a pair plus 1, or 0; a power of two of them, at most half in use.
  private var table = [UInt32](repeating: 0, count: 1 << 10)

  package init() {}

  package var count: Int { counts.count }

  /// Counts look-ups of `compress(left, right)`.
  package mutating func add(_ left: InnerDigest, _ right: InnerDigest, count: UInt32 = 1) {
    counts[number(left, right)] += count
  }

  /// Counts look-ups of the second half of the permutation of `left` and `right`.
  package mutating func addCapacity(_ left: InnerDigest, _ right: InnerDigest, count: UInt32 = 1) {
    capacityCounts[number(left, right)] += count
  }

  /// The number of a pair, which is new or not.
  private mutating func number(_ left: InnerDigest, _ right: InnerDigest) -> Int {
    if 2 * counts.count >= table.count { grow() }
    let pair: [16 of BabyBear] = [
      left.e0, left.e1, left.e2, left.e3, left.e4, left.e5, left.e6, left.e7,
      right.e0, right.e1, right.e2, right.e3, right.e4, right.e5, right.e6, right.e7,
    ]
    var slot = Self.hash { pair[$0] } & (table.count - 1)
    while table[slot] != 0 {
      let number = Int(table[slot]) - 1
      if (0..<16).allSatisfy({ pairs[16 * number + $0] == pair[$0] }) { return number }
      slot = (slot + 1) & (table.count - 1)
    }
    for i in 0..<16 { pairs.append(pair[i]) }
    counts.append(0)
    capacityCounts.append(0)
    table[slot] = UInt32(counts.count)
    return counts.count - 1
  }

  /// Counts those of the boundary's rows and of the Merkle rows.
  mutating func add(_ leaves: [TouchedLeaf], _ update: MemoryTreeUpdate) {
    for leaf in leaves {
      add(InnerDigest(cells: leaf.initial), InnerConfiguration.emptyDigest)
      add(InnerDigest(cells: leaf.final), InnerConfiguration.emptyDigest)
    }
    for node in update.nodes {
      add(node.initial.left, node.initial.right)
      add(node.final.left, node.final.right)
    }
  }

  private mutating func grow() {
    table = [UInt32](repeating: 0, count: 2 * table.count)
    for number in counts.indices {
      var slot = Self.hash { pairs[16 * number + $0] } & (table.count - 1)
      while table[slot] != 0 { slot = (slot + 1) & (table.count - 1) }
      table[slot] = UInt32(number + 1)
    }
  }

  private static func hash(_ element: (Int) -> BabyBear) -> Int {
    var hash: UInt64 = 0
    for i in 0..<16 { hash = (hash ^ UInt64(element(i).montgomery)) &* 0x9e37_79b9_7f4a_7c15 ^ hash >> 29 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7fff_ffff)
  }
}
