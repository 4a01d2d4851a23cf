import Algebra
import MachineCircuits
import MachineVerifier

/// A machine, as an application configures it: parameters, and the deferral circuits that guests may call.
public struct ApplicationConfiguration: Sendable {
  public var machine: MachineConfiguration
  /// What `DeferralProver.makeExtension` gives; nil without deferral circuits.
  public var deferral: DeferralExtension?

  public init(machine: MachineConfiguration, deferral: DeferralExtension? = nil) {
    self.machine = machine
    self.deferral = deferral
  }
}

/// A guest on a configured machine, with keys and commitments made: runs, proves, and says what verifiers have to know.
///
/// The way from plugins to a proof has four steps:
///
/// ```swift
/// let registry = try PluginRegistry(Manifest(path: "outrigger.toml"), options: options)
/// let prover = DeferralProver(registry.circuits)                                        // 1
/// var configuration = ApplicationConfiguration(machine: try .production())
/// configuration.deferral = try prover.makeExtension()                                   // 2, 3
/// let application = try Application.builder(configuration).guest(file).deferralProver(prover).build()  // 4
/// let (proof, report) = try application.prove(inputs: inputs)
/// ```
public struct Application: Sendable {
  public let configuration: ApplicationConfiguration
  public let file: GuestFile
  public let key: MachineKey
  public let guest: CommittedGuest
  public let deferralProver: DeferralProver?

  /// Begins an application.
  public static func builder(_ configuration: ApplicationConfiguration) -> Builder {
    Builder(configuration: configuration)
  }

  /// What an application is put together from.
  public struct Builder: Sendable {
    private let configuration: ApplicationConfiguration
    private var file: GuestFile?
    private var prover: DeferralProver?
    private var workers = Workers(1)

    init(configuration: ApplicationConfiguration) { self.configuration = configuration }

    public func guest(_ file: GuestFile) -> Builder { with { $0.file = file } }
    /// Who proves the calls to the circuits of the configuration's extension.
    public func deferralProver(_ prover: DeferralProver) -> Builder { with { $0.prover = prover } }
    /// For making keys and commitments.
    public func workers(_ workers: Workers) -> Builder { with { $0.workers = workers } }

    /// Makes keys and commitments. Fails without a guest, and where extension and prover are not of the same circuits.
    public func build() throws(AppError) -> Application {
      guard let file else { throw .unfit("an application needs a guest") }
      let expected = configuration.deferral?.circuitCommits ?? []
      let found = prover?.circuits.map(\.key.circuitCommit) ?? []
      guard expected == found else {
        throw .unfit("expected a prover of the configuration's \(expected.count) deferral circuits, found another")
      }
      let key = try AppSetup.key(configuration.machine, workers: workers)
      let guest = try AppSetup.commit(
        file, deferral: configuration.deferral ?? .none, configuration: configuration.machine, workers: workers)
      return Application(
        configuration: configuration, file: file, key: key, guest: guest, deferralProver: prover)
    }

    private func with(_ change: (inout Builder) -> Void) -> Builder {
      var changed = self
      change(&changed)
      return changed
    }
  }

  /// A run with the given entries of the input queue. Deferral inputs belong to the configuration's extension.
  public func run(inputs: [[UInt8]], maxInstructions: UInt64? = nil) -> GuestRun {
    GuestRun(
      guest: file, inputs: inputs, publicValueBytes: configuration.machine.publicValueBytes,
      deferral: configuration.deferral ?? .none, maxInstructions: maxInstructions)
  }

  /// Runs the guest and proves the run with all that it deferred.
  public func prove(
    inputs: [[UInt8]], options: AppProving.Options = .init(), progress: (@Sendable (ProgressEvent) -> Void)? = nil
  ) throws(AppError) -> (AppProof, AppProofReport) {
    try AppProving(key: key, guest: guest, run: run(inputs: inputs), deferral: deferralProver, options: options)
      .prove(progress: progress)
  }

  /// What proofs verify under.
  public var verifyingKey: AppVerifyingKey {
    var verifying = key.verifyingKey
    verifying.deferrals = configuration.deferral?.verifyingKeys ?? []
    return verifying
  }

  /// What verifiers expect.
  public var commitments: AppCommitments { AppCommitments(key: key, guest: guest) }
}
