import AIR
import Algebra
import Hashing
import Machine

/// A table of permutations: of the compression bus, pairs of digests with their compressions (chapter 20, section 2.11;
/// 283 columns, 1 interaction), or of a sponge bus, which has both halves of the result (284 columns, 2 interactions).
/// Degree 3.
///
/// Every row is a permutation, padding too. The S-box `x^7` is `(x^3)^2 x` with a column for the cube, which keeps the
/// degree at 3. The linear layers between are no constraints of their own; the last state needs no columns, since a
/// message may have degree 3 as well.
package struct Poseidon2AIR: AIR {
  /// What the table provides.
  package enum Table: Hashable, Sendable {
    /// `(16 cells, 8 cells)`: two digests and their compression.
    case compressions(LookupBus)
    /// `(16 cells, 8 cells, isCompression)`: a state, and the first half of its permutation where the flag is 1, the
    /// second half, which a sponge keeps, where it is 0.
    case sponge(LookupBus)
  }

  package var table: Table
  /// Whether it is the second table of its bus, which takes what exceeds a power of two: see `Poseidon2Trace`.
  package var isRest: Bool

  package init(_ table: Table, isRest: Bool = false) {
    self.table = table
    self.isRest = isRest
  }

  package var name: String { isRest ? "Poseidon2RestAIR" : "Poseidon2AIR" }

  package var width: TraceWidth {
    switch table {
    case .compressions: TraceWidth(commonMain: Poseidon2Columns<Expr>.width)
    case .sponge: TraceWidth(commonMain: SpongeColumns<Expr>.width)
    }
  }

  package func evaluate(_ builder: AIRBuilder) {
    switch table {
    case .compressions(let bus):
      let row = builder.main(Poseidon2Columns<Expr>.self).local
      let output = permute(builder, row)
      // The count needs no bound: queries have counts 0 and 1 and are fewer than p.
      builder.provide("compression", row.input.elements + output.prefix(8), in: bus, count: row.lookups)
    case .sponge(let bus):
      let row = builder.main(SpongeColumns<Expr>.self).local
      let input = row.permutation.input.elements
      let output = permute(builder, row.permutation)
      // Broken if removed (the flag): the half that a sponge keeps passes for a digest.
      builder.provide("compression", input + output.prefix(8) + [1], in: bus, count: row.permutation.lookups)
      builder.provide("capacity", input + output.suffix(8) + [0], in: bus, count: row.capacityLookups)
    }
  }

  /// Constrains the row to be a permutation and returns the state after it, of degree 3.
  private func permute(_ builder: AIRBuilder, _ row: Poseidon2Columns<Expr>) -> [Expr] {
    let constants = Poseidon2.constants
    var state = row.input.elements
    Self.mixFull(&state)

    for round in 0..<4 {
      let columns = row.beginning[round]
      substitute(builder.group("beginning[\(round)]"), &state, columns.cubes.elements, adding: constants.initial[round])
      Self.mixFull(&state)
      replace(builder.group("beginning[\(round)]"), &state, by: columns.state.elements)
    }

    // Assumes: `state` is an expression of degree 1.
    // Constrains: cube and seventh power of what enters the S-box; the other elements stay expressions.
    // Broken if removed: any digest is the compression of any two.
    for round in 0..<13 {
      let columns = row.middle[round]
      let x = state[0] + constants.internal[round]
      builder.assertEqual("middle[\(round)]/cube", columns.cube, x.cubed)
      builder.assertEqual("middle[\(round)]/power", columns.power, columns.cube.squared * x)
      state[0] = columns.power
      Self.mixInternal(&state)
    }

    for round in 0..<3 {
      let columns = row.end[round]
      substitute(builder.group("end[\(round)]"), &state, columns.cubes.elements, adding: constants.final[round])
      Self.mixFull(&state)
      replace(builder.group("end[\(round)]"), &state, by: columns.state.elements)
    }
    substitute(builder.group("last"), &state, row.lastCubes.elements, adding: constants.final[3])
    Self.mixFull(&state)
    return state
  }

  // Assumes: `state` is an expression of degree 1.
  // Constrains: the cubes of what enters the S-boxes. Their results are expressions of degree 3.
  // Broken if removed: any digest is the compression of any two.
  private func substitute(
    _ builder: AIRBuilder, _ state: inout [Expr], _ cubes: [Expr], adding constants: [BabyBear]
  ) {
    for i in 0..<16 {
      let x = state[i] + constants[i]
      builder.assertEqual("cube[\(i)]", cubes[i], x.cubed)
      state[i] = cubes[i].squared * x
    }
  }

  // Constrains: the columns are the state. From here on it has degree 1 again.
  // Broken if removed: any digest is the compression of any two.
  private func replace(_ builder: AIRBuilder, _ state: inout [Expr], by columns: [Expr]) {
    builder.assertEqual("state", columns, state)
    state = columns
  }
}

// The linear layers, for expressions and for elements.
extension Poseidon2AIR {
  /// Groups of four by the circulant of `(2, 3, 1, 1)`, then to each element the sum of those at its place in the groups.
  static func mixFull<T: Cell>(_ state: inout [T]) {
    for first in stride(from: 0, to: 16, by: 4) {
      let (a, b, c, d) = (state[first], state[first + 1], state[first + 2], state[first + 3])
      let (ab, cd) = (a + b, c + d)
      let all = ab + cd
      let (allB, allD) = (all + b, all + d)
      state[first] = allB + ab
      state[first + 1] = allB + c.doubled
      state[first + 2] = allD + cd
      state[first + 3] = allD + a.doubled
    }
    for place in 0..<4 {
      let low: T = state[place] + state[place + 4]
      let high: T = state[place + 8] + state[place + 12]
      let sum: T = low + high
      for i in stride(from: place, to: 16, by: 4) { state[i] = state[i] + sum }
    }
  }

  /// The sum of the state plus each element times its place in the diagonal.
  static func mixInternal<T: Cell>(_ state: inout [T]) {
    let sum: T = state.sum()
    for i in 0..<16 {
      let scaled: T = state[i] * T(Poseidon2.diagonal[i])
      state[i] = sum + scaled
    }
  }
}
