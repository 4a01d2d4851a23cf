import Algebra
import TestSupport
import Testing

/// Long arrays of extension elements, in pieces on several threads, against element-wise arithmetic.
@Suite struct ExtArrayTests {
  /// Short, and longer than the pieces that threads take.
  static let counts = [2, 64, 1 << 15]
  static let workers = [Workers(1), Workers(2)]

  @Test func holdsElementsInPlanes() {
    var generator = SeededGenerator(100)
    for count in [0, 1, 63, 64, 100] {
      let elements = generator.extElements(count)
      let array = ExtArray(elements)
      #expect(array.elements == elements)
      #expect(array.stride >= array.count)
      for (index, element) in elements.enumerated() {
        for k in 0..<4 { #expect(array.base[k * array.stride + index] == element[k].montgomery) }
      }
    }
    #expect(ExtArray(count: 70).elements.allSatisfy { $0 == .zero })
  }

  @Test func tensorsMultiplyOnePairABit() {
    var generator = SeededGenerator(101)
    for log in [0, 1, 5, 14] {
      let pairs = (0..<log).map { _ in (low: generator.extElement(), high: generator.extElement()) }
      let wanted = (0..<1 << log).map { index -> Ext4 in
        var product = Ext4.one
        for (bit, pair) in pairs.enumerated() { product *= (index >> bit) & 1 == 1 ? pair.high : pair.low }
        return product
      }
      for workers in Self.workers {
        let isEqual = ExtArray.tensor(pairs, workers: workers).elements == wanted
        #expect(isEqual, "2^\(log)")
      }
    }
  }

  @Test func eqTableIsTheIndicatorOnTheCube() {
    let point: [Ext4] = [.one, .zero, .one]
    #expect(ExtArray.eqTable(point, workers: Workers(1)).elements.firstIndex(of: .one) == 0b101)
    var generator = SeededGenerator(102)
    let other = (0..<6).map { _ in generator.extElement() }
    let table = ExtArray.eqTable(other, workers: Workers(1))
    #expect(table.elements.reduce(.zero, +) == .one)
    // Without the first coordinate.
    #expect(
      table.pairSums(workers: Workers(1)).elements == ExtArray.eqTable(other.dropFirst(), workers: Workers(1)).elements)
    // Binding at a cube vertex picks the entries there.
    #expect(table.folded(by: .one, workers: Workers(1)).elements == (0..<32).map { table[2 * $0 + 1] })
  }

  @Test func elementwiseOperations() {
    var generator = SeededGenerator(103)
    for count in Self.counts {
      let (a, b) = (generator.extElements(count), generator.extElements(count))
      let r = generator.extElement()
      let halves = 0..<count / 2
      for workers in Self.workers {
        let (left, right) = (ExtArray(a), ExtArray(b))
        let folded = left.folded(by: r, workers: workers).elements
        let isFolded = folded == halves.map { i -> Ext4 in a[2 * i] + r * (a[2 * i + 1] - a[2 * i]) }
        #expect(isFolded, "\(count) elements")
        let pairSums = left.pairSums(workers: workers).elements
        let arePairSums = pairSums == halves.map { i -> Ext4 in a[2 * i] + a[2 * i + 1] }
        #expect(arePairSums, "\(count) elements")
        let product = zip(a, b).reduce(Ext4.zero) { sum, pair in sum + pair.0 * pair.1 }
        #expect(left.dot(right, workers: workers) == product)
        let round = left.productRound(right, workers: workers)
        let atOne = halves.reduce(Ext4.zero) { sum, i in sum + a[2 * i + 1] * b[2 * i + 1] }
        #expect(round.at1 == atOne)
        let differences = halves.reduce(Ext4.zero) { sum, i in
          let (x, y): (Ext4, Ext4) = (a[2 * i + 1] - a[2 * i], b[2 * i + 1] - b[2 * i])
          return sum + x * y
        }
        #expect(round.leading == differences)
        left.add(right, times: r, workers: workers)
        let isAdded = left.elements == zip(a, b).map { x, y -> Ext4 in x + r * y }
        #expect(isAdded, "\(count) elements")
      }
    }
  }

  @Test func combinationsOfColumns() {
    var generator = SeededGenerator(104)
    for height in [1, 20, 1 << 14] {
      let matrix = FieldMatrix(columns: (0..<5).map { _ in generator.elements(height) })
      let coefficients = generator.extElements(5)
      let pointers = (0..<5).map { UnsafePointer(matrix.base + $0 * height) }
      let rows = (0..<height).map { row -> Ext4 in
        (0..<5).reduce(Ext4.zero) { sum, column in sum + coefficients[column] * matrix[row: row, column: column] }
      }
      for workers in Self.workers {
        let whole = ExtArray([Ext4](repeating: .one, count: height))
        whole.addCombination(of: pointers, coefficients: coefficients, workers: workers)
        let isEqual = whole.elements == rows.map { row -> Ext4 in row + Ext4.one }
        #expect(isEqual, "\(height) rows")
        // Into a part of a longer array.
        let longer = ExtArray(count: height + 7)
        longer.addCombination(
          of: pointers, coefficients: coefficients, workers: workers, range: 3..<3 + height)
        let isShifted = longer.elements == Self.zeros(3) + rows + Self.zeros(4)
        #expect(isShifted, "\(height) rows")
      }
      withExtendedLifetime(matrix) {}
    }
  }

  private static func zeros(_ count: Int) -> [Ext4] { [Ext4](repeating: .zero, count: count) }

  @Test func subsetSumsOfOnePlaneAreUndoneByTheirInverse() {
    var generator = SeededGenerator(105)
    let elements = generator.extElements(256)
    let array = ExtArray(elements)
    array.subsetSum(plane: 2, sign: 1)
    for index in [0, 1, 6, 255] {
      let subsets = (0..<256).filter { $0 & index == $0 }
      let sum = subsets.reduce(BabyBear.zero) { sum, i in sum + elements[i].c2 }
      #expect(array[index] == Ext4(elements[index].c0, elements[index].c1, sum, elements[index].c3))
    }
    array.subsetSum(plane: 2, sign: -1)
    #expect(array.elements == elements)
  }
}

/// Matrices are column by column, however they are given.
@Suite struct FieldMatrixTests {
  @Test func layouts() {
    var generator = SeededGenerator(106)
    for (height, width) in [(1, 1), (4, 3), (3, 4), (100, 2)] {
      let values = generator.elements(height * width)
      let matrix = FieldMatrix(rowMajor: values, width: width)
      #expect(matrix.height == height && matrix.width == width)
      for row in 0..<height {
        for column in 0..<width { #expect(matrix[row: row, column: column] == values[row * width + column]) }
      }
      let columns = (0..<width).map { Array(matrix.column($0)) }
      let again = FieldMatrix(columns: columns)
      #expect((0..<width).allSatisfy { Array(again.column($0)) == columns[$0] })
      again[row: height - 1, column: width - 1] = 5
      #expect(again.column(width - 1)[height - 1] == 5)
    }
  }

  @Test func emptyAndZeroed() {
    #expect(FieldMatrix(columns: []).width == 0)
    #expect(FieldMatrix(rowMajor: [], width: 0).height == 0)
    let matrix = FieldMatrix(height: 1000, width: 3)
    #expect((0..<3).allSatisfy { matrix.column($0).allSatisfy { $0 == .zero } })
  }
}
