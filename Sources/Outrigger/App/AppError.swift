import Machine
import MachineCircuits
import StarkProver
import StarkVerifier

/// Why a run could not be executed, proven or checked.
public enum AppError: Error, Sendable, CustomStringConvertible {
  /// A file can't be used.
  case artefact(ArtefactError)
  /// There is no such machine.
  case configuration(MachineConfigurationError)
  /// The guest does not fit the machine, or no segment of it the limits.
  case unfit(String)
  /// The guest did something that the machine does not do.
  case trapped(ExecutionError)
  /// The guest ended, with an exit code that says that it failed. Only successful runs can be proven.
  case guestFailed(exitCode: UInt32)
  /// The memory limit is too small for even the smallest segment.
  case memory(needed: Int, limit: Int)
  /// A deferred call can't be evaluated or proven.
  case deferral(DeferralProvingError)
  /// A fault of this program.
  case fault(String)

  /// A guest's mistake, or one of whoever set the machine up.
  init(_ error: ExecutionError) {
    switch error.kind {
    case .configuration, .segmentBudget: self = .unfit(error.description)
    case .deferralFailed(let index, _, let failure):
      // What the plugin does wrong is not the guest's fault.
      if case .fault = failure {
        self = .deferral(DeferralProvingError(index: index, circuit: nil, batch: nil, failure))
      } else {
        self = .trapped(error)
      }
    default: self = .trapped(error)
    }
  }

  public var description: String {
    switch self {
    case .artefact(let error): error.description
    case .configuration(let error): error.description
    case .unfit(let reason): reason
    case .trapped(let error): "the guest trapped: \(error)"
    case .guestFailed(let exitCode):
      "the guest ended with exit code \(exitCode), and only runs that end with 0 are proven"
    case .memory(let needed, let limit):
      "proving takes at least \(needed >> 20) MiB, the limit is \(limit >> 20) MiB"
    case .deferral(let error): error.description
    case .fault(let reason): reason
    }
  }
}
