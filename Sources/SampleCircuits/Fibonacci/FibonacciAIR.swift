import AIR
import Algebra

/// Two consecutive Fibonacci numbers.
public struct FibonacciColumns<T: Cell>: AIRColumns {
  public var a: T
  public var b: T
}

/// The Fibonacci sequence modulo `p` from given first elements: `(a, b)` on one row becomes `(b, a + b)` on the
/// next.
///
/// Public values: `a` and `b` of the first row, `b` of the last row. Degree 2. The trees are those of chapter 10,
/// appendix A.3, so keys agree with the reference system's.
///
/// Why it is sound: the first row is pinned by public values and every transition determines the next row, so by
/// induction the only trace of a given height that satisfies the constraints is the sequence itself, and the last
/// public value is its last element. There is no padding: every row is a step.
public struct FibonacciAIR: AIR {
  public var width: TraceWidth { TraceWidth(commonMain: FibonacciColumns<Expr>.width) }
  public var publicValueCount: Int { 3 }

  public init() {}

  public func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.main(FibonacciColumns<Expr>.self)
    // Broken if removed: a prover starts from other elements than it says.
    builder.whenFirstRow.assertEqual("a starts as claimed", local.a, builder.publicValue(0))
    builder.whenFirstRow.assertEqual("b starts as claimed", local.b, builder.publicValue(1))
    // Broken if removed: rows need not follow one another. On the last row, whose next row is the first one, they
    // must not apply.
    builder.whenTransition.assertEqual("a takes the place of b", local.b, next.a)
    builder.whenTransition.assertEqual("b becomes the sum", local.a + local.b, next.b)
    // Broken if removed: any result can be claimed.
    builder.whenLastRow.assertEqual("b ends as claimed", local.b, builder.publicValue(2))
  }
}

/// Traces of `FibonacciAIR`.
public enum FibonacciTrace {
  /// `2^logHeight` rows that start with `a` and `b`, with their public values.
  public static func generate(
    logHeight: Int, a: BabyBear = 0, b: BabyBear = 1
  ) -> (trace: FieldMatrix, publicValues: [BabyBear]) {
    precondition((0...BabyBear.twoAdicity).contains(logHeight), "a trace has at most 2^27 rows")
    let matrix = FieldMatrix(height: 1 << logHeight, width: FibonacciColumns<BabyBear>.width)
    let (first, second) = (matrix.column(0), matrix.column(1))
    var pair = (a, b)
    for row in 0..<matrix.height {
      first[row] = pair.0
      second[row] = pair.1
      pair = (pair.1, pair.0 + pair.1)
    }
    return (matrix, [a, b, second[matrix.height - 1]])
  }
}
