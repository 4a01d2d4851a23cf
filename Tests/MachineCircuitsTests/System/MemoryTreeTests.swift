import Algebra
import Hashing
import Machine
import MachineVerifier
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct MemoryTreeTests {
  typealias Cells = [8 of UInt32]

  /// The hash of the subtree at `height` with number `index` of a memory, computed from nothing.
  static func naive(_ leaves: [UInt32: [UInt32]], height: Int, index: UInt32) -> InnerDigest {
    if leaves.isEmpty { return MemoryTree.zeroHashes[height] }
    if height == 0 {
      let cells = leaves[index] ?? Array(repeating: 0, count: 8)
      return InnerConfiguration.compress(InnerDigest(cells.map { BabyBear($0) }), InnerDigest([]))
    }
    let children = (2 * index...2 * index + 1).map { child in
      naive(leaves.filter { $0.key >> UInt32(height - 1) == child }, height: height - 1, index: child)
    }
    return InnerConfiguration.compress(children[0], children[1])
  }

  static func root(_ leaves: [UInt32: [UInt32]]) -> InnerDigest { naive(leaves, height: 29, index: 0) }

  /// Places that share pages and nodes with one another, and some that do not.
  static func randomIndex(_ generator: inout SeededGenerator) -> UInt32 {
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: UInt32.random(in: 0..<8, using: &generator)
    case 1: 1 << 26 | UInt32.random(in: 508..<520, using: &generator)
    case 2: UInt32.random(in: 0..<1 << 29, using: &generator)
    default: (1 << 29) - 1 - UInt32.random(in: 0..<3, using: &generator)
    }
  }

  @Test func zeroHashesAreThoseOfZeros() {
    #expect(MemoryTree.zeroHashes.count == 30)
    let zero = InnerDigest([])
    #expect(MemoryTree.zeroHashes[0] == InnerConfiguration.compress(zero, zero))
    #expect(MemoryTree().root == MemoryTree.zeroHashes[29])
  }

  @Test(arguments: [1, 2, 3]) func agreesWithRecomputation(seed: UInt64) throws {
    var generator = SeededGenerator(seed)
    var leaves: [UInt32: [UInt32]] = [:]
    for _ in 0..<40 {
      leaves[Self.randomIndex(&generator)] = (0..<8).map { _ in UInt32.random(in: 0..<256, using: &generator) }
    }
    var tree = MemoryTree(
      leaves.shuffled(using: &generator).map { index, cells in
        MemoryLeaf(addressSpace: index >> 26 + 1, label: index & (1 << 26 - 1), cells: Cells { cells[$0] })
      }, workers: Workers(2))
    #expect(tree.root == Self.root(leaves))

    for round in 0..<4 {
      let before = leaves
      var touched: Set<UInt32> = []
      // The last round touches nothing.
      for _ in 0..<(round == 3 ? 0 : 25) { touched.insert(Self.randomIndex(&generator)) }
      for index in leaves.keys.sorted().prefix(round == 3 ? 0 : 5) { touched.insert(index) }
      let changes = touched.sorted().map { index -> TouchedLeaf in
        let old = before[index] ?? Array(repeating: 0, count: 8)
        // Some leaves are only read, some become zero.
        let choice = Int.random(in: 0..<4, using: &generator)
        let new = choice == 0 ? old : choice == 1 ? Array(repeating: 0, count: 8) : old.map { ($0 + 1) % 256 }
        leaves[index] = new
        return TouchedLeaf(
          addressSpace: index >> 26 + 1, label: index & (1 << 26 - 1), initial: Cells { old[$0] },
          final: Cells { new[$0] }, times: [1, 2])
      }
      let copy = tree
      let update = tree.update(changes, workers: Workers(2))
      #expect(copy.root == update.initialRoot)
      #expect(update.initialRoot == Self.root(before))
      #expect(update.finalRoot == Self.root(leaves))
      #expect(tree.root == update.finalRoot)
      check(update, touched: touched.sorted(), before: before, after: leaves)
    }
  }

  /// The nodes are those above touched leaves, once each, in order, with their hashes.
  private func check(
    _ update: MemoryTreeUpdate, touched: [UInt32], before: [UInt32: [UInt32]], after: [UInt32: [UInt32]]
  ) {
    let paths = touched.isEmpty ? [0] : touched
    let expected = (1...29).reversed().flatMap { height in
      Set(paths.map { $0 >> UInt32(height) }).sorted().map { [UInt32(height), $0] }
    }
    #expect(update.nodes.map { [UInt32($0.height), $0.index] } == expected)
    let isTouched = { (height: Int, index: UInt32) in
      (height > 0 ? paths : touched).contains { $0 >> UInt32(height) == index }
    }
    let samples = update.nodes.filter { $0.height == 1 || $0.height == 9 || $0.height == 19 || $0.height > 26 }
    for node in samples {
      let (left, right) = (2 * node.index, 2 * node.index + 1)
      for (hashes, leaves) in [(node.initial, before), (node.final, after)] {
        func below(_ height: Int, _ index: UInt32) -> InnerDigest {
          Self.naive(leaves.filter { $0.key >> UInt32(height) == index }, height: height, index: index)
        }
        #expect(hashes.parent == below(node.height, node.index))
        #expect(hashes.left == below(node.height - 1, left))
        #expect(hashes.right == below(node.height - 1, right))
      }
      #expect(node.isLeftTouched == isTouched(node.height - 1, left))
      #expect(node.isRightTouched == isTouched(node.height - 1, right))
    }
    #expect(update.initialLeafHashes.count == touched.count && update.finalLeafHashes.count == touched.count)
    for (place, index) in touched.enumerated() {
      let leaf = { (leaves: [UInt32: [UInt32]]) in
        Self.naive(leaves.filter { $0.key == index }, height: 0, index: index)
      }
      #expect(update.initialLeafHashes[place] == leaf(before))
      #expect(update.finalLeafHashes[place] == leaf(after))
    }
  }

  @Test func everyNodeCanBeRead() {
    let tree = MemoryTree([MemoryLeaf(addressSpace: 3, label: 5, cells: Cells { UInt32($0) })])
    let leaves: [UInt32: [UInt32]] = [2 << 26 | 5: [0, 1, 2, 3, 4, 5, 6, 7]]
    for height in 0...29 {
      let index: UInt32 = (2 << 26 | 5) >> UInt32(height)
      #expect(tree.node(height: height, index: index) == Self.naive(leaves, height: height, index: index))
      if height < 29 { #expect(tree.node(height: height, index: index ^ 1) == MemoryTree.zeroHashes[height]) }
    }
  }
}

@Suite struct UserPublicValuesMakingTests {
  static func tree(_ values: [UInt8]) -> MemoryTree {
    let leaves = stride(from: 0, to: values.count, by: 8).map { first in
      MemoryLeaf(
        addressSpace: 3, label: UInt32(first / 8), cells: [8 of UInt32] { UInt32(values[first + $0]) })
    }
    return MemoryTree(leaves + [MemoryLeaf(addressSpace: 2, label: 9, cells: .init(repeating: 7))])
  }

  @Test(arguments: [8, 16, 32, 256]) func opensWhatIsRevealed(count: Int) throws {
    let values = (0..<count).map { UInt8(truncatingIfNeeded: 3 * $0 + 1) }
    let tree = Self.tree(values)
    let proof = try #require(UserPublicValuesProof(values: values, in: tree))
    #expect(proof.siblings.count == 29 - (count / 8).trailingZeroBitCount)
    try proof.verify(count: count, root: tree.root)

    for wrongCount in [count / 2, 2 * count, 0, 12, -8, Int.max, Int.min] {
      #expect(throws: UserPublicValuesError.self) { try proof.verify(count: wrongCount, root: tree.root) }
    }
    #expect(throws: UserPublicValuesError.self) { try proof.verify(count: count, root: MemoryTree().root) }
    var forged = proof
    forged.values[count - 1] += 1
    #expect(throws: UserPublicValuesError.self) { try forged.verify(count: count, root: tree.root) }
    forged.commit = UserPublicValuesProof.commit(to: forged.values)
    #expect(throws: UserPublicValuesError.self) { try forged.verify(count: count, root: tree.root) }
    for place in [0, 5, proof.siblings.count - 1] {
      forged = proof
      forged.siblings[place].e3 += 1
      #expect(throws: UserPublicValuesError.self) { try forged.verify(count: count, root: tree.root) }
    }
    forged = proof
    forged.siblings.removeLast()
    #expect(throws: UserPublicValuesError.self) { try forged.verify(count: count, root: tree.root) }
  }

  /// The children of a node of the path are taken for values: hashes instead of bytes.
  @Test func rejectsShallowerNode() throws {
    let values = [UInt8](repeating: 5, count: 16)
    let tree = Self.tree(values)
    let proof = try #require(UserPublicValuesProof(values: values, in: tree))
    var forged = proof
    forged.values = Array(
      tree.node(height: 0, index: 2 << 26).elements + tree.node(height: 0, index: 2 << 26 | 1).elements)
    #expect(throws: UserPublicValuesError.self) { try forged.verify(count: 16, root: tree.root) }
  }

  @Test func refusesOtherValues() {
    let tree = Self.tree([UInt8](repeating: 5, count: 16))
    #expect(UserPublicValuesProof(values: [UInt8](repeating: 6, count: 16), in: tree) == nil)
    #expect(UserPublicValuesProof(values: [], in: tree) == nil)
    #expect(UserPublicValuesProof(values: [UInt8](repeating: 5, count: 12), in: tree) == nil)
  }
}
