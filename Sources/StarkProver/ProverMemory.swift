import StarkVerifier

/// How much memory proving takes, roughly: what planning and refusing go by.
public enum ProverMemory {
  /// Bytes at the peak of `Prover.prove`.
  ///
  /// - Parameters:
  ///   - cells: cells of all traces, padded.
  ///   - messages: rows times interactions, over all AIRs, padded.
  ///   - separateCommitments: preprocessed and cached parts; each fills a stacked column at least.
  ///
  /// Traces stay for the whole proof, and so do codewords, two words per cell in whole stacked columns at a blowup of 2.
  /// On top comes the greater of the fraction tree (a base and an extension element per message, and two extension
  /// elements for each of as many inner nodes) and of the opening (an extension codeword with its trees).
  /// Saturates instead of overflowing.
  public static func estimate(
    cells: Int, messages: Int, separateCommitments: Int = 0, parameters: SystemParameters
  ) -> Int {
    let column = 1 << min(max(parameters.logStackedHeight, 0), 40)
    let blowup = 1 << min(max(parameters.logBlowup, 0), 20)
    let stackedColumns = sum(cells / column, cells % column == 0 ? 0 : 1, separateCommitments)
    let traces = product(4, cells)
    let codewords = product(4, stackedColumns, column, blowup)
    let tree = product(52, messages)
    let opening = product(48, column, blowup)
    return sum(traces, codewords, max(tree, opening))
  }

  private static func product(_ factors: Int...) -> Int {
    factors.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? Int.max : $0 &* $1 }
  }

  private static func sum(_ terms: Int...) -> Int {
    terms.reduce(0) { $0.addingReportingOverflow($1).overflow ? Int.max : $0 &+ $1 }
  }
}
