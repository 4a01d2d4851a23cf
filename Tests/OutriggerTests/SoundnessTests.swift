import Hashing
import Outrigger
import StarkVerifier
import TestSupport
import Testing

@Suite("Soundness calculator")
struct SoundnessTests {
  /// The reference's inputs for `name`.
  private func inputs(_ json: JSON) throws -> SoundnessInputs {
    SoundnessInputs(
      maxConstraintsPerAIR: try #require(json["max_num_constraints_per_air"].int),
      airCount: try #require(json["num_airs"].int),
      maxLogTraceHeight: try #require(json["max_log_trace_height"].int),
      traceColumnCount: try #require(json["num_trace_columns"].int),
      stackedColumnCount: try #require(json["num_stacked_columns"].int),
      nLogUp: try #require(json["n_logup"].int))
  }

  @Test("Every term equals the reference's", arguments: ["app24", "leaf", "internal", "root", "hook"])
  func termsAreTheReferences(name: String) throws {
    let reference = try #require(try Vectors.json("spec/data/system-params.json"))["soundness_reference"][name]
    let parameters = try Preset(named: name).parameters
    #expect(parameters.maxConstraintDegree == reference["inputs"]["max_constraint_degree"].int)
    let report = SoundnessReport(parameters: parameters, inputs: try inputs(reference["inputs"]))
    let bits = reference["bits"]
    for term in bits.keys where term != "whir_details" && term != "total" {
      let expected = try #require(bits[term].double)
      let found = try #require(report[term])
      #expect(abs(found - expected) < 1e-9, "\(term): \(found), not \(expected)")
    }
    for term in bits["whir_details"].keys {
      let expected = try #require(bits["whir_details"][term].double)
      let found = try #require(report.whirTerms.first { $0.name == term }?.bits)
      #expect(abs(found - expected) < 1e-9, "whir \(term): \(found), not \(expected)")
    }
    #expect(abs(report.totalBits - (bits["total"].double ?? 0)) < 1e-9)
    #expect(report.terms.count == 7 && report.whirTerms.count == 8)
    #expect(report.weakest?.bits == report.totalBits)
  }

  @Test("Without a key the inputs are those that the reference figures are for")
  func estimatedInputs() throws {
    let reference = try #require(try Vectors.json("spec/data/system-params.json"))["soundness_reference"]
    for name in reference.keys {
      let estimated = SoundnessInputs(estimatedFor: try Preset(named: name).parameters)
      var expected = try inputs(reference[name]["inputs"])
      expected.maxLogTraceHeight = estimated.maxLogTraceHeight  // the reference takes 20 for leaf, whose M is 21
      #expect(estimated == expected, "\(name)")
    }
  }

  @Test("All production presets give 100 bits, and no test preset does")
  func presetsReachTheTarget() throws {
    for name in Preset.names {
      let preset = try Preset(named: name)
      let bits = SoundnessReport(parameters: preset.parameters).totalBits
      #expect((bits >= 100) == preset.isSecure, "\(name): \(bits)")
    }
  }

  @Test("Weaker parameters give fewer bits, term by term")
  func monotony() throws {
    let base = try Preset(named: "app21").parameters
    func bits(_ name: String, _ change: (inout SystemParameters) -> Void) -> Double {
      var parameters = base
      change(&parameters)
      return SoundnessReport(parameters: parameters)[name] ?? .nan
    }
    let report = SoundnessReport(parameters: base)
    func original(_ name: String) -> Double { report[name] ?? .nan }
    #expect(bits("query") { $0.whir.queriesPerRound[0] = 192 } < original("query"))
    #expect(bits("query") { $0.whir.queryPhasePowBits = 19 } < original("query"))
    #expect(bits("logup") { $0.logup.powBits = 17 } < original("logup"))
    #expect(bits("mu") { $0.whir.muPowBits = 14 } < original("mu"))
    #expect(bits("fold_rbr") { $0.whir.foldingPowBits = 4 } < original("fold_rbr"))
    #expect(bits("zerocheck") { $0.maxConstraintDegree = 8 } < original("zerocheck"))
    #expect(bits("mu") { $0.wStack = 4096 } < original("mu"))
  }

  @Test("A key's report is for its own AIRs")
  func reportOfAKey() throws {
    let bytes = try #require(try Vectors.bytes("vectors/proofs/small_2_8_3/interactions11/vk.postcard.bin"))
    let key = try VerifyingKey<InnerConfiguration>(decoding: bytes)
    let inputs = SoundnessInputs(key: key)
    #expect(inputs.airCount == 2)
    #expect(inputs.traceColumnCount == 4)
    #expect(inputs.maxConstraintsPerAIR == 0)
    #expect(inputs.maxLogTraceHeight == 10)
    #expect(inputs.stackedColumnCount == 4096)
    // min(30 - 2, ceil(log2 2) + ceil(log2 1) + 10 - 2)
    #expect(inputs.nLogUp == 9)
    #expect(SoundnessReport(key: key).totalBits.isFinite)
  }

  @Test("Extreme parameters give a report and no trap")
  func extremes() {
    for value in [0, 1, 63, 255] {
      for regime in [.uniqueDecoding, .listDecoding(m: value), .splitUniqueList(m: 1, listStartRound: value)]
        as [ProximityRegime]
      {
        let parameters = SystemParameters(
          lSkip: value, nStack: value, wStack: value, logBlowup: value,
          whir: WHIRParameters(
            k: value, queriesPerRound: Array(repeating: value, count: 5), muPowBits: value, queryPhasePowBits: value,
            foldingPowBits: value, proximity: regime),
          logup: LogUpParameters(
            maxInteractionCount: UInt32(value), logMaxMessageLength: UInt32(value), powBits: value),
          maxConstraintDegree: value)
        let report = SoundnessReport(
          parameters: parameters,
          inputs: SoundnessInputs(
            maxConstraintsPerAIR: 0, airCount: 0, maxLogTraceHeight: value, traceColumnCount: 0,
            stackedColumnCount: 0, nLogUp: 0))
        #expect(report.terms.count == 7)
      }
    }
  }
}
