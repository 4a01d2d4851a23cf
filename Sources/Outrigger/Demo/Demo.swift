import Algebra
import Hashing
import SampleCircuits
import StarkProver
import StarkVerifier

/// What the demonstration did, with its figures.
public struct DemoReport: Sendable, Encodable {
  public var message: String
  /// How often the message was hashed.
  public var hashes: Int
  /// The last digest, hexadecimal.
  public var digest: String
  public var parameters: String
  public var soundnessBits: Double
  public var rows: Int
  public var columns: Int
  public var keygenSeconds: Double
  public var traceSeconds: Double
  public var proveSeconds: Double
  public var phases: [String: Double]
  public var verifySeconds: Double
  public var proofBytes: Int
  public var keyBytes: Int
  public var peakBytes: Int
  public var threads: Int
  public var machine: HostMachine
  public var isAccepted: Bool
  /// How the verifier refused the same proof for another digest.
  public var forgeryRejection: String
  /// Where the files are, if they were written.
  public var directory: String?

  enum CodingKeys: String, CodingKey {
    case message, hashes, digest, parameters
    case soundnessBits = "soundness_bits"
    case rows, columns
    case keygenSeconds = "keygen_seconds"
    case traceSeconds = "trace_seconds"
    case proveSeconds = "prove_seconds"
    case phases
    case verifySeconds = "verify_seconds"
    case proofBytes = "proof_bytes"
    case keyBytes = "key_bytes"
    case peakBytes = "peak_bytes"
    case threads, machine
    case isAccepted = "accepted"
    case forgeryRejection = "forgery_rejection"
    case directory
  }
}

/// Why the demonstration could not be given.
public enum DemoError: Error, Sendable, CustomStringConvertible {
  case messageTooLong(length: Int, limit: Int)
  case lengthOutOfRange(found: Int, allowed: ClosedRange<Int>)
  case artefact(ArtefactError)
  /// A fault of this program.
  case failed(String)

  public var description: String {
    switch self {
    case .messageTooLong(let length, let limit): "the message has \(length) bytes, at most \(limit) fit one block"
    case .lengthOutOfRange(let found, let allowed):
      "the chain must have \(allowed.lowerBound) to \(allowed.upperBound) hashes, not \(found)"
    case .artefact(let error): error.description
    case .failed(let reason): reason
    }
  }
}

/// Proves that hashing a message many times with Keccak-256 gives a certain digest, verifies the proof, and shows
/// that it is no proof of another digest.
public struct Demo: Sendable {
  /// Numbers of hashes that fit the app parameters.
  public static let lengths = 1...16_384

  public var message: String
  public var hashes: Int
  /// Where to leave `params.json`, `vk.postcard.bin` and `proof.bin`; nil for nowhere. Made if it does not exist.
  public var directory: String?

  public init(message: String, hashes: Int, directory: String? = nil) {
    self.message = message
    self.hashes = hashes
    self.directory = directory
  }

  public func run(
    workers: Workers, progress: ((ProgressEvent) -> Void)? = nil
  ) throws(DemoError) -> DemoReport {
    let bytes = Array(message.utf8)
    guard Self.lengths.contains(hashes) else { throw .lengthOutOfRange(found: hashes, allowed: Self.lengths) }
    guard let block = Keccak256.block(bytes) else {
      throw .messageTooLong(length: bytes.count, limit: Keccak256.maxMessageLength)
    }
    do { return try run(bytes, block, workers, progress) } catch let error as DemoError {
      throw error
    } catch let error as ArtefactError {
      throw .artefact(error)
    } catch {
      throw .failed("\(error)")
    }
  }

  private func run(
    _ bytes: [UInt8], _ block: [UInt8], _ workers: Workers, _ progress: ((ProgressEvent) -> Void)?
  ) throws -> DemoReport {
    // Columns of the trace's height fill stacked columns; four heights to a stacked column waste little.
    let logStackedHeight = min(max(KeccakTrace.logHeight(permutations: hashes) + 6, 17), 22)
    let parameters = try SystemParameters.app(logStackedHeight: logStackedHeight)

    progress?(.began("generate keys"))
    let keygen = Stopwatch()
    let key = try ProvingKey<InnerConfiguration>.generate(
      airs: [HashChainAIR(length: hashes)], parameters: parameters, workers: workers)
    let keygenSeconds = keygen.seconds

    progress?(.began("compute the hashes and their trace"))
    let tracing = Stopwatch()
    guard let chain = HashChainTrace.generate(message: bytes, length: hashes, workers: workers) else {
      throw DemoError.messageTooLong(length: bytes.count, limit: Keccak256.maxMessageLength)
    }
    let traceSeconds = tracing.seconds

    progress?(.began("prove"))
    var phases: [String: Double] = [:]
    let proving = Stopwatch()
    let trace = AIRTrace(airID: 0, cachedMains: [], commonMain: chain.trace, publicValues: chain.publicValues)
    let proof = try Prover(key: key, workers: workers).prove([trace]) { phase, seconds in
      phases[phase.rawValue, default: 0] += seconds
      progress?(.finished(phase.rawValue, seconds: seconds))
    }
    let proveSeconds = proving.seconds

    // From here on as somebody who has nothing but the bytes and knows message, length and digest.
    progress?(.began("verify"))
    let proofBytes = proof.encode()
    let keyBytes = key.verifyingKey.encode()
    let received = try Proof<InnerConfiguration>(decoding: proofBytes)
    let verifier = Verifier<InnerConfiguration>(key: key.verifyingKey, parameters: parameters)
    let verifying = Stopwatch()
    do { try verifier.verify(received) } catch { throw DemoError.failed("our own proof was rejected: \(error)") }
    let verifySeconds = verifying.seconds
    let claim = HashChainTrace.publicValues(block: block, digest: chain.digest)
    guard received.publicValues == [claim] else { throw DemoError.failed("the proof is about other values") }

    var report = DemoReport(
      message: message, hashes: hashes, digest: Hexadecimal.text(chain.digest),
      parameters: Preset(matching: parameters)?.name ?? "",
      soundnessBits: SoundnessReport(key: key.verifyingKey).totalBits,
      rows: chain.trace.height, columns: chain.trace.width, keygenSeconds: keygenSeconds, traceSeconds: traceSeconds,
      proveSeconds: proveSeconds, phases: phases, verifySeconds: verifySeconds, proofBytes: proofBytes.count,
      keyBytes: keyBytes.count, peakBytes: ProcessMemory.peakBytes, threads: workers.count, machine: .current,
      isAccepted: true, forgeryRejection: try Self.rejectionOfForgery(received, verifier))
    if let directory {
      let files = CaseDirectory(directory)
      try ArtefactFile.makeDirectory(directory)
      try ArtefactFile.write(ParameterFile.encode(parameters), to: files.parametersPath)
      try ArtefactFile.write(keyBytes, to: files.keyPath)
      try ArtefactFile.write(proofBytes, to: files.proofPath)
      report.directory = files.path
    }
    return report
  }

  /// What the verifier says of `proof` when one bit of the digest that it claims is changed.
  private static func rejectionOfForgery(
    _ proof: Proof<InnerConfiguration>, _ verifier: Verifier<InnerConfiguration>
  ) throws(DemoError) -> String {
    var forged = proof
    let word = forged.publicValues[0][HashChainAIR.blockWords].canonical
    forged.publicValues[0][HashChainAIR.blockWords] = BabyBear(word ^ 1)
    do { try verifier.verify(forged) } catch { return "\(error)" }
    throw .failed("a proof for another digest was accepted")
  }
}
