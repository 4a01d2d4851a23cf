import Algebra
import Hashing

/// The Merkle tree over a codeword matrix (chapter 10, section 2.6), and the codewords under it.
///
/// Codewords are columns in bit-reversed order: position `j` holds row `rev(j)`. The `2^k` rows that a query
/// opens then stand side by side, and hashing streams every column. Leaves and upper layers are in natural order.
final class MerkleTree<H: HashConfiguration>: Sendable {
  /// The codeword matrix, a codeword a column, bit-reversed.
  let codewords: CodewordMatrix
  /// Log of the rows under one leaf.
  let logRowsPerLeaf: Int
  /// Leaf layer first, root layer last.
  private let layers: [[H.Digest]]

  /// Leaf-to-root length of every path.
  var depth: Int { layers.count - 1 }
  var root: H.Digest { layers[depth][0] }

  init(codewords: CodewordMatrix, logRowsPerLeaf k: Int, workers: Workers) {
    self.codewords = codewords
    logRowsPerLeaf = k
    let logLeaves = codewords.logHeight - k
    var layers = [Self.leaves(of: codewords, k: k, logLeaves: logLeaves, workers: workers)]
    for _ in 0..<logLeaves { layers.append(Self.parents(of: layers[layers.count - 1], workers: workers)) }
    self.layers = layers
  }

  private static func leaves(of codewords: CodewordMatrix, k: Int, logLeaves: Int, workers: Workers) -> [H.Digest] {
    let leafCount = 1 << logLeaves
    return [H.Digest](unsafeUninitializedCapacity: leafCount) { leaves, initialized in
      nonisolated(unsafe) let leaves = leaves  // SAFE: every leaf is written once, by one thread
      nonisolated(unsafe) let columns = codewords.columns  // SAFE: only read
      let leavesPerBlock = Swift.max(1, 1024 >> k)
      workers.forEachRange(leafCount, grain: leavesPerBlock) { range in
        let rows = range.count << k
        var digests = [H.Digest](repeating: H.emptyDigest, count: rows)
        var folded = [H.Digest](repeating: H.emptyDigest, count: rows)
        digests.withUnsafeMutableBufferPointer { digests in
          folded.withUnsafeMutableBufferPointer { folded in
            guard var source = digests.baseAddress, var target = folded.baseAddress else { return }
            columns.withUnsafeBufferPointer {
              H.hashRows(columns: $0, firstRow: range.lowerBound << k, rowCount: rows, into: source)
            }
            // Bit-reversed, the pairs (2a, 2a + 1) of a group's rows lie half a group apart.
            for level in 0..<k {
              H.compressHalves(source, into: target, groups: range.count, half: 1 << (k - 1 - level))
              swap(&source, &target)
            }
            for (offset, leaf) in range.enumerated() {
              leaves[bitReversed(leaf, bits: logLeaves)] = source[offset]
            }
          }
        }
      }
      initialized = leafCount
    }
  }

  private static func parents(of layer: [H.Digest], workers: Workers) -> [H.Digest] {
    let count = layer.count / 2
    return [H.Digest](unsafeUninitializedCapacity: count) { parents, initialized in
      nonisolated(unsafe) let parents = parents  // SAFE: every parent is written once, by one thread
      layer.withUnsafeBufferPointer { layer in
        nonisolated(unsafe) let layer = layer  // SAFE: only read
        workers.forEachRange(count, grain: 1024) { range in
          guard let source = layer.baseAddress, let target = parents.baseAddress else { return }
          H.compressHalves(
            source + 2 * range.lowerBound, into: target + range.lowerBound, groups: range.count, half: 1)
        }
      }
      initialized = count
    }
  }

  /// The `2^k` rows that query `index` opens, row by row.
  func openedRows(at index: Int) -> [BabyBear] {
    let group = bitReversed(index, bits: depth)
    var rows: [BabyBear] = []
    rows.reserveCapacity(codewords.columns.count << logRowsPerLeaf)
    for t in 0..<(1 << logRowsPerLeaf) {
      let position = group << logRowsPerLeaf | bitReversed(t, bits: logRowsPerLeaf)
      for column in codewords.columns { rows.append(column[position]) }
    }
    return rows
  }

  /// Sibling digests from the leaf layer upwards.
  func path(at index: Int) -> [H.Digest] {
    (0..<depth).map { layers[$0][(index >> $0) ^ 1] }
  }
}

/// `value` with its low `bits` bits in reverse order.
func bitReversed(_ value: Int, bits: Int) -> Int {
  guard bits > 0 else { return 0 }
  var v = UInt64(truncatingIfNeeded: value)
  v = (v >> 1 & 0x5555_5555_5555_5555) | (v & 0x5555_5555_5555_5555) << 1
  v = (v >> 2 & 0x3333_3333_3333_3333) | (v & 0x3333_3333_3333_3333) << 2
  v = (v >> 4 & 0x0F0F_0F0F_0F0F_0F0F) | (v & 0x0F0F_0F0F_0F0F_0F0F) << 4
  return Int(v.byteSwapped >> UInt64(64 - bits))
}

/// Codewords of equal length, each a column in bit-reversed order.
final class CodewordMatrix: @unchecked Sendable {
  // SAFE: written before it is shared, then only read.
  let logHeight: Int
  let columns: [UnsafePointer<BabyBear>]
  private let storage: FieldMatrix

  /// Encodes `width` messages of `2^logLength` coefficients on the subgroup of order `2^logHeight`.
  /// `fill(column, destination)` writes a message.
  init(
    width: Int, logLength: Int, logHeight: Int, workers: Workers,
    fill: @Sendable (Int, UnsafeMutablePointer<BabyBear>) -> Void
  ) {
    self.logHeight = logHeight
    let storage = FieldMatrix(height: 1 << logHeight, width: width)
    self.storage = storage
    let length = 1 << logLength
    let blocks = 1 << (logHeight - logLength)
    let twiddles = NTT.twiddles(log: logHeight)
    workers.forEach(width) { fill($0, storage.base + $0 << logHeight) }
    // A block is the evaluation on one coset. Block 0 holds the message and is transformed last.
    workers.forEach(width) { column in
      let start = storage.base + column << logHeight
      for block in (0..<blocks).reversed() {
        let target = start + block * length
        if block > 0 { target.update(from: start, count: length) }
        NTT.evaluate(target, log: logLength, block: block, twiddles: twiddles)
      }
    }
    columns = (0..<width).map { UnsafePointer(storage.base + $0 << logHeight) }
  }
}
