import AIR
import Algebra
import Machine
import MachineVerifier
import StarkProver

/// A recorded segment with what it did to the memory tree: all that its proof is made from. The tree goes from segment
/// to segment in order; from here on segments are independent.
public struct SegmentWitness<Records: SegmentRecords>: Sendable {
  public let records: Records
  let update: MemoryTreeUpdate

  /// Applies the segment to `tree`, the memory before it.
  public init(_ records: Records, applyingTo tree: inout MemoryTree, workers: Workers) {
    self.records = records
    update = tree.update(records.touchedLeaves, workers: workers)
  }

  /// The traces of all AIRs that have rows, without the program's cached part.
  public func traces(workers: Workers) -> [AIRTrace] {
    let counts = LookupCounts()
    var traces = Chip.allCases.compactMap { chip in
      chip.trace(records, counts: counts, workers: workers).map { AIRTrace(airID: chip.airID, commonMain: $0) }
    }
    let system = SystemTraces(records, update: update, counts: counts, workers: workers)
    func add(_ air: Int, _ trace: FieldMatrix?, _ publicValues: [BabyBear] = []) {
      if let trace { traces.append(AIRTrace(airID: air, commonMain: trace, publicValues: publicValues)) }
    }
    add(SystemAIR.program.rawValue, system.program)
    add(SystemAIR.connector.rawValue, system.connector, system.connectorPublicValues)
    add(SystemAIR.boundary.rawValue, system.boundary)
    add(SystemAIR.merkle.rawValue, system.merkle, system.merklePublicValues)
    add(Chip.hintStore.airID, system.hintStore)
    add(Chip.phantom.airID, system.phantom)
    add(MachineAIR.refresh, system.refresh)
    for (air, trace) in zip([MachineAIR.poseidon2, MachineAIR.poseidon2Rest], system.poseidon2) { add(air, trace) }
    add(MachineAIR.bytes, system.bytes)
    add(MachineAIR.ranges, system.range)
    add(Chip.deferralCall.airID, system.deferral.call)
    add(Chip.deferralOutput.airID, system.deferral.output)
    add(Chip.deferralCommit.airID, system.deferral.commit)
    add(Chip.deferralBlock.airID, system.deferral.block)
    for (air, trace) in zip([MachineAIR.deferralHash, MachineAIR.deferralHashRest], system.deferral.hash) {
      add(air, trace)
    }
    return traces
  }
}

extension Chip {
  /// The chip's trace; nil where it has no rows, and for the chips whose traces `SystemTraces` makes.
  fileprivate func trace(
    _ records: some SegmentRecords, counts: LookupCounts, workers: Workers
  ) -> FieldMatrix? {
    func trace<C: InstructionChip>(_: C.Type) -> FieldMatrix? {
      let rows = records.records(of: self)
      return rows.isEmpty ? nil : C.trace(rows, program: records.program, counts: counts, workers: workers)
    }
    return switch self {
    case .loadConstant: trace(LoadConstantAIR.self)
    case .addImmediate: trace(AddImmediateAIR.self)
    case .addSub: trace(AddSubAIR.self)
    case .logic: trace(LogicAIR.self)
    case .logicImmediate: trace(LogicImmediateAIR.self)
    case .shift: trace(ShiftAIR.self)
    case .shiftImmediate: trace(ShiftImmediateAIR.self)
    case .lessThan: trace(LessThanAIR.self)
    case .lessThanImmediate: trace(LessThanImmediateAIR.self)
    case .branchEqual: trace(BranchEqualAIR.self)
    case .branchZero: trace(BranchZeroAIR.self)
    case .branchLess: trace(BranchLessAIR.self)
    case .branchLessSigned: trace(BranchLessSignedAIR.self)
    case .jumpRegister: trace(JumpRegisterAIR.self)
    case .loadWord: trace(LoadWordAIR.self)
    case .storeWord: trace(StoreWordAIR.self)
    case .loadPart: trace(LoadPartAIR.self)
    case .storePart: trace(StorePartAIR.self)
    case .multiply: trace(MultiplyAIR.self)
    case .multiplyHigh: trace(MultiplyHighAIR.self)
    case .divide: trace(DivideAIR.self)
    case .hintStore, .phantom, .deferralCall, .deferralOutput, .deferralCommit, .deferralBlock: nil
    }
  }
}
