import AIR
import Algebra
import Hashing
import SampleCircuits
import StarkVerifier
import TestSupport
import Testing

@testable import StarkProver

/// Keys made from AIR code against the keys of an independent implementation, byte for byte.
@Suite struct KeygenVectorTests {
  @Test func keysOfAllVectorCases() throws {
    guard let index = try Vectors.json("vectors/index.json") else { return }
    var compared = 0
    for entry in index.array {
      let name = try #require(entry["name"].string)
      let folder = "vectors/proofs/\(name)"
      // A clone has the small cases only.
      guard let traces = try Vectors.json("\(folder)/traces.json"),
        let expected = try Vectors.bytes("\(folder)/vk.postcard.bin")
      else { continue }
      let key = try VerifyingKey<InnerConfiguration>(decoding: expected)
      let airs = ReferenceAIRs.vectorCase(name, airCount: key.airs.count, traces: traces)
      let made = try ProvingKey<InnerConfiguration>.generate(airs: airs, parameters: key.parameters)
      for (id, (own, reference)) in zip(made.verifyingKey.airs, key.airs).enumerated() {
        #expect(own == reference, "\(name), AIR \(id)")
      }
      #expect(made.verifyingKey.traceHeightConstraints == key.traceHeightConstraints, "\(name)")
      #expect(made.verifyingKey.preHash == key.preHash, "\(name)")
      #expect(made.verifyingKey.encode() == expected, "\(name)")
      compared += 1
    }
    #expect(Vectors.hasFullSet ? compared == index.array.count : compared > 0)
  }

  @Test func keysOfGoldenExamples() throws {
    guard let lines = try Vectors.bytes("spec/data/golden-proofs.jsonl") else { return }
    for line in lines.split(separator: UInt8(ascii: "\n")) {
      let example = try JSON(parsing: .init(line))
      if example["configuration"].string == "root" {
        try compare(example, RootConfiguration.self)
      } else {
        try compare(example, InnerConfiguration.self)
      }
    }
  }

  private func compare<H: HashConfiguration>(_ example: JSON, _ configuration: H.Type) throws {
    let name = example["name"].string ?? ""
    let expected = try #require(bytes(hex: example["vk_postcard_hex"].string ?? ""))
    let key = try VerifyingKey<H>(decodingBody: expected)
    let made = try ProvingKey<H>.generate(
      airs: ReferenceAIRs.golden(example), parameters: key.parameters, workers: Workers(2))
    for (id, (own, reference)) in zip(made.verifyingKey.airs, key.airs).enumerated() {
      #expect(own == reference, "\(name), AIR \(id)")
    }
    #expect(made.verifyingKey.encodeBody() == expected, "\(name)")
    var preHash: [UInt8] = []
    H.encode(made.verifyingKey.preHash, into: &preHash)
    #expect(preHash == bytes(hex: example["vk_pre_hash_hex"].string ?? ""), "\(name)")
  }
}

/// What key generation derives and refuses.
@Suite struct KeygenTests {
  /// An AIR given by a closure.
  private struct TestAIR: AIR {
    var name = "TestAIR"
    var width = TraceWidth(commonMain: 2)
    var preprocessedTrace: FieldMatrix?
    var body: @Sendable (AIRBuilder, [Expr]) -> Void = { $0.assertBoolean("b", $1[0]) }

    func evaluate(_ builder: AIRBuilder) { body(builder, builder.cells(.commonMain).local) }
  }

  private static let parameters = SystemParameters(
    lSkip: 2, nStack: 6, wStack: 64, logBlowup: 1,
    whir: WHIRParameters(
      k: 2, queriesPerRound: [4, 3], muPowBits: 1, queryPhasePowBits: 1, foldingPowBits: 1,
      proximity: .uniqueDecoding),
    logup: LogUpParameters(maxInteractionCount: BabyBear.modulus, logMaxMessageLength: 2, powBits: 1),
    maxConstraintDegree: 3)

  private func error(
    _ airs: [any AIR], change: (inout SystemParameters) -> Void = { _ in }
  ) -> KeygenError? {
    var parameters = Self.parameters
    change(&parameters)
    do {
      _ = try ProvingKey<InnerConfiguration>.generate(airs: airs, parameters: parameters)
      return nil
    } catch { return error }
  }

  @Test func makesKeysWithNamesAndCommitments() throws {
    let airs: [any AIR] = [
      FibonacciAIR(), FibonacciSelectorAIR(preprocessed: FieldMatrix(columns: [[1, 0, 1, 1, 0, 0, 1, 0]])),
      PreprocessedCachedAIR(preprocessed: FieldMatrix(columns: [[1, 0]]), cachedCount: 2),
    ]
    let one = try ProvingKey<InnerConfiguration>.generate(airs: airs, parameters: Self.parameters)
    #expect(one.airNames == ["FibonacciAIR", "FibonacciSelectorAIR", "PreprocessedCachedAIR"])
    #expect(one.preprocessed.map { $0 != nil } == [false, true, true])
    #expect(one.verifyingKey.airs.map(\.preprocessed?.hypercubeDimension) == [nil, 1, -1])
    #expect(one.verifyingKey.airs.map(\.preprocessed?.stackingWidth) == [nil, 1, 1])
    let again = try ProvingKey<InnerConfiguration>.generate(
      airs: airs, parameters: Self.parameters, workers: Workers(3))
    #expect(again.verifyingKey == one.verifyingKey)
    // The key is one that a reader accepts.
    try one.verifyingKey.validate()
    #expect(try VerifyingKey<InnerConfiguration>(decoding: one.verifyingKey.encode()) == one.verifyingKey)
  }

  @Test func proverCanStartFromTheKeyAlone() throws {
    let trace = FieldMatrix(columns: [[1, 0, 1, 1]])
    let made = try ProvingKey<InnerConfiguration>.generate(
      airs: [FibonacciSelectorAIR(preprocessed: trace)], parameters: Self.parameters)
    let loaded = try ProvingKey(
      verifyingKey: made.verifyingKey, preprocessedTraces: [trace], workers: Workers(1))
    #expect(loaded.preprocessed[0]?.root == made.preprocessed[0]?.root)
    #expect(throws: ProverError.self) {
      try ProvingKey(
        verifyingKey: made.verifyingKey, preprocessedTraces: [FieldMatrix(columns: [[1, 1, 1, 1]])],
        workers: Workers(1))
    }
  }

  @Test func refusesAIRsThatCannotBeProven() {
    #expect(error([]) == .noAIRs)
    #expect(error([TestAIR(body: { _, _ in })]) == .nothingToProve(air: "TestAIR"))
    #expect(
      error([TestAIR(width: TraceWidth(commonMain: 0), body: { builder, _ in builder.assertZero("c", 1) })])
        == .emptyPart(air: "TestAIR", part: .commonMain))
    #expect(
      error([TestAIR(width: TraceWidth(cachedMains: [1, 0], commonMain: 2))])
        == .emptyPart(air: "TestAIR", part: .cachedMain(1)))
    #expect(
      error([FibonacciAIR(), TestAIR(body: { $0.assertZero("c", $1[0].raised(to: 4)) })])
        == .degree(air: "TestAIR", found: 4, maximum: 3))
    // Interactions count like constraints.
    #expect(
      error([TestAIR(body: { $0.push("i", bus: 0, message: [$1[0].raised(to: 5)], count: 1, countWeight: 0) })])
        == .degree(air: "TestAIR", found: 5, maximum: 3))
    #expect(
      error([TestAIR(body: { $0.push("i", bus: 0, message: [1], count: $1[0].raised(to: 4), countWeight: 0) })])
        == .degree(air: "TestAIR", found: 4, maximum: 3))
  }

  @Test func refusesMessagesOfTheWrongLength() {
    func air(fields: Int) -> TestAIR {
      TestAIR(body: { builder, x in
        builder.push("m", bus: 1, message: Array(repeating: x[0], count: fields), count: 1, countWeight: 1)
      })
    }
    #expect(error([air(fields: 0)]) == .emptyMessage(air: "TestAIR", interaction: "m"))
    #expect(error([air(fields: 3)]) == nil)
    #expect(error([air(fields: 4)]) == .messageTooLong(air: "TestAIR", interaction: "m", found: 4, maximum: 3))
  }

  @Test func refusesPreprocessedTracesThatDoNotFit() {
    let width = TraceWidth(preprocessed: 1, commonMain: 2)
    func air(_ trace: FieldMatrix?, width: TraceWidth = width) -> TestAIR {
      TestAIR(width: width, preprocessedTrace: trace)
    }
    func matrix(height: Int, width: Int = 1) -> FieldMatrix { FieldMatrix(height: height, width: width) }
    #expect(error([air(matrix(height: 256))]) == nil)
    #expect(error([air(nil)]) == .preprocessedTraceMissing(air: "TestAIR"))
    #expect(
      error([air(matrix(height: 1), width: TraceWidth(commonMain: 2))]) == .preprocessedTraceUnexpected(air: "TestAIR"))
    #expect(
      error([air(matrix(height: 4, width: 2))]) == .preprocessedWidth(air: "TestAIR", expected: 1, found: 2))
    #expect(error([air(matrix(height: 0))]) == .preprocessedHeight(air: "TestAIR", found: 0, maximum: 256))
    #expect(error([air(matrix(height: 3))]) == .preprocessedHeight(air: "TestAIR", found: 3, maximum: 256))
    #expect(error([air(matrix(height: 512))]) == .preprocessedHeight(air: "TestAIR", found: 512, maximum: 256))
  }

  @Test func refusesParametersWithoutMeaning() {
    func field(_ change: (inout SystemParameters) -> Void) -> String? {
      guard case .parameters(let problem)? = error([FibonacciAIR()], change: change) else { return nil }
      return problem.field
    }
    #expect(error([FibonacciAIR()]) == nil)
    #expect(field { $0.whir.queriesPerRound = [] } == "params.whir.rounds")
    #expect(field { $0.whir.queriesPerRound = [1, 1, 1, 1, 1] } == "params.whir.rounds")
    #expect(field { $0.whir.k = 0 } == "params.whir.k")
    #expect(field { $0.logBlowup = 20 } == "params.log_blowup")
    #expect(field { $0.lSkip = 7 } == "params.l_skip")
    #expect(field { $0.nStack = -1 } == "params.n_stack")
    #expect(field { $0.maxConstraintDegree = 0 } == "params.max_constraint_degree")
    #expect(field { $0.logup.maxInteractionCount = 0 } == "params.logup.max_interaction_count")
    #expect(field { $0.logup.maxInteractionCount = .max } == "params.logup.max_interaction_count")
  }

  @Test func refusesCountWeightsThatOverflow() {
    func air(_ weights: [UInt32]) -> TestAIR {
      TestAIR(body: { builder, x in
        for weight in weights { builder.push("i", bus: 8, message: [x[0]], count: 1, countWeight: weight) }
      })
    }
    #expect(error([air([.max])]) == nil)
    #expect(error([air([.max, 0])]) == nil)
    #expect(error([air([.max, 1])]) == .countWeightOverflow(air: "TestAIR", bus: 8))
    // Each AIR has a coefficient of its own.
    #expect(error([air([.max]), air([1])]) == nil)
  }

  @Test func keepsTheTraceHeightConstraintsThatMatter() {
    func constraint(_ coefficients: [UInt32], _ threshold: UInt32) -> TraceHeightConstraint {
      TraceHeightConstraint(coefficients: coefficients, threshold: threshold)
    }
    // A later, stricter one displaces earlier ones; an implied one is skipped; incomparable ones stay in order.
    #expect(
      TraceHeightConstraint.minimized([
        constraint([1, 0], 100), constraint([0, 2], 100), constraint([1, 1], 100), constraint([1, 1], 200),
        constraint([0, 3], 90),
      ]) == [constraint([1, 1], 100), constraint([0, 3], 90)])
    #expect(TraceHeightConstraint.minimized([constraint([5], 7), constraint([5], 7)]) == [constraint([5], 7)])
    #expect(TraceHeightConstraint.minimized([constraint([0], 7)]) == [constraint([0], 7)])
  }

  @Test func sampleCircuitsHaveKeys() throws {
    let airs: [any AIR] = (0..<4).map { LookupAIR(station: $0) } + [FibonacciAIR()]
    var parameters = Self.parameters
    parameters.logup.logMaxMessageLength = 7
    let key = try ProvingKey<InnerConfiguration>.generate(airs: airs, parameters: parameters).verifyingKey
    #expect(key.airs.map(\.dag.interactions.count) == [26, 26, 26, 26, 0])
    // Each station sends 12 and the next receives 12 on a bus of weight 1; the table's query counts, its rows do not.
    // In all, 26 interactions a row are the only constraint that no other implies.
    #expect(key.traceHeightConstraints == [.init(coefficients: [26, 26, 26, 26, 0], threshold: BabyBear.modulus)])
  }
}
