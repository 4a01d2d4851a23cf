import AIR
import Algebra

/// A round of Keccak-f[1600] with the number of its permutation: 2,634 columns.
struct PermutationColumns<T: Cell>: AIRColumns {
  var round: KeccakColumns<T>
  /// Number of the permutation in the trace, from 0.
  var number: T
}

/// What the permutations tell the sponge: before and after a permutation, in two messages, since one would be longer
/// than messages may be.
enum PermutationMessage {
  static let bus = PermutationBus(StandardBus.firstOwn, "keccak.permutation")

  /// `limbs` are those of 25 lanes, four of 16 bits each, low end first.
  static func fields(part: Expr, number: Expr, isAfter: Bool, limbs: [Expr]) -> [Expr] {
    [part, number, isAfter ? 1 : 0] + limbs
  }
}

/// Permutations, 24 rows each.
///
/// Statement: for each message (part, number, 0, state) that is sent, the one message (part, number, 1, state) that is
/// sent holds the permutation of that state.
///
/// Why it is sound: `KeccakAIR` says what an exported row's lanes are, and no two permutations of a trace have the same
/// number. The parts have numbers of their own.
struct PermutationAIR: AIR {
  let part: Int

  var name: String { "KeccakPermutationAIR(\(part))" }
  var width: TraceWidth { TraceWidth(commonMain: PermutationColumns<Expr>.width) }

  func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.main(PermutationColumns<Expr>.self)
    KeccakAIR().constrain(builder, local.round, next.round)

    // Assumes: isRound counts rounds.
    // Constrains: number counts permutations.
    // Degree: 2.
    // Broken if removed: the state after one permutation is taken for that after another.
    let numbers = builder.group("numbers")
    numbers.whenFirstRow.assertZero("starts with 0", local.number)
    numbers.whenTransition.assertEqual(
      "permutations are counted", next.number, local.number + local.round.isRound[23])

    // Sends: both messages of each exported permutation, from its last row.
    // Broken if removed: the sponge finds no partner, and nothing can be proven.
    let row = local.round
    let before = Self.limbs { y, x, limb in row.preimage[y][x][limb] }
    let after = Self.limbs { y, x, limb in x == 0 && y == 0 ? row.iotaOrigin[limb] : row.chi[y][x][limb] }
    for (isAfter, limbs) in [(false, before), (true, after)] {
      builder.send(
        isAfter ? "after" : "before",
        PermutationMessage.fields(
          part: Expr(BabyBear(part)), number: local.number, isAfter: isAfter, limbs: limbs),
        on: PermutationMessage.bus, enabled: row.isExported)
    }
  }

  private static func limbs(_ cell: (_ y: Int, _ x: Int, _ limb: Int) -> Expr) -> [Expr] {
    (0..<100).map { cell($0 / 20, $0 / 4 % 5, $0 % 4) }
  }
}
