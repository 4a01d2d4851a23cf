import AIR
import Algebra
import Deferral
import Hashing

// The circuit as data: AIR bytes, the index in them, keys and commitments.
extension ConformanceBench {
  func airBytesCanonical() throws(Finding) -> Finding {
    let bytes = try airBytes(isOwner: true)
    let set = try airSet(isOwner: true)
    let again = set.encode()
    guard again == bytes else {
      let place =
        zip(again, bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(again.count, bytes.count)
      return .fail("expected the one form of the AIR bytes, found that byte \(place) would be written otherwise")
    }
    do throws(Finding) { _ = try deferralCircuit(try ownKey()) } catch {
      switch circuitFault {
      // The index has a check of its own, and so has the batch.
      case .indexNotBound, .logBatch: break
      default: throw error
      }
    }
    let nodes = set.airs.reduce(0) { $0 + $1.air.dag.nodes.count }
    return .pass("\(bytes.count) bytes: \(counted(set.airs.count, "AIR")), \(nodes) nodes")
  }

  func airBytesStable() throws(Finding) -> Finding {
    let bytes = try airBytes()
    return try withFreshInstance { session, instance throws(Finding) in
      let others = [subject.index == 0 ? 1 : 0, 1023]
      var instances = [(instance, "a second call"), (instance, "a third call")]
      for index in others {
        instances.append((try makeInstance(session, index: index), "an instance at index \(index)"))
      }
      for (instance, name) in instances {
        let again = try attempt("air_bytes of \(name)") { () throws(PluginError) in try session.airBytes(instance) }
        guard again == bytes else {
          let place = zip(again, bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset
          return .fail(
            "expected the same AIR bytes each time, found others from \(name), "
              + (place.map { "from byte \($0) on" } ?? "\(again.count) bytes in place of \(bytes.count)"))
        }
      }
      return .pass("the same from 4 calls, at 3 indices")
    }
  }

  func defIdxBound() throws(Finding) -> Finding {
    if case .indexNotBound(let air)? = circuitFault {
      return .fail(
        "\(air): expected a constraint that is public[16] - index, of the public value and an index node; found none, "
          + "so proofs would hold at any index")
    }
    let circuit = try deferralCircuit(try ownKey())
    guard !circuit.usesStandardIO else { return .pass("the host's own AIR has the index") }
    return .pass("AIR 0 has the constraint public[16] - index")
  }

  func commitMatches() throws(Finding) -> Finding {
    let key = try provingKey(try ownKey())
    let again = try readPreprocessed()
    for (air, matrix) in try preprocessed() where again[air].map({ !$0.hasSameCells(as: matrix) }) ?? true {
      return .fail("AIR \(air): expected the same preprocessed columns from a second call, found others")
    }
    let found = CommitBytes(key.circuitCommit)
    guard let expected = subject.circuitCommit else {
      return .skip("nothing is expected; index \(subject.index), batch \(1 << subject.logBatch) gives \(found)")
    }
    guard CommitBytes(expected) == found else {
      return .fail("expected def_circuit_commit \(CommitBytes(expected)), found \(found)")
    }
    return .pass("def_circuit_commit is \(found)")
  }
}

extension FieldMatrix {
  /// Whether another matrix is the same, cell by cell.
  func hasSameCells(as other: FieldMatrix) -> Bool { firstDifference(from: other) == nil }

  /// The first cell in which another matrix of the same size differs, by column; (0, 0) where sizes differ.
  func firstDifference(from other: FieldMatrix) -> (row: Int, column: Int)? {
    guard height == other.height, width == other.width else { return (0, 0) }
    for column in 0..<width {
      let (a, b) = (self.column(column), other.column(column))
      for row in 0..<height where a[row] != b[row] { return (row, column) }
    }
    return nil
  }
}
