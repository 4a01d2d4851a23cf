import AIR
import Algebra
import CKernels
import Hashing
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct Poseidon2Tests {
  /// The cells of a row, one after another as the AIR defines them, with `error` added to cell number `wrong`, and the
  /// state after the permutation.
  static func row(_ input: [BabyBear], wrong: Int? = nil, error: BabyBear = 1) -> (
    cells: [BabyBear], output: [BabyBear]
  ) {
    var cells = input
    func put(_ value: BabyBear) -> BabyBear {
      cells.append(cells.count == wrong ? value + error : value)
      return cells[cells.count - 1]
    }
    var state = input
    Poseidon2AIR.mixFull(&state)
    func fullRound(_ constants: [BabyBear], isLast: Bool = false) {
      for i in 0..<16 {
        let x = state[i] + constants[i]
        state[i] = put(x.cubed).squared * x
      }
      Poseidon2AIR.mixFull(&state)
      if !isLast { for i in 0..<16 { state[i] = put(state[i]) } }
    }
    for round in Poseidon2.constants.initial { fullRound(round) }
    for constant in Poseidon2.constants.internal {
      let x = state[0] + constant
      state[0] = put(put(x.cubed).squared * x)
      Poseidon2AIR.mixInternal(&state)
    }
    for (index, round) in Poseidon2.constants.final.enumerated() { fullRound(round, isLast: index == 3) }
    cells.append(1)
    return (cells, state)
  }

  static let inputs: [[BabyBear]] = {
    var generator = SeededGenerator(7)
    return (0..<21).map { _ in generator.elements(16) }
  }()

  @Test func formulasAreThoseOfThePermutation() {
    for input in Self.inputs {
      var state = input
      Poseidon2.permute(&state)
      #expect(Self.row(input).output == state)
    }
    // Chapter 10, section 2.1.
    var known = (0..<16).map { BabyBear($0) }
    Poseidon2.permute(&known)
    #expect(known.prefix(3) == [1_906_786_279, 1_737_026_427, 1_959_749_225])
  }

  @Test func everyFormOfTheKernelFillsTheSameColumns() {
    withEachSIMDLevel { level in
      let flat = Self.inputs.flatMap { $0 }
      // Beside the rows, nothing may be written.
      let matrix = FieldMatrix(height: 32, width: Poseidon2.traceColumnCount)
      flat.withUnsafeBufferPointer {
        Poseidon2.fillColumns((0..<matrix.width).map { matrix.base + 32 * $0 }, firstRow: 3, states: $0)
      }
      for row in 0..<32 {
        let cells = (0..<matrix.width).map { matrix[row: row, column: $0] }
        let expected =
          (3..<24).contains(row) ? Array(Self.row(Self.inputs[row - 3]).cells.dropLast()) : cells.map { _ in 0 }
        #expect(cells == expected, "level \(level), row \(row)")
      }
    }
  }

  @Test func requestsAreMerged() {
    var requests = PermutationRequests()
    var expected: [[BabyBear]: UInt32] = [:]
    var generator = SeededGenerator(8)
    for i in 0..<5000 {
      // Digests of few different values, so that many requests are the same and many nearly so.
      var pair = Array(repeating: BabyBear(0), count: 16)
      pair[Int.random(in: 0..<16, using: &generator)] = BabyBear(Int.random(in: 0..<200, using: &generator))
      requests.add(InnerDigest(pair[..<8]), InnerDigest(pair[8...]), count: UInt32(1 + i % 3))
      expected[pair, default: 0] += UInt32(1 + i % 3)
    }
    #expect(requests.count == expected.count)
    for i in 0..<requests.count {
      #expect(expected[Array(requests.pairs[16 * i..<16 * i + 16])] == requests.counts[i])
    }
    let trace = Poseidon2Trace.make(requests, for: .compressions(MachineBus.compression), workers: Workers(2))
    #expect(trace.height == requests.count.paddedToPowerOfTwo)
    for row in [0, 1, requests.count - 1] {
      let cells = (0..<trace.width).map { trace[row: row, column: $0] }
      let honest = Self.row(Array(cells[..<16])).cells
      #expect(cells.dropLast() == honest.dropLast() && cells[282] == BabyBear(requests.counts[row]))
    }
  }

  /// Each constraint alone is broken by one wrong cell, and then the table says something false.
  @Test func everyConstraintIsNeeded() throws {
    let air = CompiledAIR(Poseidon2AIR(.compressions(MachineBus.compression)))
    let input = Self.inputs[5]
    let honest = Self.row(input)
    #expect(failing(honest.cells) == [])
    var broken: Set<Int> = []
    for wrong in 16..<282 {
      let forged = Self.row(input, wrong: wrong)
      let failing = failing(forged.cells)
      #expect(failing.count == 1, "cell \(wrong): \(failing)")
      #expect(message(forged.cells) == input + forged.output.prefix(8))
      #expect(forged.output.prefix(8) != honest.output.prefix(8), "cell \(wrong) changes nothing")
      broken.formUnion(failing)
    }
    #expect(broken.count == air.dag.constraints.count, "266 of \(air.dag.constraints.count)")

    func values(_ cells: [BabyBear]) -> RowValues {
      RowValues(air, trace: FieldMatrix(rowMajor: cells, width: cells.count), row: 0)
    }
    func failing(_ cells: [BabyBear]) -> [Int] {
      values(cells).constraints.indices.filter { values(cells).constraints[$0] != 0 }
    }
    func message(_ cells: [BabyBear]) -> [BabyBear] { values(cells).interactions[0].message }
  }
}
