import AIR
import Algebra
import Machine
import MachineVerifier

/// Traces of `ConnectorAIR`.
enum ConnectorTrace {
  /// The trace and its public values; counts the look-ups.
  static func make(
    _ records: some SegmentRecords, counting tally: LookupTally
  ) -> (trace: FieldMatrix, publicValues: [BabyBear]) {
    let bits = MachineLimits.nearBits
    let exitCode = BabyBear(records.exitCode ?? suspendedExitCode)
    var begin = ConnectorColumns<BabyBear>(cells: Array(repeating: 0, count: ConnectorColumns<BabyBear>.width))
    begin.state = ExecutionState(pc: BabyBear(records.initialPC), timestamp: 1)
    begin.isBegin = 1
    var end = begin
    end.state = ExecutionState(pc: BabyBear(records.finalPC), timestamp: BabyBear(records.finalTimestamp))
    end.isTerminate = records.exitCode == nil ? 0 : 1
    end.exitCode = exitCode
    end.timestampLow = BabyBear(records.finalTimestamp & ((1 << UInt32(bits)) - 1))
    end.isBegin = 0
    tally.range(records.finalTimestamp & ((1 << UInt32(bits)) - 1), bits: bits)
    tally.range(records.finalTimestamp >> UInt32(bits), bits: MachineLimits.timestampBits - bits)
    return (
      FieldMatrix(rowMajor: begin.cells + end.cells, width: ConnectorColumns<BabyBear>.width),
      [begin.state.pc, end.state.pc, exitCode, end.isTerminate]
    )
  }
}
