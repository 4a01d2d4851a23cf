import Algebra
import Testing

@testable import AIR
@testable import SampleCircuits

/// Keccak-f[1600] straight from FIPS 202, sections 3.2 and 3.3: rotations and round constants are derived, not looked
/// up. Shares nothing with the circuit.
enum PlainKeccak {
  static func permute(_ input: [UInt64]) -> [UInt64] {
    var a = input
    for round in 0..<24 {
      let c = (0..<5).map { x in (0..<5).reduce(UInt64(0)) { $0 ^ a[x + 5 * $1] } }
      for i in 0..<25 { a[i] ^= c[(i + 4) % 5] ^ rotate(c[(i + 1) % 5], 1) }
      var b = a
      var (x, y) = (1, 0)
      for t in 0..<24 {
        // Rho and pi along the orbit of (1, 0).
        let moved = rotate(a[x + 5 * y], (t + 1) * (t + 2) / 2 % 64)
        (x, y) = (y, (2 * x + 3 * y) % 5)
        b[x + 5 * y] = moved
      }
      for i in 0..<25 {
        let row = i / 5 * 5
        a[i] = b[i] ^ (~b[row + (i + 1) % 5] & b[row + (i + 2) % 5])
      }
      for j in 0...6 where bit(j + 7 * round) { a[0] ^= 1 << UInt64((1 << j) - 1) }
    }
    return a
  }

  private static func rotate(_ v: UInt64, _ n: Int) -> UInt64 { n == 0 ? v : v << UInt64(n) | v >> UInt64(64 - n) }

  /// The shift register of section 3.2.5.
  private static func bit(_ t: Int) -> Bool {
    var register = 1
    for _ in 0..<t % 255 {
      register <<= 1
      if register & 0x100 != 0 { register ^= 0x171 }
    }
    return register & 1 == 1
  }
}

@Suite struct KeccakTests {
  private static let air = CompiledAIR(KeccakAIR())

  private func lanes(_ state: KeccakTrace.State) -> [UInt64] { state.indices.map { state[$0] } }

  /// The lanes that a row claims as output.
  private func output(_ matrix: FieldMatrix, row: Int) -> [UInt64] {
    let columns = KeccakColumns(cells: (0..<matrix.width).map { matrix[row: row, column: $0] })
    return (0..<25).map { lane in
      let limbs = lane == 0 ? columns.iotaOrigin : columns.chi[lane / 5][lane % 5]
      return (0..<4).reduce(UInt64(0)) { $0 | UInt64(limbs[$1].canonical) << UInt64(16 * $1) }
    }
  }

  @Test func shape() {
    #expect(KeccakColumns<BabyBear>.width == 2633)
    #expect(Self.air.width.commonMain == 2633)
    #expect(Self.air.maxConstraintDegree == 3)
    #expect(Self.air.columnNames[.commonMain]?[2632] == "iotaOrigin[3]")
    #expect(KeccakTrace.logHeight(permutations: 1024) == 15)
    #expect(KeccakTrace.logHeight(permutations: 256) == 13)
  }

  @Test func zeroStateGivesTheKnownAnswer() {
    let expected: [UInt64] = [0xF125_8F79_40E1_DDE7, 0x84D5_CCF9_33C0_478A, 0xD598_261E_A65A_A9EE]
    #expect(Array(PlainKeccak.permute(Array(repeating: 0, count: 25)).prefix(3)) == expected)
    let matrix = KeccakTrace.generate([KeccakTrace.State(repeating: 0)])
    #expect(output(matrix, row: 23) == PlainKeccak.permute(Array(repeating: 0, count: 25)))
  }

  @Test func traceIsAcceptedAndPermutes() throws {
    let states = (0..<5).map { index in
      var generator = SplitMix64(seed: 9, stream: index)
      return KeccakTrace.State { _ in generator.next() }
    }
    let matrix = KeccakTrace.generate(states, workers: Workers(2))
    #expect(matrix.height == 128)
    for (index, state) in states.enumerated() {
      #expect(output(matrix, row: 24 * index + 23) == PlainKeccak.permute(lanes(state)))
    }
    let exported = (0..<128).filter { matrix[row: $0, column: 24] == .one }
    #expect(exported == [23, 47, 71, 95, 119])
    let report = try TraceChecker([AIRInstance(air: Self.air, commonMain: matrix)], workers: Workers(2)).check()
    #expect(report.isSatisfied, "\(report)")
  }

  /// Every column of a row is determined: changing any one of them, in any round, breaks a constraint of this row or
  /// of the one before.
  @Test(arguments: 0..<3, [true, false])
  func changingAnyCellIsRejected(offset: Int, addsOne: Bool) throws {
    let matrix = KeccakTrace.random(permutations: 341, seed: UInt64(offset))
    try #require(matrix.height == 1 << 13)
    for column in 0..<matrix.width {
      let row = 3 * column + offset
      let old = matrix[row: row, column: column]
      matrix[row: row, column: column] = addsOne ? old + 1 : 1 - old
    }
    let evaluator = try BlockEvaluator(AIRInstance(air: Self.air, commonMain: matrix))
    var failing = Array(repeating: false, count: matrix.height)
    evaluator.forEachBlock(in: 0..<evaluator.blockCount) { rows, values in
      for node in Self.air.dag.constraints {
        for lane in 0..<rows.count where values[node * BlockEvaluator.blockSize + lane] != .zero {
          failing[rows.lowerBound + lane] = true
        }
      }
    }
    for column in 0..<matrix.width {
      let row = 3 * column + offset
      // Whether a finished permutation is exported is the prover's choice.
      let isFree = column == 24 && row % 24 == 23 && !addsOne
      #expect(isFree || failing[row] || (row > 0 && failing[row - 1]), "row \(row), column \(column)")
    }
  }

  // Forgeries that are consistent but for one group of constraints, which alone rejects them.

  private typealias Row = KeccakColumns<BabyBear>

  private func row(round: Int, state: inout KeccakTrace.State, preimage: [5 of [5 of [4 of BabyBear]]]? = nil) -> Row {
    var row = Row(cells: Array(repeating: .zero, count: Row.width))
    KeccakTrace.fillRound(&row, round: round, &state)
    row.preimage = preimage ?? row.input
    return row
  }

  /// A row of round 0 for some state.
  private func firstRow() -> Row {
    var generator = SplitMix64(seed: 77)
    var state = KeccakTrace.State { _ in generator.next() }
    return row(round: 0, state: &state)
  }

  /// The groups that reject `rows`, a power of two of them, without indices.
  private func rejections(_ rows: [Row]) throws -> Set<String> {
    let matrix = FieldMatrix(rowMajor: rows.flatMap(\.cells), width: Row.width)
    let report = try TraceChecker([AIRInstance(air: Self.air, commonMain: matrix)], limit: .max).check()
    return Set(report.constraintFailures.map { String($0.constraint.prefix { $0 != "[" }) })
  }

  /// Recomputes what follows from the bits after theta.
  private func finish(_ row: inout Row) {
    var lanes = Array(repeating: UInt64(0), count: 25)
    for y in 0..<5 {
      for x in 0..<5 {
        for z in 0..<64 {
          let source = KeccakConstants.sourceOfPi(x: x, y: y, z: z)
          if row.theta[source.y][source.x][source.z] == .one { lanes[5 * y + x] |= 1 << UInt64(z) }
        }
      }
    }
    for y in 0..<5 {
      for x in 0..<5 {
        setChi(&row, x, y, lanes[5 * y + x] ^ (~lanes[5 * y + (x + 1) % 5] & lanes[5 * y + (x + 2) % 5]))
      }
    }
  }

  private func setChi(_ row: inout Row, _ x: Int, _ y: Int, _ lane: UInt64) {
    for limb in 0..<4 { row.chi[y][x][limb] = BabyBear(Int(lane >> UInt64(16 * limb) & 0xffff)) }
    guard x == 0, y == 0 else { return }
    for z in 0..<64 { row.chiOriginBits[z] = lane >> UInt64(z) & 1 == 1 ? .one : .zero }
    let final = lane ^ 1  // the round constant of round 0
    for limb in 0..<4 { row.iotaOrigin[limb] = BabyBear(Int(final >> UInt64(16 * limb) & 0xffff)) }
  }

  @Test func honestRowsOfTheForgeryTestsAreAccepted() throws {
    #expect(try rejections([firstRow()]).isEmpty)
    var recomputed = firstRow()
    finish(&recomputed)
    #expect(recomputed.cells == firstRow().cells)
  }

  @Test func rejectsWrongRounds() throws {
    var state = KeccakTrace.State(repeating: 5)
    let late = row(round: 1, state: &state)
    #expect(try rejections([late]) == ["rounds/starts with round 0"])

    state = KeccakTrace.State(repeating: 5)
    let first = row(round: 0, state: &state)
    #expect(
      try rejections([first, row(round: 2, state: &state, preimage: first.preimage)])
        == ["rounds/rounds follow one another"])

    var early = firstRow()
    early.isExported = 1
    #expect(try rejections([early]) == ["rounds/only finished permutations are exported"])

    let whole = KeccakTrace.random(permutations: 1)
    whole[row: 23, column: 24] = 2
    let report = try TraceChecker([AIRInstance(air: Self.air, commonMain: whole)]).check()
    #expect(report.constraintFailures.map(\.constraint) == ["rounds/isExported is boolean"])
  }

  @Test func rejectsWrongPreimages() throws {
    var other = firstRow()
    other.preimage[3][1][2] += 1
    #expect(try rejections([other]) == ["preimage/is the input of round 0"])

    var state = KeccakTrace.State(repeating: 5)
    let first = row(round: 0, state: &state)
    #expect(try rejections([first, row(round: 1, state: &state)]) == ["preimage/stays the same"])
  }

  @Test func rejectsWrongInputsOfLaterRounds() throws {
    var state = KeccakTrace.State(repeating: 5)
    let first = row(round: 0, state: &state)
    state[7] ^= 1
    #expect(
      try rejections([first, row(round: 1, state: &state, preimage: first.preimage)])
        == ["output/is the next input"])
  }

  @Test func rejectsStatesOtherThanTheInput() throws {
    var other = firstRow()
    other.input[2][2][0] += 1
    other.preimage = other.input
    #expect(try rejections([other]) == ["theta/state is masked input"])
  }

  @Test func rejectsMasksThatTheParitiesDoNotGive() throws {
    var row = firstRow()
    row.thetaParity[2][9] = 1 - row.thetaParity[2][9]
    for y in 0..<5 { row.theta[y][2][9] = 1 - row.theta[y][2][9] }
    finish(&row)
    #expect(try rejections([row]) == ["theta/mask is that of the parities"])
  }

  @Test func rejectsParitiesOfNothing() throws {
    // Another parity, with masks and state adjusted to it.
    var row = firstRow()
    row.parity[2][9] = 1 - row.parity[2][9]
    row.thetaParity[2][9] = 1 - row.thetaParity[2][9]
    for (x, z) in [(3, 9), (1, 10)] {
      row.thetaParity[x][z] = 1 - row.thetaParity[x][z]
      for y in 0..<5 { row.theta[y][x][z] = 1 - row.theta[y][x][z] }
    }
    finish(&row)
    #expect(try rejections([row]) == ["theta/parity of the state"])
  }

  @Test func rejectsBitsThatAreNone() throws {
    var parity = firstRow()
    parity.parity[0][0] = 2
    #expect(try rejections([parity]).contains("theta/parity is boolean"))
    var state = firstRow()
    state.theta[4][4][63] = 3
    #expect(try rejections([state]).contains("theta/state is boolean"))
    // The same limb read with a "bit" 2 in place of the next higher one.
    var origin = firstRow()
    let z = try #require((0..<15).first { origin.chiOriginBits[$0] == 0 && origin.chiOriginBits[$0 + 1] == 1 })
    origin.chiOriginBits[z] = 2
    origin.chiOriginBits[z + 1] = 0
    #expect(try rejections([origin]).contains("iota/bits are boolean"))
    #expect(try !rejections([origin]).contains("iota/bits are those of the lane"))
  }

  @Test func rejectsWrongOutputs() throws {
    var chi = firstRow()
    setChi(&chi, 3, 1, 12345)
    #expect(try rejections([chi]) == ["chi/of the rotated state"])
    setChi(&chi, 0, 0, 12345)
    #expect(try rejections([chi]) == ["chi/of the rotated state"])
    var iota = firstRow()
    iota.iotaOrigin[0] += 1
    #expect(try rejections([iota]) == ["iota/adds the round constant"])
    var bits = firstRow()
    bits.chiOriginBits[40] = 1 - bits.chiOriginBits[40]
    bits.iotaOrigin[2] += bits.chiOriginBits[40] == 1 ? 256 : -256
    #expect(try rejections([bits]) == ["iota/bits are those of the lane"])
  }
}
