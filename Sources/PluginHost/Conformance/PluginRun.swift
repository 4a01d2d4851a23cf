import Deferral
import Hashing
import MachineVerifier

/// What a deferral function makes of an input: `plugin run`.
public struct PluginRun: Hashable, Sendable, Encodable {
  public var circuit: String
  public var index: Int
  public var inputBytes: Int
  /// Hexadecimal digits.
  public var output: String
  public var outputBytes: Int
  /// As guests see it, and as manifests write it.
  public var inputCommit: Commit
  public var outputCommit: Commit
  public var seconds: Double

  /// A commitment in both forms (chapter 40, section 0.3).
  public struct Commit: Hashable, Sendable, Encodable {
    /// Each element as four bytes, little-endian, in hexadecimal digits.
    public var guest: String
    /// `0x` and 64 digits.
    public var manifest: String

    init(_ digest: InnerDigest) {
      guest = hexadecimal(digest.guestBytes)
      manifest = CommitBytes(digest).description
    }
  }

  enum CodingKeys: String, CodingKey {
    case circuit, index
    case inputBytes = "input_bytes"
    case output
    case outputBytes = "output_bytes"
    case inputCommit = "input_commit"
    case outputCommit = "output_commit"
    case seconds
  }
}

extension PluginRun {
  /// Runs the function on an input, in a worker.
  ///
  /// A circuit with cached parts of the call's data has an input commitment that follows from these parts; they are
  /// committed to for that.
  public static func run(
    library: PluginLibrary, subject: ConformanceSubject, input: [UInt8],
    options: ConformanceOptions = ConformanceOptions()
  ) throws(InspectionError) -> (report: PluginRun, output: [UInt8]) {
    do throws(Finding) {
      let bench = try ConformanceBench.start(library: library, subject: subject, options: options)
      return try bench.run(input)
    } catch {
      throw InspectionError(error)
    }
  }
}

extension ConformanceBench {
  fileprivate func run(_ input: [UInt8]) throws(Finding) -> (report: PluginRun, output: [UInt8]) {
    guard input.count <= circuit.maxInputBytes else {
      throw .fail("expected an input of at most \(circuit.maxInputBytes) bytes, found \(input.count)")
    }
    var seconds = 0.0
    let (output, commit) = try withInstance { session, instance throws(Finding) in
      let start = ContinuousClock.now
      let output = try attempt("eval") { () throws(PluginError) in try evaluate(session, instance, input) }
      seconds = start.secondsSince
      let commit = try attempt("commit_input") { () throws(PluginError) in
        try session.commitInput(instance, input: input)
      }
      return (output, commit)
    }
    let folded = try circuit.usesStandardIO ? commit.folded() : foldedCommit(of: input, output: output)
    let report = PluginRun(
      circuit: circuit.id, index: subject.index, inputBytes: input.count, output: hexadecimal(output),
      outputBytes: output.count, inputCommit: PluginRun.Commit(folded.digest),
      outputCommit: PluginRun.Commit(OutputCommit(index: subject.index, bytes: output).digest), seconds: seconds)
    return (report, output)
  }

  /// The input's commitment with those of cached parts, which takes the traces of the call.
  private func foldedCommit(of input: [UInt8], output: [UInt8]) throws(Finding) -> InputCommit {
    let calls = [DeferralJob.Call(input: input, output: output)]
    guard try airSet().airs.contains(where: { !$0.air.width.cachedMains.isEmpty }) else {
      return try withInstance { session, instance throws(Finding) in
        try attempt("commit_input") { () throws(PluginError) in
          try session.commitInput(instance, input: input)
        }.folded()
      }
    }
    let job = try withInstance { session, instance throws(Finding) in try makeJob(session, instance, calls) }
    let prover = CallProver(key: try provingKey(try ownKey()), workers: workers)
    do throws(CallProverError) {
      guard let call = try prover.committedCalls(job.job).first else { throw .callCount(found: 0, maximum: 1) }
      return call.input
    } catch {
      throw .fail("\(error)")
    }
  }
}
