import AIR
import Algebra
import Hashing
import MachineCircuits
import MachineVerifier
import StarkProver
import StarkVerifier
import TestSupport
import Testing

@testable import Deferral

/// What jobs must be; circuits with an AIR 0 of their own; counting look-ups; cells from outside.
@Suite struct DeferralProverTests {
  static func prover(_ circuit: DeferralCircuit) throws -> CallProver {
    CallProver(key: try .generate(circuit, workers: Workers(2)), workers: Workers(2))
  }

  // MARK: An AIR 0 of its own

  @Test func ownFirstAIR() throws {
    let prover = try Self.prover(try DeferralCircuitTests.own())
    let call = Increment.call(11)
    let matrix = OwnCircuit.cached(seed: 2)
    let commitment = try prover.commit(matrix)
    for part in [CachedMain.matrix(matrix), .committed(commitment)] {
      let job = OwnCircuit.job(call, index: 3, cached: part, seed: 2)
      let report = try prover.check(job)
      #expect(report.isSatisfied, "\(report)")
      let proof = try prover.prove(job)
      try Verifier(key: prover.key.verifying.stark, parameters: .testBytes).verify(proof)
      #expect(proof.publicValues[0] == job.publicValues)
      #expect(proof.traceData[0]?.cachedCommits == [commitment.root])
      let committed = try prover.committedCalls(job)
      #expect(
        committed == [
          CommittedCall(
            input: UnfoldedInputCommit(index: 3, bytes: call.input).folded(with: [commitment.root]),
            output: OutputCommit(index: 3, bytes: call.output))
        ])
    }
    // Another part: another input commit, and the values of the side no longer fit.
    let report = try prover.check(
      OwnCircuit.job(call, index: 3, cached: .matrix(OwnCircuit.cached(seed: 4)), seed: 2))
    #expect(report.failingConstraintCount == 0 && report.unbalancedMessageCount > 0)
  }

  @Test func cachedPartsOfTheWrongShape() throws {
    let prover = try Self.prover(try DeferralCircuitTests.own())
    func expect(_ error: CallProverError, _ parts: [CachedMain]) {
      var job = OwnCircuit.job(Increment.call(11), index: 3, cached: .matrix(OwnCircuit.cached(seed: 2)), seed: 2)
      job.traces[0]?.cachedMains = parts
      #expect(throws: error) { try prover.prove(job) }
    }
    let matrix = { (height: Int, width: Int) in CachedMain.matrix(FieldMatrix(height: height, width: width)) }
    expect(.prover(.partCount(air: 0, expected: 1, found: 0)), [])
    expect(.prover(.partCount(air: 0, expected: 1, found: 2)), [matrix(8, 2), matrix(8, 2)])
    expect(.shape(.partWidth(air: "Main", part: .cachedMain(0), expected: 2, found: 0)), [matrix(8, 0)])
    expect(.shape(.height(air: "Main", found: 12)), [matrix(12, 2)])
    expect(.rows(air: "Main", needed: 1 << 17, maximum: 1 << 16), [matrix(1 << 17, 2)])
    expect(.prover(.heightsDiffer(air: 0, part: "cached main 0", expected: 8, found: 16)), [matrix(16, 2)])
    #expect(throws: CallProverError.self) { try prover.commit(FieldMatrix(height: 12, width: 2)) }
  }

  @Test func publicValuesMustBeThoseOfTheCall() throws {
    let prover = try Self.prover(try DeferralCircuitTests.own())
    let honest = OwnCircuit.job(
      Increment.call(11), index: 3, cached: .matrix(OwnCircuit.cached(seed: 2)), seed: 2)
    for place in [8, 15, 16] {
      var job = honest
      job.publicValues[place] += 1
      let expected = honest.publicValues[place]
      #expect(
        throws: CallProverError.publicValue(index: place, expected: expected, found: expected + 1)
      ) { try prover.prove(job) }
    }
    var job = honest
    job.publicValues.removeLast()
    #expect(throws: CallProverError.publicValueCount(expected: 17, found: 16)) { try prover.prove(job) }
  }

  // MARK: Jobs

  @Test func jobsOfTheWrongShape() throws {
    let circuit = try DeferralCircuit(set: Increment.set(), index: 0, logBatch: 1, parameters: .testBytes)
    let prover = try Self.prover(circuit)
    let honest = Increment.job([Increment.call(8)])
    func expect(_ error: CallProverError, _ change: (inout DeferralJob) -> Void) {
      var job = honest
      change(&job)
      #expect(throws: error) { try prover.prove(job) }
      #expect(error.description.contains("expected"))
    }
    expect(.callCount(found: 0, maximum: 2)) { $0.calls = [] }
    expect(.callCount(found: 3, maximum: 2)) { $0.calls = Array(repeating: $0.calls[0], count: 3) }
    expect(.outputLength(call: 0, found: 9, maximum: (1 << 29) - 1)) { $0.calls[0].output.append(0) }
    expect(.traceCount(expected: 1, found: 0)) { $0.traces = [] }
    expect(.publicValueCount(expected: 0, found: 1)) { $0.publicValues = [0] }
    expect(.rows(air: "InputOutputAIR", needed: 65_539, maximum: 65_536)) {
      $0.calls[0].input = Array(repeating: 0, count: 8 * 65_536)
    }
    expect(.shape(.partWidth(air: "IncrementAIR", part: .commonMain, expected: 23, found: 1))) { job in
      job.traces = [DeferralTrace(commonMain: FieldMatrix(height: 8, width: 1))]
    }
  }

  @Test func lookUpsOutsideTheTablesAreNamed() throws {
    let circuit = try DeferralCircuit(set: Increment.set(), index: 0, parameters: .testBytes)
    let prover = try Self.prover(circuit)
    let call = Increment.call(5)
    var rows = Increment.rows([call])
    rows[0].fill = 8
    let job = DeferralJob(calls: [call], traces: [DeferralTrace(commonMain: Increment.matrix(rows))])
    #expect(
      throws: CallProverError.lookUp(air: "IncrementAIR", row: 0, interaction: "fill", message: [8, 288, 0, 0])
    ) { try prover.prove(job) }
    let report = try prover.check(job)
    #expect(report.busImbalances.contains { $0.bus == StandardBus.bytes.index })
  }

  @Test func allTablesAreCounted() throws {
    let set = AIRSet(
      usesStandardIO: true, standardTables: [.poseidon2, .bytes, .range],
      airs: [DescribedAIR(Taker()), DescribedAIR(Looker())])
    let parameters = SystemParameters.test(lSkip: 4, nStack: 14, k: 4, queries: [8, 4, 3, 2])
    let circuit = try DeferralCircuit(set: set, index: 9, parameters: parameters)
    let prover = try Self.prover(circuit)
    var generator = SeededGenerator(11)
    let looked = FieldMatrix(height: 1024, width: Looker.width)
    for row in 0..<1024 {
      let cells = Looker.row(&generator)
      for (column, cell) in cells.enumerated() { looked[row: row, column: column] = cell }
    }
    let takerRow = FieldMatrix(height: 1, width: 1)
    let job = DeferralJob(
      calls: [.init(input: [], output: [])],
      traces: [DeferralTrace(commonMain: takerRow), DeferralTrace(commonMain: looked)])
    let report = try prover.check(job)
    #expect(report.isSatisfied, "\(report)")
    let proof = try prover.prove(job)
    try Verifier(key: prover.key.verifying.stark, parameters: parameters).verify(proof)
    // Nobody looks anything up: the tables are absent, but for the permutations of the digests.
    var without = job
    without.traces[1] = nil
    let traces = try prover.traces(of: without).traces
    #expect(traces.map(\.airID) == [0, 1, 3])
    try Verifier(key: prover.key.verifying.stark, parameters: parameters).verify(try prover.prove(without))
  }

  // MARK: Forgeries through the checker and the verifier

  /// A batch of two calls that shows a tree with one: call 1 is behind the absent slot, or nowhere.
  @Test func hiddenCallsAreRejected() throws {
    let circuit = try DeferralCircuit(set: Increment.set(), index: 2, logBatch: 2, parameters: .testBytes)
    let prover = try Self.prover(circuit)
    let calls = [Increment.call(8), Increment.call(3)]
    let one = try prover.traces(of: Increment.job([calls[0]])).traces
    var both = try prover.traces(of: Increment.job(calls)).traces
    both[0] = one[0]
    let proof = try Prover(key: prover.key.stark, workers: Workers(2)).prove(both)
    let verifier = Verifier(key: prover.key.verifying.stark, parameters: .testBytes)
    #expect(throws: (any Error).self) { try verifier.verify(proof) }
    // The other way round: the tree has a call more.
    var fewer = try prover.traces(of: Increment.job(calls)).traces
    fewer[1] = one[1]
    let second = try Prover(key: prover.key.stark, workers: Workers(2)).prove(fewer)
    #expect(throws: (any Error).self) { try verifier.verify(second) }
  }

  @Test func swappedWordsAreRejected() throws {
    let circuit = try DeferralCircuit(set: Increment.set(), index: 2, parameters: .testBytes)
    let prover = try Self.prover(circuit)
    let call = Increment.call(16)
    var swapped = call
    swapped.output = Array(call.output[8...] + call.output[..<8])
    let job = DeferralJob(calls: [swapped], traces: [DeferralTrace(commonMain: Increment.trace([call]))])
    let report = try prover.check(job)
    #expect(Set(report.busImbalances.map(\.bus)) == [StandardBus.output.index] && report.failingConstraintCount == 0)
    #expect(throws: (any Error).self) {
      try Verifier(key: prover.key.verifying.stark, parameters: .testBytes).verify(try prover.prove(job))
    }
  }

  @Test func otherPublicValuesAreRejected() throws {
    let circuit = try DeferralCircuit(set: Increment.set(), index: 2, logBatch: 2, parameters: .testBytes)
    let prover = try Self.prover(circuit)
    let verifier = Verifier(key: prover.key.verifying.stark, parameters: .testBytes)
    for place in 0..<11 {
      var traces = try prover.traces(of: Increment.job([Increment.call(8), Increment.call(3)])).traces
      traces[0].publicValues[place] += 1
      let proof = try Prover(key: prover.key.stark, workers: Workers(2)).prove(traces)
      #expect(throws: (any Error).self) { try verifier.verify(proof) }
    }
  }

  // MARK: Sizes

  @Test func shapesAreThoseOfTheTraces() throws {
    let circuit = try DeferralCircuit(set: Increment.set(), index: 2, logBatch: 3, parameters: .testBytes)
    let prover = try Self.prover(circuit)
    let job = Increment.job((0..<6).map { Increment.call(10 * $0, seed: $0) })
    let traces = try prover.traces(of: job).traces
    let shape = circuit.shape(
      calls: job.calls.map { ($0.input.count, $0.output.count) }, ownHeights: [job.traces[0]?.commonMain.height])
    #expect(shape.cells == traces.reduce(0) { $0 + $1.commonMain.height * $1.commonMain.width })
    #expect(
      shape.logTallest == 16 && shape.memoryBytes == prover.memoryBytes(job) && shape.memoryBytes > 4 * shape.cells)
  }

  // MARK: Cells

  @Test(arguments: [(1, 8), (3, 24)])
  func cellsFromOutside(rowStride: Int, columnStride: Int) throws {
    var generator = SeededGenerator(4)
    let (height, width) = (8, 5)
    var cells = [UInt32](repeating: .max, count: columnStride * width)
    for column in 0..<width {
      for row in 0..<height { cells[row * rowStride + column * columnStride] = generator.element().canonical }
    }
    func convert() throws(NonCanonicalCell) -> FieldMatrix {
      var result: Result<FieldMatrix, NonCanonicalCell>?
      cells.withUnsafeBufferPointer { buffer in
        do throws(NonCanonicalCell) {
          result = .success(
            try FieldMatrix.fromCanonical(
              buffer, height: height, width: width, rowStride: rowStride, columnStride: columnStride, air: 6,
              workers: Workers(2)))
        } catch { result = .failure(error) }
      }
      return try result?.get() ?? FieldMatrix(height: 0, width: 0)
    }
    let matrix = try convert()
    for column in 0..<width {
      for row in 0..<height {
        #expect(matrix[row: row, column: column].canonical == cells[row * rowStride + column * columnStride])
      }
    }
    cells[2 * rowStride + 3 * columnStride] = BabyBear.modulus
    cells[5 * rowStride + 2 * columnStride] = .max
    #expect(throws: NonCanonicalCell(air: 6, row: 5, column: 2, value: .max)) { try convert() }
    cells[5 * rowStride + 2 * columnStride] = BabyBear.modulus - 1
    #expect(throws: NonCanonicalCell(air: 6, row: 2, column: 3, value: BabyBear.modulus)) { try convert() }
  }
}

/// Receives the lengths of one empty call.
private struct Taker: AIR {
  var width: TraceWidth { TraceWidth(commonMain: 1) }
  func evaluate(_ builder: AIRBuilder) {
    builder.receive("lengths", [builder.cells(.commonMain).local[0], 0, 0], on: StandardBus.length)
  }
}

/// Looks everything up that there is, up to five times a row.
private struct Looker: AIR {
  static let width = 43
  var width: TraceWidth { TraceWidth(commonMain: Self.width) }

  func evaluate(_ builder: AIRBuilder) {
    let cells = builder.cells(.commonMain).local
    let (state, result) = (Array(cells[..<16]), Array(cells[16..<32]))
    let (x, y, xor, value, bits) = (cells[32], cells[33], cells[34], cells[35], cells[36])
    let counts = Array(cells[37..<42])
    builder.lookUp("compression", state + result[..<8] + [1], in: StandardBus.poseidon2, enabled: counts[0])
    builder.lookUp("capacity", state + result[8...] + [0], in: StandardBus.poseidon2, enabled: counts[1])
    builder.lookUp("bytes", [x, y, 0, 0], in: StandardBus.bytes, enabled: counts[2])
    builder.lookUp("exclusive or", [x, y, xor, 1], in: StandardBus.bytes, enabled: counts[3])
    builder.lookUp("range", [value, bits], in: StandardBus.range, enabled: counts[4])
  }

  static func row(_ generator: inout SeededGenerator) -> [BabyBear] {
    // Few states, so that they are looked up more than once.
    let state = (0..<16).map { $0 == 3 ? BabyBear(Int.random(in: 0..<30, using: &generator)) : BabyBear($0) }
    let (x, y) = (UInt32.random(in: 0..<256, using: &generator), UInt32.random(in: 0..<256, using: &generator))
    let bits = UInt32.random(in: 0...17, using: &generator)
    let value = UInt32.random(in: 0..<1 << bits, using: &generator)
    let counts = (0..<5).map { _ in BabyBear(UInt32.random(in: 0...5, using: &generator)) }
    return state + permuted(state) + [BabyBear(x), BabyBear(y), BabyBear(x ^ y), BabyBear(value), BabyBear(bits)]
      + counts + [0]
  }
}
