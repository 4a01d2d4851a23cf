import AIR
import Algebra
import Hashing
import MachineCircuits

/// Traces of `InputOutputAIR`.
struct InputOutputTrace {
  var matrix: FieldMatrix
  /// By call.
  var inputs: [UnfoldedInputCommit]
  var outputs: [OutputCommit]
  /// Rows that are no padding.
  var rowCount: Int

  /// Rows of a call.
  static func rows(inputBytes: Int, outputBytes: Int) -> Int {
    DeferralSponge.blockCount(byteCount: inputBytes) + DeferralSponge.blockCount(byteCount: outputBytes)
  }

  /// The rows of `calls`, of which there is at least one. Outputs have multiples of 8 bytes.
  init(_ calls: [DeferralJob.Call], index: Int, counts: LookupCounts, workers: Workers) {
    typealias Row = InputOutputColumns<BabyBear>
    var firstRows: [Int] = []
    var total = 0
    for call in calls {
      firstRows.append(total)
      total += Self.rows(inputBytes: call.input.count, outputBytes: call.output.count)
    }
    let matrix = FieldMatrix(height: total.paddedToPowerOfTwo, width: Row.width)
    var inputs = [InnerDigest](repeating: InnerConfiguration.emptyDigest, count: calls.count)
    var outputs = inputs
    inputs.withUnsafeMutableBufferPointer { inputs in
      outputs.withUnsafeMutableBufferPointer { outputs in
        // SAFE: each call is written by one thread, and so are its rows.
        nonisolated(unsafe) let (inputs, outputs) = (inputs, outputs)
        let starts = firstRows
        workers.forEachRange(calls.count, grain: 8) { range in
          counts.withTally { tally in
            var writer = RowWriter<Row>(matrix, at: starts[range.lowerBound])
            for number in range {
              let call = calls[number]
              inputs[number] = Self.write(
                call.input, isInput: true, call: number, index: index, to: &writer, tally)
              outputs[number] = Self.write(
                call.output, isInput: false, call: number, index: index, to: &writer, tally)
            }
            writer.flush()
          }
        }
      }
    }
    let callColumn = matrix.column(4)
    for row in total..<matrix.height { callColumn[row] = BabyBear(calls.count - 1) }
    self.matrix = matrix
    self.inputs = inputs.map { UnfoldedInputCommit(digest: $0) }
    self.outputs = outputs.map { OutputCommit(digest: $0) }
    rowCount = total
  }

  /// The rows of an input or output; its digest.
  private static func write(
    _ bytes: [UInt8], isInput: Bool, call: Int, index: Int, to writer: inout RowWriter<InputOutputColumns<BabyBear>>,
    _ tally: LookupTally
  ) -> InnerDigest {
    let blocks = DeferralSponge.blockCount(byteCount: bytes.count)
    var capacity = InnerConfiguration.emptyDigest
    var digest = capacity
    let blank = InputOutputColumns<BabyBear>.zero
    for block in 0..<blocks {
      var row = blank
      (row.isInput, row.isOutput) = isInput ? (1, 0) : (0, 1)
      row.isHeader = block == 0 ? 1 : 0
      row.isLast = block == blocks - 1 ? 1 : 0
      (row.call, row.block, row.length) = (BabyBear(call), BabyBear(block), BabyBear(bytes.count))
      if block == 0 {
        (row.cells[0], row.cells[1]) = (BabyBear(index), row.length)
        row.cells[2] = row.isInput
      } else {
        let first = 8 * (block - 1)
        for i in 0..<8 {
          if first + i < bytes.count {
            row.cells[i] = BabyBear(UInt32(bytes[first + i]))
          } else {
            row.isFill[i - 1] = 1
          }
        }
        for i in stride(from: 0, to: 8, by: 2) {
          let x = first + i < bytes.count ? bytes[first + i] : 0
          let y = first + i + 1 < bytes.count ? bytes[first + i + 1] : 0
          tally.bytes(UInt32(x), UInt32(y))
        }
      }
      (digest, capacity) = DeferralSponge.absorb(InnerDigest(cells: row.cells), capacity: capacity)
      row.result = (row.isLast == .one ? digest : capacity).cells
      writer.append(row)
    }
    return digest
  }

  /// Counts the permutations that the rows look up.
  func addRequests(to requests: inout PermutationRequests) {
    typealias Row = InputOutputColumns<BabyBear>
    var capacity = InnerConfiguration.emptyDigest
    for row in 0..<rowCount {
      let row = Row(matrix, row: row)
      if row.isHeader == .one { capacity = InnerConfiguration.emptyDigest }
      if row.isLast == .one {
        requests.add(InnerDigest(cells: row.cells), capacity)
      } else {
        requests.addCapacity(InnerDigest(cells: row.cells), capacity)
      }
      capacity = InnerDigest(cells: row.result)
    }
  }
}
