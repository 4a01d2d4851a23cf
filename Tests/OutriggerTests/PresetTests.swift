import Outrigger
import StarkVerifier
import TestSupport
import Testing

@Suite("Presets")
struct PresetTests {
  /// Parameters as the JSON object `json` has them, read without the code under test.
  static func parameters(_ json: JSON) -> SystemParameters? {
    let whir = json["whir"]
    let regime: ProximityRegime
    if whir["proximity"].string == "UniqueDecoding" {
      regime = .uniqueDecoding
    } else if let m = whir["proximity"]["ListDecoding"]["m"].int {
      regime = .listDecoding(m: m)
    } else if let m = whir["proximity"]["SplitUniqueList"]["m"].int,
      let start = whir["proximity"]["SplitUniqueList"]["list_start_round"].int
    {
      regime = .splitUniqueList(m: m, listStartRound: start)
    } else {
      return nil
    }
    return SystemParameters(
      lSkip: json["l_skip"].int ?? -1, nStack: json["n_stack"].int ?? -1, wStack: json["w_stack"].int ?? -1,
      logBlowup: json["log_blowup"].int ?? -1,
      whir: WHIRParameters(
        k: whir["k"].int ?? -1, queriesPerRound: whir["rounds"].array.map { $0["num_queries"].int ?? -1 },
        muPowBits: whir["mu_pow_bits"].int ?? -1, queryPhasePowBits: whir["query_phase_pow_bits"].int ?? -1,
        foldingPowBits: whir["folding_pow_bits"].int ?? -1, proximity: regime),
      logup: LogUpParameters(
        maxInteractionCount: UInt32(json["logup"]["max_interaction_count"].int ?? 0),
        logMaxMessageLength: UInt32(json["logup"]["log_max_message_length"].int ?? 0),
        powBits: json["logup"]["pow_bits"].int ?? -1),
      maxConstraintDegree: json["max_constraint_degree"].int ?? -1)
  }

  @Test("Every preset has the reference's parameters, derived ones included")
  func presetsAreTheReferences() throws {
    let presets = try #require(try Vectors.json("spec/data/system-params.json"))["presets"]
    #expect(presets.keys.count == 18)
    for name in presets.keys {
      let preset = try Preset(named: name)
      #expect(preset.name == name)
      #expect(preset.parameters == Self.parameters(presets[name]), "\(name)")
      #expect(preset.isSecure)
      let derived = presets[name]["derived"]
      #expect(preset.parameters.logStackedHeight == derived["log_stacked_height"].int)
      #expect(preset.parameters.whir.queriesPerRound.count == derived["num_whir_rounds"].int)
      #expect(preset.parameters.logFinalPolyLength == derived["log_final_poly_len"].int)
    }
  }

  @Test("Parameters of the vectors are presets under their own names")
  func vectorParameters() throws {
    let vectors = try #require(try Vectors.json("vectors/system_params.json"))
    let testNames = [
      "small_2_8_3": "test_small", "small_5_5_4": "test_wide_skip", "small_3_5_3": "test_tiny",
      "testing_10": "test_degree_4",
    ]
    for name in vectors.keys {
      let preset = try Preset(named: testNames[name] ?? name)
      #expect(preset.parameters == Self.parameters(vectors[name]), "\(name)")
      #expect(preset.isSecure == (testNames[name] == nil))
      #expect(Preset(matching: preset.parameters)?.name == preset.name)
    }
  }

  @Test("Names are read without regard to case, underscores and hyphens")
  func names() throws {
    for name in ["app21", "app_21", "APP-21"] { #expect(try Preset(named: name).name == "app21") }
    #expect(try Preset(named: "root").configuration == .root)
    #expect(try Preset(named: "hook").configuration == .inner)
    for name in Preset.names { #expect(try Preset(named: name).name == name) }
  }

  @Test("Unknown names and heights are refused with what there is", arguments: [-1, 0, 10, 25, 1 << 40])
  func heightsOutside(height: Int) {
    #expect(throws: ParameterError.logStackedHeightOutOfRange(found: height, allowed: 11...24)) {
      try SystemParameters.app(logStackedHeight: height)
    }
  }

  @Test("Unknown names", arguments: ["", "app", "app-x", "leafy", "app99999999999999999999", "app+21"])
  func unknownNames(name: String) {
    #expect(throws: ParameterError.self) { try Preset(named: name) }
  }

  @Test("Targets that no parameters reach are refused")
  func impossibleTargets() {
    func targets(_ change: (inout ParameterTargets) -> Void) -> ParameterTargets {
      var targets = ParameterTargets(
        lSkip: 4, nStack: 17, wStack: 2048, logBlowup: 1, proximity: .uniqueDecoding, muPowBits: 15,
        foldingPowBits: 5, queryPhasePowBits: 20, maxConstraintDegree: 3)
      change(&targets)
      return targets
    }
    #expect(throws: ParameterError.noWHIRRound(logStackedHeight: 10, targetLogFinalPolyLength: 10)) {
      try SystemParameters(targets: targets { $0.nStack = 6 })
    }
    #expect(throws: ParameterError.domainTooLarge(logDomainSize: 28, limit: 27)) {
      try SystemParameters(targets: targets { $0.logBlowup = 7 })
    }
    // With multiplicity 1 at rate 1/2 the agreement bound is above 1.
    #expect(throws: ParameterError.unreachableSecurity(round: 0)) {
      try SystemParameters(targets: targets { $0.proximity = .listDecoding(m: 1) })
    }
    for change in [
      { $0.k = 0 }, { $0.lSkip = -1 }, { $0.wStack = 0 }, { $0.securityBits = 1000 }, { $0.queryPhasePowBits = 64 },
      { $0.nStack = Int.max }, { $0.logMaxMessageLength = 99 },
    ] as [(inout ParameterTargets) -> Void] {
      #expect(throws: ParameterError.self) { try SystemParameters(targets: targets(change)) }
    }
  }
}
