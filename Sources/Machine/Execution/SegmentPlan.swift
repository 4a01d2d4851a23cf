/// One segment of a planned run.
public struct SegmentPlan: Sendable, Equatable {
  /// Number of its first instruction, counted from the start of the run.
  public var firstInstruction: UInt64
  /// Instructions in it, one at least.
  public var instructionCount: UInt64
  /// What `preflight` will find.
  public var heights: SegmentHeights
}

/// A run cut into segments.
public struct ExecutionPlan: Sendable, Equatable {
  public var segments: [SegmentPlan]
  public var outcome: RunOutcome
}

/// Decides how much a segment may hold.
public protocol SegmentBudget {
  /// Whether a segment of these heights can be proven. Where it says no, it must say no to greater ones.
  func fits(_ heights: SegmentHeights) -> Bool
}

/// No limit but that of timestamps.
public struct UnlimitedBudget: SegmentBudget {
  public init() {}
  public func fits(_ heights: SegmentHeights) -> Bool { true }
}
