import Hashing
import StarkVerifier

/// A soundness report, for programs to read.
public struct SoundnessSummary: Sendable, Encodable {
  public struct Term: Sendable, Encodable {
    public var name: String
    public var bits: Double
    public var meaning: String

    init(_ term: SoundnessReport.Term) {
      name = term.name
      bits = term.bits
      meaning = term.meaning
    }
  }

  public struct Inputs: Sendable, Encodable {
    public var maxConstraintsPerAIR, airCount, maxConstraintDegree, maxLogTraceHeight: Int
    public var traceColumns, stackedColumns, nLogUp: Int

    enum CodingKeys: String, CodingKey {
      case maxConstraintsPerAIR = "max_constraints_per_air"
      case airCount = "airs"
      case maxConstraintDegree = "max_constraint_degree"
      case maxLogTraceHeight = "max_log_trace_height"
      case traceColumns = "trace_columns"
      case stackedColumns = "stacked_columns"
      case nLogUp = "n_logup"
    }
  }

  /// What was reported on: a preset's name or a file.
  public var subject: String
  public var totalBits: Double
  public var isSecure: Bool
  public var weakestTerm: String
  public var terms: [Term]
  public var whirTerms: [Term]
  public var inputs: Inputs
  public var parameters: ParameterSummary

  enum CodingKeys: String, CodingKey {
    case subject
    case totalBits = "total_bits"
    case isSecure = "secure"
    case weakestTerm = "weakest_term"
    case terms
    case whirTerms = "whir_terms"
    case inputs, parameters
  }

  public init(_ report: SoundnessReport, subject: String) {
    self.subject = subject
    totalBits = report.totalBits
    isSecure = report.totalBits >= StarkVerification.productionBits
    weakestTerm = report.weakest?.name ?? ""
    terms = report.terms.map(Term.init)
    whirTerms = report.whirTerms.map(Term.init)
    parameters = ParameterSummary(report.parameters)
    let inputs = report.inputs
    self.inputs = Inputs(
      maxConstraintsPerAIR: inputs.maxConstraintsPerAIR, airCount: inputs.airCount,
      maxConstraintDegree: report.parameters.maxConstraintDegree, maxLogTraceHeight: inputs.maxLogTraceHeight,
      traceColumns: inputs.traceColumnCount, stackedColumns: inputs.stackedColumnCount, nLogUp: inputs.nLogUp)
  }
}

extension SoundnessReport {
  /// The report for the key at `path`, in either configuration.
  public static func forKey(at path: String, configuration: Configuration? = nil) throws(ArtefactError)
    -> SoundnessReport
  {
    let bytes = try ArtefactFile.read(path, limit: ArtefactFile.Limit.verifyingKey)
    let chosen: Configuration
    if let configuration { chosen = configuration } else { chosen = try .detect(key: bytes, file: path) }
    return switch chosen {
    case .inner: SoundnessReport(key: try KeyFile<InnerConfiguration>(bytes: bytes, path: path).key)
    case .root: SoundnessReport(key: try KeyFile<RootConfiguration>(bytes: bytes, path: path).key)
    }
  }
}
