extension SystemParameters {
  /// The log stacked heights that app parameters exist for. Below there would be no WHIR round.
  public static let appLogStackedHeights = 11...24

  /// Parameters of app proofs: execution segments and deferral calls (chapter 10, section 5.2).
  /// `logStackedHeight` is the log of the greatest trace height.
  public static func app(logStackedHeight: Int) throws(ParameterError) -> SystemParameters {
    guard appLogStackedHeights.contains(logStackedHeight) else {
      throw .logStackedHeightOutOfRange(found: logStackedHeight, allowed: appLogStackedHeights)
    }
    return try SystemParameters(
      targets: ParameterTargets(
        lSkip: 4, nStack: logStackedHeight &- 4, wStack: 2048, logBlowup: 1, proximity: .uniqueDecoding,
        muPowBits: 15, foldingPowBits: 5, queryPhasePowBits: 20, maxConstraintDegree: 3))
  }

  /// Parameters of the leaf layer, which verifies app proofs.
  public static let leaf = preset(
    ParameterTargets(
      lSkip: 4, nStack: 17, wStack: 2048, logBlowup: 2, proximity: .uniqueDecoding,
      muPowBits: 13, foldingPowBits: 4, queryPhasePowBits: 20, maxConstraintDegree: 4))

  /// Parameters of the internal layers.
  public static let `internal` = preset(
    ParameterTargets(
      lSkip: 2, nStack: 17, wStack: 512, logBlowup: 3, proximity: .listDecoding(m: 2),
      muPowBits: 20, foldingPowBits: 18, queryPhasePowBits: 20, maxConstraintDegree: 4))

  /// Parameters of the root layer, which hashes over BN254.
  public static let root = preset(
    ParameterTargets(
      lSkip: 2, nStack: 18, wStack: 18, logBlowup: 4, proximity: .listDecoding(m: 1),
      muPowBits: 15, foldingPowBits: 15, queryPhasePowBits: 15, maxConstraintDegree: 4))

  /// Parameters of the layer that closes a deferral tree.
  public static let hook = preset(
    ParameterTargets(
      lSkip: 2, nStack: 18, wStack: 80, logBlowup: 2, proximity: .listDecoding(m: 1),
      muPowBits: 11, foldingPowBits: 12, queryPhasePowBits: 20, maxConstraintDegree: 4))

  private static func preset(_ targets: ParameterTargets) -> SystemParameters {
    do { return try SystemParameters(targets: targets) } catch {
      // SAFE: reached only by an edit of the constants above; no input leads here.
      preconditionFailure("preset targets are consistent: \(error)")
    }
  }
}

// MARK: - Insecure parameters for tests

extension SystemParameters {
  /// **Insecure.** Small parameters for tests: a few bits of proof of work and a handful of queries. Whoever can
  /// run a laptop for a minute can forge proofs under them.
  ///
  /// The query counts are fixed and follow from no target; `queries` has one entry per WHIR round.
  public static func test(
    lSkip: Int, nStack: Int, k: Int, queries: [Int], maxConstraintDegree: Int = 3
  ) -> SystemParameters {
    SystemParameters(
      lSkip: lSkip, nStack: nStack, wStack: 4096, logBlowup: 1,
      whir: WHIRParameters(
        k: k, queriesPerRound: queries, muPowBits: 3, queryPhasePowBits: 1, foldingPowBits: 2,
        proximity: .splitUniqueList(m: 3, listStartRound: 1)),
      logup: LogUpParameters(maxInteractionCount: 1 << 30, logMaxMessageLength: 7, powBits: 2),
      maxConstraintDegree: maxConstraintDegree)
  }

  /// **Insecure.** In place of `app(logStackedHeight:)`, at the same heights: segments and deferral calls for tests.
  public static func testApp(logStackedHeight: Int) throws(ParameterError) -> SystemParameters {
    guard appLogStackedHeights.contains(logStackedHeight) else {
      throw .logStackedHeightOutOfRange(found: logStackedHeight, allowed: appLogStackedHeights)
    }
    return test(lSkip: 4, nStack: logStackedHeight - 4, k: 4, queries: logStackedHeight < 18 ? [8, 4] : [8, 4, 3, 2])
  }

  /// **Insecure.** Stacked height `2^10`, skip domain `2^2`, three WHIR rounds.
  public static let testSmall = test(lSkip: 2, nStack: 8, k: 3, queries: [10, 4, 2])
  /// **Insecure.** Stacked height `2^10`, skip domain `2^5`: most test traces are below the skip domain.
  public static let testWideSkip = test(lSkip: 5, nStack: 5, k: 4, queries: [10, 3])
  /// **Insecure.** Stacked height `2^8`, skip domain `2^3`.
  public static let testTiny = test(lSkip: 3, nStack: 5, k: 3, queries: [10, 4])
  /// **Insecure.** Stacked height `2^10` with constraints up to degree 4.
  public static let testDegree4 = test(lSkip: 4, nStack: 6, k: 4, queries: [10, 3], maxConstraintDegree: 4)
}

// MARK: - By name

/// Named parameters.
public struct Preset: Hashable, Sendable {
  /// Which hash configuration the preset is made for (chapter 10, section 1.4).
  public enum Configuration: String, Hashable, Sendable, CaseIterable { case inner, root }

  /// `app21`, `leaf`, `test_small` and so on.
  public let name: String
  public let parameters: SystemParameters
  public let configuration: Configuration
  /// False for the `test` parameters, which protect nothing.
  public let isSecure: Bool

  /// The names of the insecure test parameters.
  static let testNames = ["test_small", "test_wide_skip", "test_tiny", "test_degree_4"]

  /// All names, production first.
  public static let names =
    SystemParameters.appLogStackedHeights.map { "app\($0)" } + ["leaf", "internal", "root", "hook"] + testNames

  /// The preset `name`; underscores, hyphens and case are ignored, so that `app_21`, `APP-21` and `app21` are one.
  public init(named name: String) throws(ParameterError) {
    let plain = String(name.lowercased().filter { $0 != "_" && $0 != "-" })
    func make(_ name: String, _ parameters: SystemParameters, secure: Bool = true, root: Bool = false) -> Preset {
      Preset(name: name, parameters: parameters, configuration: root ? .root : .inner, isSecure: secure)
    }
    switch plain {
    case "leaf": self = make("leaf", .leaf)
    case "internal": self = make("internal", .internal)
    case "root": self = make("root", .root, root: true)
    case "hook": self = make("hook", .hook)
    case "testsmall": self = make("test_small", .testSmall, secure: false)
    case "testwideskip": self = make("test_wide_skip", .testWideSkip, secure: false)
    case "testtiny": self = make("test_tiny", .testTiny, secure: false)
    case "testdegree4": self = make("test_degree_4", .testDegree4, secure: false)
    default:
      let digits = plain.dropFirst(3)
      guard plain.hasPrefix("app"), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let height = Int(digits)
      else {
        throw .unknownPreset(name: name)
      }
      self = make("app\(height)", try .app(logStackedHeight: height))
    }
  }

  /// The preset whose parameters these are, if any.
  public init?(matching parameters: SystemParameters) {
    for name in Self.names {
      guard let preset = try? Preset(named: name), preset.parameters == parameters else { continue }
      self = preset
      return
    }
    return nil
  }

  private init(name: String, parameters: SystemParameters, configuration: Configuration, isSecure: Bool) {
    self.name = name
    self.parameters = parameters
    self.configuration = configuration
    self.isSecure = isSecure
  }
}
