import StarkVerifier

/// How much memory proving takes, roughly.
public enum MemoryEstimate {
  /// Bytes for proving `cells` trace cells: the traces, their codewords (every commitment is padded to whole stacked
  /// columns; `separateCommitments` of them beside common main's), and the working buffers of the largest later phase.
  /// From the sizes of chapter 10, section 8.10.
  public static func bytes(cells: Int, separateCommitments: Int = 0, parameters: SystemParameters) -> Int {
    let column = 1 << min(max(parameters.logStackedHeight, 0), 40)
    let blowup = 1 << min(max(parameters.logBlowup, 0), 20)
    func product(_ factors: Int...) -> Int {
      factors.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? Int.max : $0 &* $1 }
    }
    func sum(_ terms: Int...) -> Int {
      terms.reduce(0) { $0.addingReportingOverflow($1).overflow ? Int.max : $0 &+ $1 }
    }
    let stackedColumns = sum(cells / column, cells % column == 0 ? 0 : 1, separateCommitments)
    let traces = product(4, cells)
    let codewords = product(4, stackedColumns, column, blowup)
    // Opening: one extension-field codeword of half the length, with its Merkle trees.
    let opening = product(16, column, blowup)
    return sum(traces, codewords, opening)
  }

  /// Refuses, with numbers, what would end with the process being killed: traces of `widths` columns and `2^log` rows
  /// each, the separately committed ones among them counted in `separateCommitments`. `file` is what claims them.
  static func demand(
    _ traces: [(widths: [Int], log: Int)], separateCommitments: Int, parameters: SystemParameters, file: String
  ) throws(ArtefactError) {
    var cells = 0
    for (widths, log) in traces {
      for columns in widths {
        let (product, overflow) = columns.multipliedReportingOverflow(by: 1 << log)
        let (sum, carry) = cells.addingReportingOverflow(product)
        cells = overflow || carry ? Int.max : sum
      }
    }
    let needed = bytes(cells: cells, separateCommitments: separateCommitments, parameters: parameters)
    let available = Machine.current.availableMemoryBytes
    guard available == 0 || needed <= available else {
      throw ArtefactError(
        .tooLarge, file: file,
        "claims traces of \(cells) cells, which take about \(needed >> 20) MiB to prove with these parameters; "
          + "\(available >> 20) MiB are free")
    }
  }
}
