import Algebra
import Hashing
import StarkVerifier

/// What a segment proof says: its program and the machine's states before and after.
public struct SegmentStatement: Hashable, Sendable {
  public var programCommit: InnerDigest
  public var initialPC: BabyBear
  public var finalPC: BabyBear
  public var exitCode: BabyBear
  public var isTerminated: BabyBear
  public var initialRoot: InnerDigest
  public var finalRoot: InnerDigest

  public init(
    programCommit: InnerDigest, initialPC: BabyBear, finalPC: BabyBear, exitCode: BabyBear, isTerminated: BabyBear,
    initialRoot: InnerDigest, finalRoot: InnerDigest
  ) {
    self.programCommit = programCommit
    self.initialPC = initialPC
    self.finalPC = finalPC
    self.exitCode = exitCode
    self.isTerminated = isTerminated
    self.initialRoot = initialRoot
    self.finalRoot = finalRoot
  }

  /// Reads the statement from a proof of any shape.
  public init(of proof: Proof<InnerConfiguration>) throws(SegmentShapeError) {
    for air in SystemAIR.allCases {
      guard proof.traceData.indices.contains(air.rawValue), let trace = proof.traceData[air.rawValue],
        proof.publicValues.indices.contains(air.rawValue)
      else { throw .absent(air) }
      guard trace.cachedCommits.count == air.cachedMainCount else {
        throw .cachedCommits(air: air.rawValue, expected: air.cachedMainCount, found: trace.cachedCommits.count)
      }
    }
    for (air, values) in proof.publicValues.enumerated() {
      let expected = SystemAIR(rawValue: air)?.publicValueCount ?? 0
      guard values.count == expected else {
        throw .publicValues(air: air, expected: expected, found: values.count)
      }
    }
    for (air, trace) in proof.traceData.enumerated() where SystemAIR(rawValue: air) == nil {
      guard trace?.cachedCommits.isEmpty ?? true else {
        throw .cachedCommits(air: air, expected: 0, found: trace?.cachedCommits.count ?? 0)
      }
    }
    // The indices below were checked above.
    programCommit = proof.traceData[SystemAIR.program.rawValue]?.cachedCommits[0] ?? InnerConfiguration.emptyDigest
    let connector = proof.publicValues[SystemAIR.connector.rawValue]
    (initialPC, finalPC, exitCode, isTerminated) = (connector[0], connector[1], connector[2], connector[3])
    let merkle = proof.publicValues[SystemAIR.merkle.rawValue]
    initialRoot = InnerDigest(merkle[..<8])
    finalRoot = InnerDigest(merkle[8...])
  }
}

/// Why a proof is not that of a segment.
public enum SegmentShapeError: Error, Hashable, Sendable, CustomStringConvertible {
  case absent(SystemAIR)
  case publicValues(air: Int, expected: Int, found: Int)
  case cachedCommits(air: Int, expected: Int, found: Int)

  public var description: String {
    switch self {
    case .absent(let air): "the \(air) AIR is absent"
    case .publicValues(let air, let expected, let found):
      "AIR \(air) has \(found) public values, expected \(expected)"
    case .cachedCommits(let air, let expected, let found):
      "AIR \(air) has \(found) cached commitments, expected \(expected)"
    }
  }
}
