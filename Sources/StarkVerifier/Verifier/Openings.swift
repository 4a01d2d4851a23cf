import Algebra
import Hashing

// Chapter 10, sections 2.6 and 6.6: opened rows are checked against their commitments. Hashing them is most of what a
// verifier does, so all queries of a commitment go through every step together.

extension Verifier {
  /// The values that the queries of `round` open, `2^k` per query, after checking them against the round's
  /// commitments.
  func openedValues(
    _ proof: WHIRProof<H>, _ statement: Statement<H>, round: Int, queries: [Int], mu: Ext4
  ) throws(VerifyError) -> [Ext4] {
    guard round == 0 else {
      let opening = proof.codewordOpenings[round - 1]
      let leaves = opening.values.withUnsafeBytes { bytes in
        // SAFE: an extension element is its four coefficients, one after the other.
        leafDigests(bytes.bindMemory(to: BabyBear.self), width: Ext4.degree, queryCount: queries.count)
      }
      if let query = firstUnauthenticated(
        leaves, queries: queries, paths: opening.paths, root: proof.codewordCommits[round - 1])
      {
        throw .merklePath(round: round, commitment: 0, query: query, index: queries[query])
      }
      return opening.values
    }
    // f = sum of mu^j f_j over the stacked columns of all commitments.
    var values = [Ext4](repeating: .zero, count: queries.count << parameters.whir.k)
    var muPower = Ext4.one
    for (index, (commitment, opening)) in zip(statement.commitments, proof.initialOpenings).enumerated() {
      let leaves = opening.rows.withUnsafeBufferPointer {
        leafDigests($0, width: opening.width, queryCount: queries.count)
      }
      if let query = firstUnauthenticated(leaves, queries: queries, paths: opening.paths, root: commitment.root) {
        throw .merklePath(round: 0, commitment: index, query: query, index: queries[query])
      }
      var weights: [Ext4] = []
      for _ in 0..<opening.width {
        weights.append(muPower)
        muPower *= mu
      }
      accumulate(opening.rows, weights: weights, into: &values)
    }
    return values
  }

  /// The leaf of each query: its `2^k` rows hashed, and the hashes compressed to one.
  private func leafDigests(_ rows: UnsafeBufferPointer<BabyBear>, width: Int, queryCount: Int) -> [H.Digest] {
    var count = queryCount << parameters.whir.k
    guard let base = rows.baseAddress, rows.count == count * width else { return [] }
    var digests = [H.Digest](repeating: H.emptyDigest, count: count)
    digests.withUnsafeMutableBufferPointer {
      // SAFE: `count` rows of `width` elements go in, `count` digests come out.
      guard let target = $0.baseAddress else { return }
      H.hashRows(rowMajor: base, width: width, rowCount: count, into: target)
    }
    while count > queryCount {
      digests = compressNeighbours(digests)
      count /= 2
    }
    return digests
  }

  /// The first query whose leaf and path do not lead to `root`.
  private func firstUnauthenticated(
    _ leaves: [H.Digest], queries: [Int], paths: [H.Digest], root: H.Digest
  ) -> Int? {
    guard leaves.count == queries.count, !queries.isEmpty else { return 0 }
    let depth = paths.count / queries.count
    var current = leaves
    var pairs = [H.Digest](repeating: H.emptyDigest, count: 2 * queries.count)
    for level in 0..<depth {
      for (query, index) in queries.enumerated() {
        let isRight = (index >> level) & 1
        pairs[2 * query + isRight] = current[query]
        pairs[2 * query + 1 - isRight] = paths[query * depth + level]
      }
      current = compressNeighbours(pairs)
    }
    return current.firstIndex { $0 != root }
  }

  private func compressNeighbours(_ digests: [H.Digest]) -> [H.Digest] {
    let pairs = digests.count / 2
    var result = [H.Digest](repeating: H.emptyDigest, count: pairs)
    digests.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { target in
        // SAFE: `2 * pairs` digests go in, `pairs` come out, and the buffers are distinct.
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        H.compressHalves(source, into: target, groups: pairs, half: 1)
      }
    }
    return result
  }

  /// Adds the dot product of each row with `weights` to the row's value.
  private func accumulate(_ rows: [BabyBear], weights: [Ext4], into values: inout [Ext4]) {
    let width = weights.count
    rows.withUnsafeBufferPointer { rows in
      for (index, value) in values.enumerated() {
        let row = rows[index * width..<(index + 1) * width]
        var sum = DelayedSum()
        for (weight, cell) in zip(weights, row) { sum.add(weight, times: cell) }
        values[index] = value + sum.value
      }
    }
  }
}
