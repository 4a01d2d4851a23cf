import AIR
import Algebra
import Hashing
import MachineCircuits
import MachineVerifier

/// Traces of `CallTreeAIR`.
struct CallTreeTrace {
  var matrix: FieldMatrix
  var publicValues: [BabyBear]

  /// Rows over `callCount` calls in a tree of height `height`.
  static func rows(callCount: Int, height: Int) -> Int {
    (0...height).reduce(0) { $0 + (callCount + (1 << $1) - 1) >> $1 }
  }

  /// The tree of height `height` over the commits, of which there is at least one. Counts the permutations that the
  /// rows look up.
  init(
    inputs: [UnfoldedInputCommit], outputs: [OutputCommit], height: Int, index: Int, requests: inout PermutationRequests
  ) {
    typealias Row = CallTreeColumns<BabyBear>
    let matrix = FieldMatrix(
      height: Self.rows(callCount: inputs.count, height: height).paddedToPowerOfTwo, width: Row.width + height - 1)
    // From the leaves up, while rows go from the root down.
    var rows: [(row: Row, height: Int)] = []
    let blank = Row.zero
    let zero = InnerConfiguration.emptyDigest
    var level: [InnerDigest] = []
    for (number, (input, output)) in zip(inputs, outputs).enumerated() {
      var row = blank
      row.isLeaf = 1
      row.position = BabyBear(number)
      row.unfolded = input.digest.cells
      requests.add(input.digest, zero)
      level.append(Self.hash(&row, CallTree.leafTag, input.folded().digest, output.digest, &requests))
      rows.append((row, 0))
    }
    for above in 1...height {
      var parents: [InnerDigest] = []
      for position in 0..<(level.count + 1) / 2 {
        var row = blank
        let isAbsent = 2 * position + 1 == level.count
        row.isRightAbsent = isAbsent ? 1 : 0
        row.position = BabyBear(position)
        let right = isAbsent ? CallTree.absent[above - 1] : level[2 * position + 1]
        parents.append(Self.hash(&row, CallTree.innerTag, level[2 * position], right, &requests))
        rows.append((row, above))
      }
      level = parents
    }

    var callsLeft = inputs.count
    var writer = RowWriter<Row>(matrix, at: 0)
    for (place, entry) in rows.reversed().enumerated() {
      var row = entry.row
      row.callsLeft = BabyBear(callsLeft)
      if entry.height == 0 { callsLeft -= 1 }
      writer.append(row)
      if entry.height > 0, entry.height < height {
        matrix[row: place, column: Row.width + entry.height - 1] = .one
      }
    }
    writer.flush()
    self.matrix = matrix
    let root = level.first ?? zero
    publicValues = root.elements + [BabyBear(inputs.count), BabyBear(height), BabyBear(index)]
  }

  /// Fills in the sides of a node and its hash.
  private static func hash(
    _ row: inout CallTreeColumns<BabyBear>, _ tag: InnerDigest, _ left: InnerDigest, _ right: InnerDigest,
    _ requests: inout PermutationRequests
  ) -> InnerDigest {
    let middle = InnerConfiguration.compress(tag, left)
    let hash = InnerConfiguration.compress(middle, right)
    (row.left, row.right, row.middle, row.hash) = (left.cells, right.cells, middle.cells, hash.cells)
    requests.add(tag, left)
    requests.add(middle, right)
    return hash
  }
}
