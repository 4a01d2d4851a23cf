import Algebra

/// A fast generator of field elements with a fixed seed, for traces and buffers whose content does not matter.
/// Nothing secret may come from it.
struct RandomElements: Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678_9abc_def1 }

  /// The next element; the bias of the reduction is irrelevant here.
  mutating func next() -> BabyBear {
    state = state &+ 0x9e37_79b9_7f4a_7c15  // SplitMix64
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    z ^= z >> 31
    let word = UInt64(UInt32(truncatingIfNeeded: z))
    return BabyBear(uncheckedMontgomery: UInt32((word &* UInt64(BabyBear.modulus)) >> 32))  // below p
  }

  /// Overwrites all cells, column by column with seeds of their own.
  func fill(_ matrix: FieldMatrix, workers: Workers) {
    let seed = state
    workers.forEach(matrix.width) { index in
      var generator = RandomElements(seed: seed &+ UInt64(index) &* 0x1_0000_0001)
      let column = matrix.column(index)
      for row in column.indices { column[row] = generator.next() }
    }
  }
}
