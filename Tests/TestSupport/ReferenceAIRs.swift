import AIR
import Algebra

// The AIRs of the known answers (chapter 10, appendix A.3). Each builds the trees that its row of the table
// gives, since their shape is part of the keys.

/// The Fibonacci sequence with a preprocessed column that says on which rows to step and on which to stand still.
public struct FibonacciSelectorAIR: AIR {
  public let preprocessedTrace: FieldMatrix?
  public var width: TraceWidth { TraceWidth(preprocessed: 1, commonMain: 2) }
  public var publicValueCount: Int { 3 }

  public init(preprocessed: FieldMatrix?) { preprocessedTrace = preprocessed }

  public func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.cells(.commonMain)
    let selector = builder.cells(.preprocessed).local[0]
    builder.whenFirstRow.assertEqual("a starts as claimed", local[0], builder.publicValue(0))
    builder.whenFirstRow.assertEqual("b starts as claimed", local[1], builder.publicValue(1))
    builder.whenTransition.when(selector).assertEqual("a takes the place of b", local[1], next[0])
    builder.whenTransition.whenDifferent(selector, 1).assertEqual("a stays", local[0], next[0])
    builder.whenTransition.when(selector).assertEqual("b becomes the sum", local[0] + local[1], next[1])
    builder.whenTransition.whenDifferent(selector, 1).assertEqual("b stays", local[1], next[1])
    builder.whenLastRow.assertEqual("b ends as claimed", local[1], builder.publicValue(2))
  }
}

/// Sends or receives one field per row.
public struct DummyInteractionAIR: AIR {
  public let isSender: Bool
  public let isPartitioned: Bool
  public let bus: UInt16

  public var width: TraceWidth {
    isPartitioned ? TraceWidth(cachedMains: [1], commonMain: 1) : TraceWidth(commonMain: 2)
  }

  public init(isSender: Bool, isPartitioned: Bool = false, bus: UInt16 = 0) {
    self.isSender = isSender
    self.isPartitioned = isPartitioned
    self.bus = bus
  }

  public func evaluate(_ builder: AIRBuilder) {
    let main = builder.cells(.commonMain).local
    let (count, field) = isPartitioned ? (main[0], builder.cells(.cachedMain(0)).local[0]) : (main[0], main[1])
    builder.push(
      isSender ? "send" : "receive", bus: bus, message: [field], count: isSender ? count : Expr(-1 as BabyBear) * count,
      countWeight: 0)
  }
}

/// A preprocessed column added up along a chain of cached columns.
public struct PreprocessedCachedAIR: AIR {
  public let preprocessedTrace: FieldMatrix?
  public let cachedCount: Int

  public var width: TraceWidth {
    TraceWidth(preprocessed: 1, cachedMains: Array(repeating: 1, count: cachedCount), commonMain: 1)
  }

  public init(preprocessed: FieldMatrix?, cachedCount: Int) {
    preprocessedTrace = preprocessed
    self.cachedCount = cachedCount
  }

  public func evaluate(_ builder: AIRBuilder) {
    let (s, sNext) = first(builder.cells(.preprocessed))
    let (x, xNext) = first(builder.cells(.commonMain))
    builder.assertBoolean("the selector is boolean", s)
    builder.whenFirstRow.assertZero("starts at 0", x)
    builder.whenTransition.assertOne("counts up", xNext - x)
    var previous = (x, xNext)
    for index in 0..<cachedCount {
      let (c, cNext) = first(builder.cells(.cachedMain(index)))
      builder.assertEqual("adds[\(index)]", previous.0 + s, c)
      builder.whenTransition.assertEqual("adds in the next row[\(index)]", previous.1 + sNext, cNext)
      previous = (c, cNext)
    }
  }

  private func first(_ rows: (local: [Expr], next: [Expr])) -> (Expr, Expr) { (rows.local[0], rows.next[0]) }
}

/// Eight interactions with itself that cancel, read from this row and the next one.
public struct SelfInteractionAIR: AIR {
  public let width: TraceWidth
  public let bus: UInt16

  public init(width: Int, bus: UInt16 = 5) {
    self.width = TraceWidth(commonMain: width)
    self.bus = bus
  }

  public func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.cells(.commonMain)
    func localSum() -> Expr { local.reduce(0) { $0 + $1 } }
    func push(_ name: String, _ message: [Expr], _ count: Expr) {
      builder.push(name, bus: bus, message: message, count: count, countWeight: 1)
    }
    push("send", local, 1)
    push("receive", next, Expr(-1 as BabyBear))
    push("send by sum", local, localSum())
    push("receive by sum", next, -localSum())
    push("send by first", local, local[0])
    push("receive by first", next, -next[0])
    push("send reversed", local.reversed(), localSum())
    push("receive reversed", next.reversed(), -localSum())
  }
}

/// Every helper and every simplification in one AIR.
public struct SinkAIR: AIR {
  public let preprocessedTrace: FieldMatrix?
  public let isRequired: Bool

  public var width: TraceWidth { TraceWidth(preprocessed: 1, cachedMains: [2], commonMain: 3) }
  public var publicValueCount: Int { 2 }

  public init(preprocessed: FieldMatrix?, isRequired: Bool) {
    preprocessedTrace = preprocessed
    self.isRequired = isRequired
  }

  public func evaluate(_ builder: AIRBuilder) {
    let (preprocessed, preprocessedNext) = builder.cells(.preprocessed)
    let (s, sNext) = (preprocessed[0], preprocessedNext[0])
    let cached = builder.cells(.cachedMain(0)).local
    let (c0, c1) = (cached[0], cached[1])
    let (main, mainNext) = builder.cells(.commonMain)
    let (z, a, b) = (main[0], main[1], main[2])
    let (aNext, bNext) = (mainNext[1], mainNext[2])
    let p = builder.publicValues
    let onZ = builder.when(z)

    builder.assertZero("1", z)
    builder.assertBoolean("2", s)
    onZ.assertEqual("3", a.doubled, b)
    onZ.when(s).assertOne("4", a.squared)
    onZ.assertZero("5", a.cubed)
    onZ.assertZero("6", a.xor(b))
    onZ.assertZero("7", s.and(not: a))
    onZ.assertZero("8", a.power(3))
    onZ.assertEqual("9", a.halved + b.timesPowerOfTwo(3), c0.dividedByPowerOfTwo(2))
    onZ.whenDifferent(a, p[0]).whenTransition.assertEqual("10", aNext, b)
    builder.assertTernary("11", s)
    let linear = [a, b, c1, 7].sum()
    onZ.assertEqual("12", linear * 0 + c1 * 1, -p[1])
    builder.whenFirstRow.assertEqual("13", a, p[0])
    builder.whenLastRow.assertEqual("14", b, p[1])
    let four: Expr = 4
    builder.assertZero("15", z * 2 * 3 + (four - 4))
    onZ.assertEqual("16", a.raised(to: 3), (a + b) + (s + sNext))

    let one: Expr = 1
    builder.push("query", bus: 2, message: [a * c0, c1, 3], count: s, countWeight: 1)
    builder.push("provide", bus: 2, message: [a * c0, c1, 3], count: -s, countWeight: 1)
    builder.push("next", bus: 700, message: [sNext], count: one, countWeight: 5)
    builder.push("local", bus: 700, message: [s], count: -one, countWeight: 0)
    builder.push("pair", bus: 1, message: [bNext, b], count: z, countWeight: 1)
    builder.push("heavy", bus: 65535, message: [b], count: a * z, countWeight: 100_000_000)
  }
}
