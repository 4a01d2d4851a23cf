import StarkProver
import StarkVerifier

/// Refusing what takes more memory than there is.
public enum MemoryEstimate {
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
    let needed = ProverMemory.estimate(
      cells: cells, messages: 0, separateCommitments: separateCommitments, parameters: parameters)
    let available = HostMachine.current.availableMemoryBytes
    guard available == 0 || needed <= available else {
      throw ArtefactError(
        .tooLarge, file: file,
        "claims traces of \(cells) cells, which take about \(needed >> 20) MiB to prove with these parameters; "
          + "\(available >> 20) MiB are free")
    }
  }
}
