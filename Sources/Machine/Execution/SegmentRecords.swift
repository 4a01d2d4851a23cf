import CMachine

/// What the executor hands to the trace generators: everything that happened in one segment.
///
/// The executor of the machine is one source; tests are another.
public protocol SegmentRecords: Sendable {
  var program: Program { get }
  var initialPC: UInt32 { get }
  /// Address of the next instruction; that of the TERMINATE where the run ended.
  var finalPC: UInt32 { get }
  /// Timestamp after the last instruction. The first one is 1.
  var finalTimestamp: UInt32 { get }
  /// Nil where the run goes on in another segment.
  var exitCode: UInt32? { get }
  /// How often each slot of the program was executed; a TERMINATE counts.
  var executionCounts: [UInt32] { get }
  /// In order of address space and label.
  var touchedLeaves: [TouchedLeaf] { get }

  /// The instructions of a chip in order of time. None for `hintStore` and the chips of deferral.
  func records(of chip: Chip) -> UnsafeBufferPointer<ExecutionRecord>
  var hints: UnsafeBufferPointer<HintRecord> { get }
  var refreshes: UnsafeBufferPointer<RefreshRecord> { get }
  var deferrals: DeferralRecords { get }
}

extension SegmentRecords {
  /// None, unless there are some.
  public var deferrals: DeferralRecords { DeferralRecords() }
}

extension Chip {
  /// Whether an `ExecutionRecord` says all about an instruction of the chip. Others have records of their own.
  public var hasExecutionRecords: Bool {
    switch self {
    case .hintStore, .deferralCall, .deferralOutput, .deferralCommit, .deferralBlock: false
    default: true
    }
  }
}

public typealias ExecutionRecord = cm_record
public typealias HintRecord = cm_hint_record
public typealias RefreshRecord = cm_refresh

/// A leaf of memory that a segment touched.
public struct TouchedLeaf: Sendable {
  public var addressSpace: UInt32
  /// First pointer divided by 8.
  public var label: UInt32
  /// The cells before the segment, canonical.
  public var initial: [8 of UInt32]
  /// The cells after it.
  public var final: [8 of UInt32]
  /// Last access of either half; 0 for a half that was not touched.
  public var times: [2 of UInt32]

  public init(
    addressSpace: UInt32, label: UInt32, initial: [8 of UInt32], final: [8 of UInt32], times: [2 of UInt32]
  ) {
    self.addressSpace = addressSpace
    self.label = label
    self.initial = initial
    self.final = final
    self.times = times
  }
}
