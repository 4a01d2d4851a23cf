import AIR
import Algebra
import Hashing
import MachineVerifier
import StarkProver
import StarkVerifier
import Testing

@testable import Deferral

/// What is a circuit and what is none; keys.
@Suite struct DeferralCircuitTests {
  static func own(
    _ set: AIRSet = OwnCircuit.set(), preprocessed: [Int: FieldMatrix] = [0: OwnCircuit.preprocessed], index: Int = 3,
    logBatch: Int = 0, parameters: SystemParameters = .testBytes
  ) throws(DeferralCircuitError) -> DeferralCircuit {
    try DeferralCircuit(
      set: set, preprocessed: preprocessed, index: index, logBatch: logBatch, parameters: parameters)
  }

  static func expect(
    _ expected: DeferralCircuitError, sourceLocation: SourceLocation = #_sourceLocation,
    _ make: () throws(DeferralCircuitError) -> DeferralCircuit
  ) {
    do throws(DeferralCircuitError) {
      _ = try make()
      Issue.record("accepted", sourceLocation: sourceLocation)
    } catch {
      #expect(error == expected, "\(error)", sourceLocation: sourceLocation)
      #expect(error.description.contains("expected"), sourceLocation: sourceLocation)
    }
  }

  @Test func airsStandInOrder() throws {
    let names = { (circuit: DeferralCircuit) in circuit.airs.map(\.name) }
    let set = Increment.set()
    let single = try DeferralCircuit(set: set, index: 0, parameters: .testBytes)
    #expect(names(single) == ["InputOutputAIR", "IncrementAIR", "Poseidon2AIR", "Poseidon2RestAIR", "BitwiseAIR"])
    #expect(single.ownAIRs == 1..<2 && single.maxCalls == 1)
    var ranged = set
    ranged.standardTables.append(.range)
    let batch = try DeferralCircuit(set: ranged, index: 0, logBatch: 4, parameters: .testBytes)
    #expect(
      names(batch)
        == [
          "CallTreeAIR", "InputOutputAIR", "IncrementAIR", "Poseidon2AIR", "Poseidon2RestAIR", "BitwiseAIR",
          "VariableRangeAIR",
        ])
    #expect(batch.ownAIRs == 2..<3 && batch.maxCalls == 16)
    #expect(batch.airs[0].columnNames[.commonMain]?.last == "isHeight[3]")
    #expect(names(try Self.own()) == ["Main", "Side"])
    // Narrow enough.
    #expect(single.airs[0].width.commonMain == 30 && batch.airs[0].width.commonMain == 47)
  }

  @Test func indexIsAConstant() throws {
    let (three, four) = (try Self.own(index: 3), try Self.own(index: 4))
    #expect(three.airs[0].dag != four.airs[0].dag && three.airs[1].dag == four.airs[1].dag)
    #expect(three.airs[0].dag.nodes.count == four.airs[0].dag.nodes.count)
    for logBatch in [0, 2] {
      let (three, four) = (
        try DeferralCircuit(set: Increment.set(), index: 3, logBatch: logBatch, parameters: .testBytes),
        try DeferralCircuit(set: Increment.set(), index: 4, logBatch: logBatch, parameters: .testBytes)
      )
      #expect(three.airs[0].dag != four.airs[0].dag)
    }
  }

  @Test func rules() {
    Self.expect(.index(found: 1024)) { () throws(DeferralCircuitError) in try Self.own(index: 1024) }
    Self.expect(.index(found: -1)) { () throws(DeferralCircuitError) in try Self.own(index: -1) }
    Self.expect(.logBatch(found: 1, allowed: 0...0)) { () throws(DeferralCircuitError) in try Self.own(logBatch: 1) }
    Self.expect(.logBatch(found: 17, allowed: 0...16)) { () throws(DeferralCircuitError) in
      try DeferralCircuit(set: Increment.set(), index: 0, logBatch: 17, parameters: .testBytes)
    }
    Self.expect(.indexNotBound(air: "Main")) { () throws(DeferralCircuitError) in
      try Self.own(OwnCircuit.set(.init(bindsIndex: false)))
    }
    Self.expect(.firstAIRNotRequired(air: "Main")) { () throws(DeferralCircuitError) in
      try Self.own(OwnCircuit.set(.init(isRequired: false)))
    }
    Self.expect(.unusedPublicValue(air: "Main", index: 9)) { () throws(DeferralCircuitError) in
      try Self.own(OwnCircuit.set(.init(forgotten: 9)))
    }
    Self.expect(.cachedPartCount(air: "Main", found: 2, maximum: 1)) { () throws(DeferralCircuitError) in
      try Self.own(OwnCircuit.set(.init(cachedCount: 2)))
    }
    Self.expect(.cachedPartsEverywhere) { () throws(DeferralCircuitError) in
      var set = OwnCircuit.set()
      set.airs.removeLast()
      return try Self.own(set)
    }
    Self.expect(.cachedPartsNotRequired(air: "Side")) { () throws(DeferralCircuitError) in
      var set = OwnCircuit.set(.init(cachedCount: 0))
      set.airs[1].air.width.cachedMains = [1]
      // Part 0 is the cached one now.
      return try Self.own(set)
    }
    Self.expect(.cachedPartsWithStandardIO(air: "IncrementAIR")) { () throws(DeferralCircuitError) in
      var set = Increment.set()
      set.airs[0].air.width.cachedMains = [23]
      return try DeferralCircuit(set: set, index: 0, parameters: .testBytes)
    }
    Self.expect(.airCount(found: 258, maximum: 256)) { () throws(DeferralCircuitError) in
      var set = Increment.set()
      set.airs = Array(repeating: set.airs[0], count: 254)
      return try DeferralCircuit(set: set, index: 0, parameters: .testBytes)
    }
    Self.expect(
      .bytes(
        .init(
          .busWithoutOwner, offset: 26, expected: "the table outrigger.bytes/1 to be named for \"std.bytes\"",
          found: "it is not"))
    ) {
      () throws(DeferralCircuitError) in
      var set = Increment.set()
      set.standardTables = []
      set.buses = [DescribedBus(StandardBus.bytes)]
      return try DeferralCircuit(set: set, index: 0, parameters: .testBytes)
    }
  }

  @Test func messagesOnStandardBuses() {
    func air(_ body: @escaping @Sendable (AIRBuilder) -> Void) -> AIRSet {
      AIRSet(usesStandardIO: true, airs: [DescribedAIR(Closure(body: body))])
    }
    Self.expect(
      .messageLength(
        air: "Closure", interaction: "lengths", bus: "bus 0 (io.length)", expected: 3, found: 2)
    ) { () throws(DeferralCircuitError) in
      try DeferralCircuit(
        set: air { $0.receive("lengths", [1, 2], on: StandardBus.length) }, index: 0, parameters: .testBytes)
    }
    Self.expect(.countWeights(air: "Closure", bus: "bus 16 (own)", found: 2, maximum: 1)) {
      () throws(DeferralCircuitError) in
      try DeferralCircuit(
        set: AIRSet(
          usesStandardIO: true,
          airs: [
            DescribedAIR(Closure { $0.push("own", bus: 16, message: [1], count: 1, countWeight: 2) })
          ], buses: [.init(number: 16, isLookup: false, name: "own")]),
        index: 0, parameters: .testBytes)
    }
  }

  @Test func preprocessedTraces() {
    let narrow = FieldMatrix(height: 8, width: 2)
    Self.expect(.preprocessedWidth(air: "Main", number: 0, expected: 1, found: 2)) { () throws(DeferralCircuitError) in
      try Self.own(preprocessed: [0: narrow])
    }
    Self.expect(.preprocessedHeight(air: "Main", number: 0, found: 6)) { () throws(DeferralCircuitError) in
      try Self.own(preprocessed: [0: FieldMatrix(height: 6, width: 1)])
    }
    Self.expect(.preprocessedPresence(air: "Main", number: 0, isDeclared: true)) { () throws(DeferralCircuitError) in
      try Self.own(preprocessed: [:])
    }
    Self.expect(.preprocessedPresence(air: "Side", number: 1, isDeclared: false)) { () throws(DeferralCircuitError) in
      try Self.own(preprocessed: [0: OwnCircuit.preprocessed, 1: narrow])
    }
    Self.expect(.preprocessedOfNoAIR(number: 2, count: 2)) { () throws(DeferralCircuitError) in
      try Self.own(preprocessed: [0: OwnCircuit.preprocessed, 2: narrow])
    }
  }

  @Test func parametersMustBeCompatible() {
    var parameters = SystemParameters.testBytes
    parameters.whir.muPowBits = 0
    Self.expect(.incompatibleParameters(layer: "leaf", field: "whir.mu_pow_bits", found: 0, parent: 13)) {
      () throws(DeferralCircuitError) in try Self.own(parameters: parameters)
    }
  }

  // MARK: Keys

  @Test func preprocessedCommitmentsAreShared() throws {
    let first = try DeferralProvingKey.generate(try Self.own(index: 3), workers: Workers(2))
    let second = try DeferralProvingKey.generate(
      try Self.own(index: 4), reusing: first.preprocessed, workers: Workers(2))
    #expect(first.stark.preprocessed[0] === second.stark.preprocessed[0])
    let alone = try DeferralProvingKey.generate(try Self.own(index: 4), workers: Workers(2))
    #expect(second.verifying == alone.verifying && first.circuitCommit != alone.circuitCommit)
    #expect(second.circuitCommit == second.verifying.circuitCommit)
    // A matrix that only looks the same is another one.
    let copy = FieldMatrix(columns: [Array(OwnCircuit.preprocessed.column(0))])
    let third = try DeferralProvingKey.generate(
      try Self.own(preprocessed: [0: copy], index: 4), reusing: first.preprocessed, workers: Workers(2))
    #expect(third.stark.preprocessed[0] !== first.stark.preprocessed[0] && third.verifying == alone.verifying)
    // Other parameters: nothing is shared.
    let other = try DeferralProvingKey.generate(
      try Self.own(parameters: .testSmall), reusing: first.preprocessed, workers: Workers(2))
    #expect(other.stark.preprocessed[0] !== first.stark.preprocessed[0])
  }

  @Test func keysComeBackFromVerifyingKeys() throws {
    let circuit = try Self.own()
    let key = try DeferralProvingKey.generate(circuit, workers: Workers(2))
    let stored = try VerifyingKey<InnerConfiguration>(decoding: key.verifying.stark.encode())
    let again = try DeferralProvingKey(
      circuit: circuit, verifying: DeferralVerifyingKey(stark: stored, logBatch: 0), workers: Workers(2))
    #expect(again.verifying == key.verifying && again.circuitCommit == key.circuitCommit)

    #expect(throws: DeferralKeyError.self) {
      try DeferralProvingKey(circuit: try Self.own(index: 4), verifying: key.verifying, workers: Workers(2))
    }
    #expect(throws: DeferralKeyError.self) {
      try DeferralProvingKey(
        circuit: circuit, verifying: DeferralVerifyingKey(stark: stored, logBatch: 1), workers: Workers(2))
    }
    #expect(throws: DeferralKeyError.prover(.preprocessedCommitment(air: 0))) {
      try DeferralProvingKey(
        circuit: try Self.own(preprocessed: [0: FieldMatrix(height: 8, width: 1)]), verifying: key.verifying,
        workers: Workers(2))
    }
  }
}

/// An AIR given by a closure.
private struct Closure: AIR {
  var width: TraceWidth { TraceWidth(commonMain: 1) }
  var body: @Sendable (AIRBuilder) -> Void
  func evaluate(_ builder: AIRBuilder) { body(builder) }
}
