import Algebra
import CKernels
import Hashing
import StarkVerifier

/// Reduces all column openings to one opening a stacked column (chapter 10, section 6.5).
struct StackingProver<H: HashConfiguration> {
  let commitments: [StackedCommitment<H>]
  /// By commitment and matrix.
  let needsRotation: [[Bool]]
  let domain: SkipDomain
  let stackVariables: Int
  let workers: Workers

  /// A slice with its weights: `lam^(2i)` for the column, `lam^(2i+1)` for its rotation (zero without).
  private struct WeightedSlice: @unchecked Sendable {
    // SAFE: `data` points into a matrix that is only read.
    let slice: StackedSlice
    let data: UnsafePointer<BabyBear>
    /// Index of its stacked column over all commitments.
    let column: Int
    let weight: Ext4
    let rotationWeight: Ext4
  }

  /// The slices of one height, with the kernels that they share.
  private struct HeightClass {
    let logHeight: Int
    var slices: [WeightedSlice]
    var hasRotation: Bool { slices.contains { $0.rotationWeight != .zero } }
  }

  private var logSkip: Int { domain.log }

  /// `r` is the point of the column openings. Returns the proof and the point `u`.
  func prove(r: [Ext4], transcript: inout H.Transcript) -> (proof: StackingProof, point: [Ext4]) {
    let lambda = transcript.sampleExt()
    let classes = heightClasses(lambda: lambda)
    let s0 = univariateRound(classes, r: r)
    for coefficient in s0 { transcript.observe(coefficient) }
    let u0 = transcript.sampleExt()
    var point = [u0]
    var claim = evaluate(s0, at: u0)

    var columns = StackedTables(
      folding: commitments, weights: domain.lagrangeWeights(at: u0), stackVariables: stackVariables, logSkip: logSkip,
      workers: workers)
    var active: [ClassSumcheck] = []
    var points: [PointTerm] = []
    for group in classes {
      let kernel = SkipKernel(logHeight: group.logHeight, domain: domain, r0: r[0], u0: u0)
      if group.logHeight > logSkip {
        active.append(classSumcheck(group, columns: columns, kernel: kernel, r: r))
      } else {
        for slice in group.slices {
          let coefficient = slice.weight * kernel.local + slice.rotationWeight * kernel.rotated
          points.append(PointTerm(column: slice.column, row: slice.slice.row >> logSkip, coefficient: coefficient))
        }
      }
    }
    points = PointTerm.merged(points)

    var polys: [StackingProof.RoundPolynomial] = []
    for j in 0..<stackVariables {
      var at1 = Ext4.zero
      var leading = Ext4.zero
      for sumcheck in active {
        let sums = sumcheck.round(workers: workers)
        at1 += sums.at1
        leading += sums.leading
      }
      for term in points {
        let sums = term.round(columns)
        at1 += sums.at1
        leading += sums.leading
      }
      let at0 = claim - at1
      let at2 = at1 + at1 - at0 + leading + leading
      transcript.observe(at1)
      transcript.observe(at2)
      polys.append(StackingProof.RoundPolynomial(at1: at1, at2: at2))
      let u = transcript.sampleExt()
      point.append(u)
      claim = at0 + u * (at1 - at0 - leading + u * leading)
      columns.fold(by: u, workers: workers)
      points = PointTerm.merged(points.map { $0.bound(to: u) })
      var stillActive: [ClassSumcheck] = []
      for var sumcheck in active {
        sumcheck.fold(by: u, workers: workers)
        if sumcheck.variables > 0 {
          stillActive.append(sumcheck)
        } else {
          points += sumcheck.pointTerms(boundVariables: j + 1, logSkip: logSkip)
        }
      }
      if stillActive.count < active.count { points = PointTerm.merged(points) }
      active = stillActive
    }

    let openings = columns.openings(widths: commitments.map(\.stackedWidth))
    for value in openings.joined() { transcript.observe(value) }
    return (StackingProof(univariateCoefficients: s0, roundPolys: polys, openings: openings), point)
  }

  private func heightClasses(lambda: Ext4) -> [HeightClass] {
    var classes: [Int: HeightClass] = [:]
    var power = Ext4.one
    var firstColumn = 0
    for (index, commitment) in commitments.enumerated() {
      for slice in commitment.slices {
        let rotation = power * lambda
        classes[slice.logHeight, default: HeightClass(logHeight: slice.logHeight, slices: [])].slices.append(
          WeightedSlice(
            slice: slice, data: commitment.column(of: slice), column: firstColumn + slice.stackedColumn, weight: power,
            rotationWeight: needsRotation[index][slice.matrix] ? rotation : .zero))
        power = rotation * lambda
      }
      firstColumn += commitment.stackedWidth
    }
    return classes.values.sorted { $0.logHeight > $1.logHeight }
  }

  // MARK: The univariate round

  private func univariateRound(_ classes: [HeightClass], r: [Ext4]) -> [Ext4] {
    var sum: [Ext4] = []
    for group in classes {
      let kernels = SkipKernelPolynomials(logHeight: group.logHeight, domain: domain, r0: r[0])
      let values = group.logHeight >= logSkip ? cubeSums(group, r: r) : shortSums(group)
      add(multiply(kernels.local, domain.interpolate(values.local)), times: .one, to: &sum)
      add(multiply(kernels.rotated, domain.interpolate(values.rotated)), times: .one, to: &sum)
      if let wrap = kernels.wrap {
        let difference = zip(values.carried, values.rotated).map { $0 - $1 }
        add(multiply(wrap, domain.interpolate(difference)), times: .one, to: &sum)
      }
    }
    let count = 2 * (domain.size - 1) + 1
    return Array(sum.prefix(count)) + [Ext4](repeating: .zero, count: Swift.max(count - sum.count, 0))
  }

  /// For the slices of one height, combined by their weights, as functions on `D`.
  private struct DomainSums {
    /// Columns against eq of the cube point.
    var local: [Ext4]
    /// Rotated ones against the same, and against eq of the cyclic predecessor.
    var rotated: [Ext4]
    var carried: [Ext4]
  }

  private func cubeSums(_ group: HeightClass, r: [Ext4]) -> DomainSums {
    let n = domain.size
    let cube = group.logHeight - logSkip
    let height = 1 << group.logHeight
    let eq = ExtArray.eqTable(r[1..<1 + cube], workers: workers)
    // One weight a row, so that vectors of rows meet vectors of weights whatever N is.
    let weights = ExtArray(count: height)
    let carriedWeights = ExtArray(count: height)
    workers.forEachRange(eq.count, grain: 1 << 12) { range in
      for x in range {
        let next = (x + 1) & (eq.count - 1)
        for k in 0..<4 {
          let word = eq.base[k * eq.stride + x]
          (weights.base + k * weights.stride + x * n).update(repeating: word, count: n)
          (carriedWeights.base + k * carriedWeights.stride + next * n).update(repeating: word, count: n)
        }
      }
    }
    let tile = Swift.max(1 << 10, Swift.max(n, 16))
    let slices = group.slices
    let sums = workers.sums(slices.count, grain: 16, width: 3 * n) { range, sums in
      var parts = [[Ext4]](repeating: [Ext4](repeating: .zero, count: 2 * n), count: range.count)
      for start in stride(from: 0, to: height, by: tile) {
        let count = Swift.min(tile, height - start)
        for (offset, index) in range.enumerated() {
          let hasRotation = slices[index].rotationWeight != .zero
          parts[offset].withWords { words in
            ck_weighted_sums(
              (slices[index].data + start).words, count, n, weights.base + start,
              hasRotation ? carriedWeights.base + start : nil, weights.stride, words)
          }
        }
      }
      for (offset, index) in range.enumerated() {
        for z in 0..<n {
          sums[z] += parts[offset][z] * slices[index].weight
          sums[n + z] += parts[offset][z] * slices[index].rotationWeight
          sums[2 * n + z] += parts[offset][n + z] * slices[index].rotationWeight
        }
      }
    }
    return DomainSums(local: Array(sums[..<n]), rotated: Array(sums[n..<2 * n]), carried: Array(sums[(2 * n)...]))
  }

  /// Slices below the skip domain: a value at every `2^(lSkip - h)`-th point, zeros between.
  private func shortSums(_ group: HeightClass) -> DomainSums {
    let step = 1 << (logSkip - group.logHeight)
    let zeros = [Ext4](repeating: .zero, count: domain.size)
    var sums = DomainSums(local: zeros, rotated: zeros, carried: zeros)
    for slice in group.slices {
      for i in 0..<(1 << group.logHeight) {
        sums.local[i * step] += slice.weight * slice.data[i]
        sums.rotated[i * step] += slice.rotationWeight * slice.data[i]
      }
    }
    return sums
  }

  // MARK: The multilinear rounds

  private func classSumcheck(
    _ group: HeightClass, columns: StackedTables, kernel: SkipKernel, r: [Ext4]
  ) -> ClassSumcheck {
    let cube = group.logHeight - logSkip
    let length = 1 << cube
    let eq = ExtArray.eqTable(r[1..<1 + cube], workers: workers)
    let localKernel = ExtArray(count: length)
    localKernel.add(eq, times: kernel.local, workers: workers)
    var rotatedKernel: ExtArray?
    if group.hasRotation {
      let shifted = ExtArray(count: length)
      for k in 0..<4 {
        (shifted.base + k * shifted.stride + 1).update(from: eq.base + k * eq.stride, count: length - 1)
        shifted.base[k * shifted.stride] = eq.base[k * eq.stride + length - 1]
      }
      let table = ExtArray(count: length)
      table.add(eq, times: kernel.rotated - kernel.wrap, workers: workers)
      table.add(shifted, times: kernel.wrap, workers: workers)
      rotatedKernel = table
    }
    let local = ExtArray(count: length)
    let rotated = group.hasRotation ? ExtArray(count: length) : nil
    let slices = group.slices
    workers.forEachRange(length, grain: 1 << 11) { range in
      for slice in slices {
        let source = columns.base(slice.column) + slice.slice.row >> logSkip + range.lowerBound
        slice.weight.withWords {
          ck_ext_multiply_add(
            source, columns.stride, $0, local.base + range.lowerBound, local.stride, range.count)
        }
        guard let rotated, slice.rotationWeight != .zero else { continue }
        slice.rotationWeight.withWords {
          ck_ext_multiply_add(
            source, columns.stride, $0, rotated.base + range.lowerBound, rotated.stride, range.count)
        }
      }
    }
    return ClassSumcheck(
      variables: cube, local: local, rotated: rotated, localKernel: localKernel, rotatedKernel: rotatedKernel,
      slices: slices.map { ($0.column, $0.slice.row, $0.weight, $0.rotationWeight) })
  }
}

/// The sumcheck of one height's slices while they have variables: two products of tables, whatever their number.
private struct ClassSumcheck {
  var variables: Int
  var local: ExtArray
  var rotated: ExtArray?
  var localKernel: ExtArray
  var rotatedKernel: ExtArray?
  let slices: [(column: Int, row: Int, weight: Ext4, rotationWeight: Ext4)]

  func round(workers: Workers) -> (at1: Ext4, leading: Ext4) {
    var sums = local.productRound(localKernel, workers: workers)
    if let rotated, let rotatedKernel {
      let more = rotated.productRound(rotatedKernel, workers: workers)
      sums = (sums.at1 + more.at1, sums.leading + more.leading)
    }
    return sums
  }

  mutating func fold(by u: Ext4, workers: Workers) {
    local = local.folded(by: u, workers: workers)
    localKernel = localKernel.folded(by: u, workers: workers)
    rotated = rotated?.folded(by: u, workers: workers)
    rotatedKernel = rotatedKernel?.folded(by: u, workers: workers)
    variables -= 1
  }

  /// The slices as single entries of their stacked columns, with `boundVariables` cube variables bound.
  func pointTerms(boundVariables: Int, logSkip: Int) -> [PointTerm] {
    let localFactor = localKernel[0]
    let rotatedFactor = rotatedKernel?[0] ?? .zero
    return slices.map { slice in
      PointTerm(
        column: slice.column, row: slice.row >> (logSkip + boundVariables),
        coefficient: slice.weight * localFactor + slice.rotationWeight * rotatedFactor)
    }
  }
}

/// A kernel that is `coefficient` times eq of an index of a stacked column.
private struct PointTerm {
  let column: Int
  /// Index into the folded stacked column.
  let row: Int
  let coefficient: Ext4

  func round(_ columns: StackedTables) -> (at1: Ext4, leading: Ext4) {
    let low = columns[column: column, row & ~1]
    let high = columns[column: column, row | 1]
    let step = high - low
    return row & 1 == 1 ? (coefficient * high, coefficient * step) : (.zero, -(coefficient * step))
  }

  func bound(to u: Ext4) -> PointTerm {
    PointTerm(
      column: column, row: row >> 1, coefficient: coefficient * (row & 1 == 1 ? u : Ext4.one - u))
  }

  /// Terms at the same place added up; sorted by place.
  static func merged(_ terms: [PointTerm]) -> [PointTerm] {
    var result: [PointTerm] = []
    for term in terms.sorted(by: { ($0.column, $0.row) < ($1.column, $1.row) }) {
      if let last = result.last, last.column == term.column, last.row == term.row {
        result[result.count - 1] = PointTerm(
          column: last.column, row: last.row, coefficient: last.coefficient + term.coefficient)
      } else {
        result.append(term)
      }
    }
    return result
  }
}

/// All stacked columns with the skip variable, and then cube variables, bound.
private struct StackedTables {
  private var tables: FoldedTables

  /// Binds the skip variable by `weights`, its Lagrange weights.
  init<H: HashConfiguration>(
    folding commitments: [StackedCommitment<H>], weights: [Ext4], stackVariables: Int, logSkip: Int, workers: Workers
  ) {
    let width = commitments.reduce(0) { $0 + $1.stackedWidth }
    let tables = FoldedTables(count: width, length: 1 << stackVariables)
    let n = 1 << logSkip
    var firstColumn = 0
    for commitment in commitments {
      let start = firstColumn
      workers.forEachRange(commitment.slices.count, grain: 16) { range in
        for slice in commitment.slices[range] {
          let data = commitment.column(of: slice)
          let target = tables.table(start + slice.stackedColumn) + slice.row >> logSkip
          if slice.logHeight >= logSkip {
            weights.withUnsafeBytes { words in
              ck_fold_chunks(
                data.words, 0, 1 << (slice.logHeight - logSkip), n, 0, 1 << slice.logHeight - 1,
                words.assumingMemoryBound(to: UInt32.self).baseAddress, target, tables.length)
            }
          } else {
            var sum = Ext4.zero
            for i in 0..<(1 << slice.logHeight) { sum += weights[i << (logSkip - slice.logHeight)] * data[i] }
            for k in 0..<4 { target[k * tables.length] = sum[k].montgomery }
          }
        }
      }
      firstColumn += commitment.stackedWidth
    }
    self.tables = tables
  }

  var stride: Int { tables.length }
  func base(_ column: Int) -> UnsafeMutablePointer<UInt32> { tables.table(column) }
  subscript(column column: Int, index: Int) -> Ext4 { tables[table: column, index] }
  mutating func fold(by u: Ext4, workers: Workers) { tables = tables.folded(by: u, workers: workers) }

  func openings(widths: [Int]) -> [[Ext4]] {
    var next = 0
    return widths.map { width in
      defer { next += width }
      return (next..<next + width).map { tables[table: $0, 0] }
    }
  }
}
