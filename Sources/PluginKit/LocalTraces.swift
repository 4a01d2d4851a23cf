// Proving without a host, as far as a plugin has a part in it: for an author's own tests.
extension DeferralCircuit {
  /// The traces of the calls with the given inputs, in order of `airs`; nil for an AIR that is absent.
  public func traces(for inputs: [[UInt8]]) throws(CircuitError) -> [FieldMatrix?] {
    try plan(inputs, .local).traces(of: airs)
  }
}

extension ProvingJob {
  /// The job's traces, in order of `airs`; nil for an AIR that is absent.
  public func traces(of airs: [any AIR]) throws(CircuitError) -> [FieldMatrix?] {
    guard logHeights.count == airs.count else { throw .fault("\(logHeights.count) heights for \(airs.count) AIRs") }
    var matrices: [FieldMatrix?] = []
    for (air, logHeight) in zip(airs, logHeights) {
      guard let logHeight else {
        matrices.append(nil)
        continue
      }
      guard (0...BabyBear.twoAdicity).contains(logHeight) else { throw .fault("a height of 2^\(logHeight)") }
      matrices.append(FieldMatrix(height: 1 << logHeight, width: air.width.commonMain))
    }
    let present = matrices.compactMap { $0 }
    let views = present.map { matrix in
      // SAFE: an element is one word; the words hold integers until they are converted below.
      let words = UnsafeMutableRawPointer(matrix.base).assumingMemoryBound(to: UInt32.self)
      return TraceView(columnMajor: words, rows: matrix.height, columns: matrix.width)
    }
    try fill(views, .local)
    for matrix in present {
      for index in 0..<matrix.height * matrix.width {
        matrix.base[index] = BabyBear(matrix.base[index].montgomery)
      }
    }
    return matrices
  }
}
