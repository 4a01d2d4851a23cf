import StarkVerifier

/// How much memory proving takes, roughly.
public enum MemoryEstimate {
  /// Bytes for proving `cells` trace cells: the traces, their codewords (every commitment is padded to whole stacked
  /// columns), and the working buffers of the largest later phase. From the sizes of chapter 10, section 8.10.
  public static func bytes(cells: Int, parameters: SystemParameters) -> Int {
    let column = 1 << min(max(parameters.logStackedHeight, 0), 40)
    let blowup = 1 << min(max(parameters.logBlowup, 0), 20)
    let stackedColumns = cells / column + (cells % column == 0 ? 0 : 1)
    func product(_ factors: Int...) -> Int {
      factors.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? Int.max : $0 &* $1 }
    }
    func sum(_ terms: Int...) -> Int {
      terms.reduce(0) { $0.addingReportingOverflow($1).overflow ? Int.max : $0 &+ $1 }
    }
    let traces = product(4, cells)
    let codewords = product(4, stackedColumns, column, blowup)
    // Opening: one extension-field codeword of half the length, with its Merkle trees.
    let opening = product(16, column, blowup)
    return sum(traces, codewords, opening)
  }
}
