import Hashing
import StarkVerifier

/// System parameters, for reports.
public struct ParameterSummary: Sendable, Encodable {
  public var preset: String?
  /// False for test parameters and others below 100 provable bits at generous sizes.
  public var isSecure: Bool
  public var lSkip, nStack, wStack, logBlowup, logStackedHeight, maxConstraintDegree: Int
  public var k: Int
  public var queriesPerRound: [Int]
  public var muPowBits, foldingPowBits, queryPhasePowBits, logupPowBits: Int
  public var proximity: String

  enum CodingKeys: String, CodingKey {
    case preset
    case isSecure = "secure"
    case lSkip = "l_skip"
    case nStack = "n_stack"
    case wStack = "w_stack"
    case logBlowup = "log_blowup"
    case logStackedHeight = "log_stacked_height"
    case maxConstraintDegree = "max_constraint_degree"
    case k
    case queriesPerRound = "queries_per_round"
    case muPowBits = "mu_pow_bits"
    case foldingPowBits = "folding_pow_bits"
    case queryPhasePowBits = "query_phase_pow_bits"
    case logupPowBits = "logup_pow_bits"
    case proximity
  }

  public init(_ parameters: SystemParameters) {
    preset = Preset(matching: parameters)?.name
    isSecure = SoundnessReport(parameters: parameters).totalBits >= StarkVerification.productionBits
    lSkip = parameters.lSkip
    nStack = parameters.nStack
    wStack = parameters.wStack
    logBlowup = parameters.logBlowup
    logStackedHeight = parameters.logStackedHeight
    maxConstraintDegree = parameters.maxConstraintDegree
    k = parameters.whir.k
    queriesPerRound = parameters.whir.queriesPerRound
    muPowBits = parameters.whir.muPowBits
    foldingPowBits = parameters.whir.foldingPowBits
    queryPhasePowBits = parameters.whir.queryPhasePowBits
    logupPowBits = parameters.logup.powBits
    proximity =
      switch parameters.whir.proximity {
      case .uniqueDecoding: "unique decoding"
      case .splitUniqueList(let m, let start): "unique decoding, from round \(start) list decoding (m = \(m))"
      case .listDecoding(let m): "list decoding (m = \(m))"
      }
  }
}

/// A verifying key, for reports.
public struct KeySummary: Sendable, Encodable {
  /// One AIR of a key.
  public struct AIR: Sendable, Encodable {
    public var id: Int
    public var isRequired: Bool
    public var commonWidth: Int
    public var cachedWidths: [Int]
    public var preprocessedWidth: Int?
    public var preprocessedLogHeight: Int?
    public var publicValues: Int
    public var constraints: Int
    public var interactions: Int
    public var nodes: Int
    public var degree: Int
    public var readsNextRow: Bool

    enum CodingKeys: String, CodingKey {
      case id
      case isRequired = "required"
      case commonWidth = "common_width"
      case cachedWidths = "cached_widths"
      case preprocessedWidth = "preprocessed_width"
      case preprocessedLogHeight = "preprocessed_log_height"
      case publicValues = "public_values"
      case constraints, interactions, nodes, degree
      case readsNextRow = "reads_next_row"
    }
  }

  public var preHash: [String]
  public var parameters: ParameterSummary
  public var soundnessBits: Double
  public var traceHeightConstraints: Int
  public var airs: [AIR]

  enum CodingKeys: String, CodingKey {
    case preHash = "pre_hash"
    case parameters
    case soundnessBits = "soundness_bits"
    case traceHeightConstraints = "trace_height_constraints"
    case airs
  }

  public init<H>(_ key: VerifyingKey<H>) {
    preHash = H.integers(of: key.preHash)
    parameters = ParameterSummary(key.parameters)
    soundnessBits = SoundnessReport(key: key).totalBits
    traceHeightConstraints = key.traceHeightConstraints.count
    airs = key.airs.enumerated().map { id, air in
      AIR(
        id: id, isRequired: air.isRequired, commonWidth: air.width.commonMain, cachedWidths: air.width.cachedMains,
        preprocessedWidth: air.width.preprocessed,
        preprocessedLogHeight: air.preprocessed.map { $0.hypercubeDimension &+ key.parameters.lSkip },
        publicValues: air.publicValueCount, constraints: air.dag.constraints.count,
        interactions: air.dag.interactions.count, nodes: air.dag.nodes.count, degree: air.maxConstraintDegree,
        readsNextRow: air.needsRotation)
    }
  }
}

/// A proof, for reports.
public struct ProofSummary: Sendable, Encodable {
  /// A present AIR.
  public struct Trace: Sendable, Encodable {
    public var airID: Int
    public var logHeight: Int
    public var cachedCommits: [[String]]
    public var publicValues: [UInt32]

    enum CodingKeys: String, CodingKey {
      case airID = "air_id"
      case logHeight = "log_height"
      case cachedCommits = "cached_commits"
      case publicValues = "public_values"
    }
  }

  public var commonMainCommit: [String]
  public var airCount: Int
  public var traces: [Trace]
  public var gkrLayers: Int
  public var zerocheckRounds: Int
  public var stackedWidths: [Int]
  public var whirRounds: Int
  public var queriesPerRound: [Int]
  public var finalPolyLength: Int

  enum CodingKeys: String, CodingKey {
    case commonMainCommit = "common_main_commit"
    case airCount = "airs"
    case traces
    case gkrLayers = "gkr_layers"
    case zerocheckRounds = "zerocheck_rounds"
    case stackedWidths = "stacked_widths"
    case whirRounds = "whir_rounds"
    case queriesPerRound = "queries_per_round"
    case finalPolyLength = "final_poly_length"
  }

  public init<H>(_ proof: Proof<H>) {
    commonMainCommit = H.integers(of: proof.commonMainCommit)
    airCount = proof.traceData.count
    traces = zip(proof.traceData, proof.publicValues).enumerated().compactMap { id, pair in
      pair.0.map { data in
        Trace(
          airID: id, logHeight: data.logHeight, cachedCommits: data.cachedCommits.map { H.integers(of: $0) },
          publicValues: pair.1.map(\.canonical))
      }
    }
    gkrLayers = proof.gkr.claimsPerLayer.count
    zerocheckRounds = proof.batch.roundPolys.count
    stackedWidths = proof.whir.initialOpenings.map(\.width)
    whirRounds = proof.whir.codewordCommits.count + 1
    queriesPerRound = [proof.whir.initialQueryCount] + proof.whir.codewordOpenings.map(\.queryCount)
    finalPolyLength = proof.whir.finalPoly.count
  }
}

/// The traces of one AIR in a trace file, for reports.
public struct TraceSummary: Sendable, Encodable {
  public var airID: Int
  public var airName: String?
  public var height: Int
  public var commonWidth: Int
  public var cachedWidths: [Int]
  public var preprocessedWidth: Int?
  public var publicValues: Int

  enum CodingKeys: String, CodingKey {
    case airID = "air_id"
    case airName = "air_name"
    case height
    case commonWidth = "common_width"
    case cachedWidths = "cached_widths"
    case preprocessedWidth = "preprocessed_width"
    case publicValues = "public_values"
  }

  public init(_ entry: TraceFileEntry) {
    airID = entry.airID
    airName = entry.airName
    height = entry.commonMain.height
    commonWidth = entry.commonMain.width
    cachedWidths = entry.cachedMains.map(\.width)
    preprocessedWidth = entry.preprocessed?.width
    publicValues = entry.publicValues.count
  }
}
