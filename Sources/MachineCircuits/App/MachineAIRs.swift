import AIR
import Machine
import MachineVerifier

/// The machine's AIRs by id. The order is part of the key: the four that a verifier knows by place, the chips in the
/// order of `Chip`, and the shared tables.
public enum MachineAIR {
  /// Ids of the AIRs after the chips.
  static let refresh = SystemAIR.allCases.count + Chip.allCases.count
  static let poseidon2 = refresh + 1
  static let bytes = refresh + 2
  static let ranges = refresh + 3
  static let poseidon2Rest = refresh + 4
  static let deferralHash = refresh + 5
  static let deferralHashRest = refresh + 6

  /// All AIRs in order of id.
  public static let all: [any AIR] =
    [ProgramAIR(), ConnectorAIR(), PersistentBoundaryAIR(), MemoryMerkleAIR()]
    + Chip.allCases.map(\.air)
    + [
      RefreshAIR(), Poseidon2AIR(.compressions(MachineBus.compression)), BitwiseAIR(), VariableRangeAIR(),
      Poseidon2AIR(.compressions(MachineBus.compression), isRest: true),
      Poseidon2AIR(.sponge(MachineBus.deferralHash)), Poseidon2AIR(.sponge(MachineBus.deferralHash), isRest: true),
    ]
}

extension Chip {
  /// The id of the chip's AIR.
  public var airID: Int { SystemAIR.allCases.count + rawValue }

  /// The chip's AIR.
  var air: any AIR {
    switch self {
    case .loadConstant: LoadConstantAIR()
    case .addImmediate: AddImmediateAIR()
    case .addSub: AddSubAIR()
    case .logic: LogicAIR()
    case .logicImmediate: LogicImmediateAIR()
    case .shift: ShiftAIR()
    case .shiftImmediate: ShiftImmediateAIR()
    case .lessThan: LessThanAIR()
    case .lessThanImmediate: LessThanImmediateAIR()
    case .branchEqual: BranchEqualAIR()
    case .branchZero: BranchZeroAIR()
    case .branchLess: BranchLessAIR()
    case .branchLessSigned: BranchLessSignedAIR()
    case .jumpRegister: JumpRegisterAIR()
    case .loadWord: LoadWordAIR()
    case .storeWord: StoreWordAIR()
    case .loadPart: LoadPartAIR()
    case .storePart: StorePartAIR()
    case .multiply: MultiplyAIR()
    case .multiplyHigh: MultiplyHighAIR()
    case .divide: DivideAIR()
    case .hintStore: HintStoreAIR()
    case .phantom: PhantomAIR()
    case .deferralCall: DeferralCallAIR()
    case .deferralOutput: DeferralOutputAIR()
    case .deferralCommit: DeferralCommitAIR()
    case .deferralBlock: DeferralBlockAIR()
    }
  }
}
