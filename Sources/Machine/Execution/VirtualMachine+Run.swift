/// How a run ended.
public struct RunOutcome: Equatable, Sendable {
  /// As the guest chose it; 0 is success.
  public var exitCode: UInt32
  public var instructionCount: UInt64
  /// Address of the TERMINATE.
  public var finalPC: UInt32

  public init(exitCode: UInt32, instructionCount: UInt64, finalPC: UInt32) {
    self.exitCode = exitCode
    self.instructionCount = instructionCount
    self.finalPC = finalPC
  }
}

extension VirtualMachine {
  /// Runs to the end, as fast as can be. Fails where `maxInstructions`, counted from here, do not suffice.
  @discardableResult
  public func run(maxInstructions: UInt64 = .max) throws(ExecutionError) -> RunOutcome {
    guard try advance(instructions: maxInstructions), let outcome else {
      throw error(.instructionLimit(maxInstructions))
    }
    return outcome
  }

  /// Runs `instructions` instructions, or up to the end, and says whether the run has ended. The way to get to where a
  /// segment begins.
  @discardableResult
  public func advance(instructions: UInt64) throws(ExecutionError) -> Bool {
    guard instructions > 0 else { return exitCode != nil }
    switch try drive(.pure, limit: instructions) {
    case .terminated: return true
    case .limit, .needsRoom: return false
    }
  }

  /// How the run ended; nil while it has not.
  public var outcome: RunOutcome? {
    exitCode.map { RunOutcome(exitCode: $0, instructionCount: instructionCount, finalPC: pc) }
  }
}
