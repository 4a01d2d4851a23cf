import Hashing
import StarkVerifier

/// What is in an artefact, and which bytes of it belong to which part of the protocol.
public struct InspectionReport: Sendable, Encodable {
  public enum Kind: String, Sendable, Encodable {
    case key = "verifying_key"
    case proof = "stark_proof"
    case parameters
    case traces
  }

  /// A run of bytes with its meaning.
  public struct Section: Sendable, Encodable {
    public var name: String
    public var stage: String
    public var offset: Int
    public var bytes: Int
  }

  /// All bytes of one stage of the protocol.
  public struct Stage: Sendable, Encodable {
    public var stage: String
    public var bytes: Int
  }

  public var file: String
  public var kind: Kind
  public var bytes: Int
  /// Nil for files that have no digests.
  public var configuration: Configuration?
  public var key: KeySummary?
  public var proof: ProofSummary?
  public var parameters: ParameterSummary?
  public var traces: [TraceSummary]?
  /// In the order of the protocol.
  public var stages: [Stage] = []
  /// In the order of the file, without gaps.
  public var sections: [Section] = []
}

extension InspectionReport {
  /// Reads the file at `path`, finds out what it is, and describes it.
  public init(path: String, configuration: Configuration? = nil) throws(ArtefactError) {
    let bytes = try ArtefactFile.read(path, limit: ArtefactFile.Limit.traces)
    switch bytes.first(where: { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }) {
    case UInt8(ascii: "{") where Self.isText(bytes):
      self.init(file: path, kind: .parameters, bytes: bytes.count)
      parameters = ParameterSummary(try ParameterFile.parse(bytes, file: path))
    case UInt8(ascii: "[") where Self.isText(bytes):
      self.init(file: path, kind: .traces, bytes: bytes.count)
      traces = try TraceFile.parse(bytes, file: path).map(TraceSummary.init)
    default:
      // A proof starts with its codec version, a whole word; a key with the skip domain's log size, one byte, and
      // after it sizes that are not all zero.
      if bytes.starts(with: Self.proofPrefix) {
        let chosen: Configuration
        if let configuration { chosen = configuration } else { chosen = try .detect(proof: bytes, file: path) }
        switch chosen {
        case .inner: try self.init(proof: ProofFile<InnerConfiguration>(bytes: bytes, path: path))
        case .root: try self.init(proof: ProofFile<RootConfiguration>(bytes: bytes, path: path))
        }
      } else {
        let chosen: Configuration
        if let configuration { chosen = configuration } else { chosen = try .detect(key: bytes, file: path) }
        switch chosen {
        case .inner: try self.init(key: KeyFile<InnerConfiguration>(bytes: bytes, path: path))
        case .root: try self.init(key: KeyFile<RootConfiguration>(bytes: bytes, path: path))
        }
      }
    }
  }

  private static let proofPrefix: [UInt8] = [UInt8(Versions.proofCodec), 0, 0, 0]

  /// Whether the first bytes are those of a text; '{' and '[' may also start a binary file.
  private static func isText(_ bytes: [UInt8]) -> Bool {
    bytes.prefix(64).allSatisfy { $0 >= 0x20 && $0 < 0x7f || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
  }

  private init(file: String, kind: Kind, bytes: Int) {
    self.file = file
    self.kind = kind
    self.bytes = bytes
  }

  private init<H>(key: KeyFile<H>) throws(ArtefactError) {
    self.init(file: key.path, kind: .key, bytes: key.bytes.count)
    configuration = Configuration(rawValue: H.name)
    self.key = KeySummary(key.key)
    do { add(try KeyAnatomy(of: key.bytes, H.self).sections) } catch { throw ArtefactError(error, file: key.path) }
  }

  private init<H>(proof: ProofFile<H>) throws(ArtefactError) {
    self.init(file: proof.path, kind: .proof, bytes: proof.bytes.count)
    configuration = Configuration(rawValue: H.name)
    self.proof = ProofSummary(proof.proof)
    do { add(try ProofAnatomy(of: proof.bytes, H.self).sections) } catch {
      throw ArtefactError(error, file: proof.path)
    }
  }

  private mutating func add(_ anatomy: [AnatomySection]) {
    var positions: [String: Int] = [:]
    for section in anatomy {
      let stage = "\(section.stage)"
      sections.append(
        Section(name: section.name, stage: stage, offset: section.bytes.lowerBound, bytes: section.bytes.count))
      if let position = positions[stage] {
        stages[position].bytes += section.bytes.count
      } else {
        positions[stage] = stages.count
        stages.append(Stage(stage: stage, bytes: section.bytes.count))
      }
    }
  }
}
