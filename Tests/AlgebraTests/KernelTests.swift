import Algebra
import TestSupport
import Testing

/// The kernels of CKernels against plain arithmetic, in each form that this machine has.
///
/// All of them are in this one serialized suite: the form is chosen for the whole process.
@Suite(.serialized) struct KernelTests {
  /// Around the widths of vectors, and far from them.
  static let awkwardCounts = [0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 100, 1000]
}

/// Expects that `run` gives `expected` with each form of the kernels.
func expectOnEveryLevel<R: Equatable>(
  _ expected: R, _ context: @autoclosure () -> String, sourceLocation: SourceLocation = #_sourceLocation,
  _ run: () throws -> R
) rethrows {
  try withEachSIMDLevel { level in
    let isEqual = try run() == expected
    if !isEqual { Issue.record("level \(level), \(context())", sourceLocation: sourceLocation) }
  }
}

/// Base elements as the kernels hold them, with words behind them that no kernel may change.
struct Line: Equatable {
  /// Not a residue, so that a use shows.
  static let guardWord: UInt32 = 0xdead_beef
  private static let slack = 24

  let count: Int
  var words: [UInt32]

  init(_ elements: [BabyBear]) {
    count = elements.count
    words = elements.map(\.montgomery) + [UInt32](repeating: Self.guardWord, count: Self.slack)
  }

  /// Nothing written yet.
  init(blank count: Int) {
    self.count = count
    words = [UInt32](repeating: Self.guardWord, count: count + Self.slack)
  }

  var elements: [BabyBear] { words.prefix(count).map { BabyBear(uncheckedMontgomery: $0) } }
}

/// Extension elements as the kernels hold them: coefficient planes, with words between them that no kernel may change.
struct Planes: Equatable {
  let count: Int
  let stride: Int
  var words: [UInt32]

  init(_ elements: [Ext4]) {
    self.init(blank: elements.count)
    for (index, element) in elements.enumerated() { self[index] = element }
  }

  /// Nothing written yet.
  init(blank count: Int) {
    self.count = count
    stride = count + 21
    words = [UInt32](repeating: Line.guardWord, count: 4 * stride)
  }

  subscript(index: Int) -> Ext4 {
    get {
      let c = (0..<4).map { BabyBear(uncheckedMontgomery: words[$0 * stride + index]) }
      return Ext4(c[0], c[1], c[2], c[3])
    }
    set { for k in 0..<4 { words[k * stride + index] = newValue[k].montgomery } }
  }

  var elements: [Ext4] { (0..<count).map { self[$0] } }
}

extension SeededGenerator {
  /// `count` extension elements, many with coefficients 0, 1 or p - 1, some with the greatest residues throughout.
  mutating func extElements(_ count: Int) -> [Ext4] {
    let greatest = BabyBear(uncheckedMontgomery: BabyBear.modulus - 1)
    let all = Ext4(greatest, greatest, greatest, greatest)
    return (0..<count).map { index in
      if index % 11 == 5 { return all }
      let c = elements(4)
      return Ext4(c[0], c[1], c[2], c[3])
    }
  }
}

/// The greatest residues everywhere: the largest sums that delayed reduction has to hold.
func greatestResidues(_ count: Int) -> [BabyBear] {
  [BabyBear](repeating: BabyBear(uncheckedMontgomery: BabyBear.modulus - 1), count: count)
}

/// `index` with its `bits` low bits in reverse order.
func reversedBits(_ index: Int, _ bits: Int) -> Int {
  (0..<bits).reduce(0) { $0 | ((index >> $1) & 1) << (bits - 1 - $1) }
}

/// The residues of `elements`, four words each.
func flatWords(_ elements: [Ext4]) -> [UInt32] { elements.flatMap { e in (0..<4).map { e[$0].montgomery } } }

/// The other way round.
func extElements(_ words: [UInt32]) -> [Ext4] {
  (0..<words.count / 4).map { i in
    let c = (0..<4).map { BabyBear(uncheckedMontgomery: words[4 * i + $0]) }
    return Ext4(c[0], c[1], c[2], c[3])
  }
}

/// Calls `body` with a table of pointers to the columns.
func withColumns(_ columns: [Line], _ body: (UnsafePointer<UnsafePointer<UInt32>?>) -> Void) {
  // One allocation for all; each column with the slack behind it.
  let starts = columns.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.words.count) }
  columns.flatMap(\.words).withUnsafeBufferPointer { words in
    let pointers = starts.dropLast().map { start in words.baseAddress.map { $0 + start } } + [nil]
    pointers.withUnsafeBufferPointer { table in
      guard let base = table.baseAddress else { return }
      body(base)
    }
  }
}
