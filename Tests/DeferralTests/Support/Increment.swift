import AIR
import Algebra
import Deferral
import MachineCircuits

/// A deferral function as small as can be: adds 1 to each byte of the input, mod 256, zeros filling up the last word.
enum Increment {
  static func evaluate(_ input: [UInt8]) -> [UInt8] {
    let fill = [UInt8](repeating: 0, count: (8 - input.count % 8) % 8)
    return (input + fill).map { $0 &+ 1 }
  }

  static func call(_ input: [UInt8]) -> DeferralJob.Call { .init(input: input, output: evaluate(input)) }

  /// A call of `count` bytes that depend on `seed`.
  static func call(_ count: Int, seed: Int = 0) -> DeferralJob.Call {
    call((0..<count).map { UInt8(truncatingIfNeeded: 17 * $0 + 31 * seed + 250) })
  }

  static func set(_ air: IncrementAIR = IncrementAIR()) -> AIRSet {
    AIRSet(
      usesStandardIO: true, standardTables: air.hashes ? [.poseidon2, .bytes] : [.bytes], airs: [DescribedAIR(air)])
  }

  static func job(_ calls: [DeferralJob.Call], hashes: Bool = false) -> DeferralJob {
    DeferralJob(calls: calls, traces: [DeferralTrace(commonMain: trace(calls, hashes: hashes))])
  }

  static func rows(_ calls: [DeferralJob.Call]) -> [IncrementColumns<BabyBear>] {
    var rows: [IncrementColumns<BabyBear>] = []
    for (number, call) in calls.enumerated() {
      let words = call.output.count / 8
      for word in 0...words {
        var row = IncrementColumns<BabyBear>(cells: Array(repeating: 0, count: IncrementColumns<BabyBear>.width))
        (row.isHead, row.isWord) = word == 0 ? (1, 0) : (0, 1)
        row.isLast = word == words ? 1 : 0
        (row.call, row.word) = (BabyBear(number), BabyBear(word))
        (row.length, row.fill) = (BabyBear(call.input.count), BabyBear(8 * words - call.input.count))
        if word > 0 {
          for i in 0..<8 {
            let place = 8 * (word - 1) + i
            let byte = place < call.input.count ? call.input[place] : 0
            row.bytes[i] = BabyBear(UInt32(byte))
            row.carries[i] = byte == 255 ? 1 : 0
          }
        }
        rows.append(row)
      }
    }
    return rows
  }

  static func trace(_ calls: [DeferralJob.Call], hashes: Bool = false) -> FieldMatrix {
    matrix(rows(calls), hashes: hashes)
  }

  static func matrix(_ rows: [IncrementColumns<BabyBear>], hashes: Bool = false) -> FieldMatrix {
    let width = IncrementColumns<BabyBear>.width
    let trace = FieldMatrix(height: rows.count.paddedToPowerOfTwo, width: hashes ? width + 16 : width)
    for (row, columns) in rows.enumerated() {
      for (column, cell) in columns.cells.enumerated() { trace[row: row, column: column] = cell }
      if hashes {
        let state = Array(columns.cells.prefix(16))
        let result = permuted(state)
        for i in 0..<16 { trace[row: row, column: width + i] = result[i] }
      }
    }
    return trace
  }
}

/// 23 columns.
struct IncrementColumns<T: Cell>: AIRColumns {
  var isHead: T
  var isWord: T
  var isLast: T
  var call: T
  /// 0 on the head, then the word's number plus 1.
  var word: T
  var length: T
  var fill: T
  var bytes: [8 of T]
  var carries: [8 of T]
}

/// One head and a row for each word.
struct IncrementAIR: AIR {
  /// Looks up both halves of a permutation in every row, for no reason but to be looked up.
  var hashes = false
  /// Forgets to receive the lengths, or the words.
  var ignoresCalls = false
  var ignoresWords = false

  var width: TraceWidth {
    TraceWidth(commonMain: IncrementColumns<Expr>.width + (hashes ? 16 : 0))
  }

  func evaluate(_ builder: AIRBuilder) {
    let cells = builder.cells(.commonMain)
    let local = IncrementColumns<Expr>(cells: cells.local.prefix(IncrementColumns<Expr>.width))
    let next = IncrementColumns<Expr>(cells: cells.next.prefix(IncrementColumns<Expr>.width))
    let isActive = local.isHead + local.isWord
    for (name, flag) in [("head", local.isHead), ("word", local.isWord), ("last", local.isLast), ("one", isActive)] {
      builder.assertBoolean(name, flag)
    }
    builder.when(local.isHead).assertZero("head is before the words", local.word)
    builder.assertEqual("word follows", next.isWord, isActive - local.isLast)
    builder.when(next.isWord).assertEqual("call", next.call, local.call)
    builder.when(next.isWord).assertEqual("length", next.length, local.length)
    builder.when(next.isWord).assertEqual("fill", next.fill, local.fill)
    builder.when(next.isWord).assertEqual("words are counted", next.word, local.word + 1)
    builder.when(local.isLast).assertEqual("end", local.length + local.fill, 8 * local.word)
    for i in 0..<8 {
      builder.assertBoolean("carry", local.carries[i])
      builder.when(local.carries[i]).assertEqual("carry of 255", local.bytes[i], 255)
    }

    // Fill and 36 times the fill are bytes, so it is at most 7.
    builder.lookUp("fill", [local.fill, 36 * local.fill, 0, 0], in: StandardBus.bytes, enabled: local.isHead)
    if !ignoresCalls {
      builder.receive(
        "lengths", [local.call, local.length, local.length + local.fill], on: StandardBus.length, enabled: local.isHead)
    }
    if !ignoresWords {
      builder.receive(
        "input", [local.call, local.word - 1] + (0..<8).map { local.bytes[$0] }, on: StandardBus.input,
        enabled: local.isWord)
    }
    builder.send(
      "output", [local.call, local.word - 1] + (0..<8).map { local.bytes[$0] + 1 - 256 * local.carries[$0] },
      on: StandardBus.output, enabled: local.isWord)
    if hashes {
      let result = Array(cells.local.suffix(16))
      let state = Array(cells.local.prefix(16))
      builder.lookUp("first half", state + result[..<8] + [1], in: StandardBus.poseidon2, enabled: local.isWord)
      builder.lookUp("second half", state + result[8...] + [0], in: StandardBus.poseidon2, enabled: local.isWord)
    }
  }
}
