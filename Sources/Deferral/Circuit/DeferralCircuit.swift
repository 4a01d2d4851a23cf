import AIR
import Algebra
import Hashing
import MachineCircuits
import MachineVerifier
import StarkVerifier

/// A deferral circuit at its index, ready for key generation: the AIRs of a plugin's set between those of the host.
///
/// By id: with the standard set for inputs and outputs the call tree (of circuits for batches) and the AIR of inputs and
/// outputs; then the circuit's own AIRs; then the standard tables, of permutations (two: see `Poseidon2Trace`), of bytes, of
/// ranges.
public struct DeferralCircuit: Sendable {
  /// Deferral indices: slots of the machine's deferral memory.
  public static let indices = 0..<1024
  /// An input or output has fewer bytes.
  public static let maxBytes = 1 << 29

  /// The set as given.
  public let airSet: AIRSet
  /// The deferral index, a constant of the constraints.
  public let index: Int
  /// A proof holds up to `2^logBatch` calls.
  public let logBatch: Int
  /// Of the circuit's proofs.
  public let parameters: SystemParameters
  /// All AIRs by id. AIR 0 has the public values.
  public let airs: [CompiledAIR]
  /// The ids of the circuit's own AIRs, in order.
  public let ownAIRs: Range<Int>
  /// The ids of the standard tables that there are; of permutations that of the first of two.
  let tables: [StandardTable: Int]

  /// Puts a circuit together and checks it (chapter 40, section 8.4).
  ///
  /// - Parameters:
  ///   - set: the plugin's AIRs. Rules of AIR bytes that it breaks are reported as such.
  ///   - preprocessed: by number of own AIR, preprocessed traces.
  ///   - index: the deferral index.
  ///   - logBatch: log of the most calls to a proof, 0 to 16; 0 without the standard set.
  ///   - parameters: of the circuit's proofs.
  public init(
    set: AIRSet, preprocessed: [Int: FieldMatrix] = [:], index: Int, logBatch: Int = 0, parameters: SystemParameters
  ) throws(DeferralCircuitError) {
    // What is used is what has gone through the reader: all rules of the format hold, whoever made the set.
    do throws(AIRBytesError) { airSet = try AIRSet(decoding: set.encode()) } catch { throw .bytes(error) }
    guard Self.indices.contains(index) else { throw .index(found: index) }
    let batches = 0...(set.usesStandardIO ? DeferralVerifyingKey.maxLogBatch : 0)
    guard batches.contains(logBatch) else { throw .logBatch(found: logBatch, allowed: batches) }
    try Self.checkCompatibility(parameters)
    self.index = index
    self.logBatch = logBatch
    self.parameters = parameters

    var airs = Self.frontAIRs(airSet, index: index, logBatch: logBatch)
    let front = airs.count
    for (number, described) in airSet.airs.enumerated() {
      airs.append(try Self.ownAIR(described, number: number, preprocessed: preprocessed[number], index: index))
    }
    let ownNumbers = airSet.airs.indices
    if let number = preprocessed.keys.filter({ !ownNumbers.contains($0) }).min() {
      throw .preprocessedOfNoAIR(number: number, count: ownNumbers.count)
    }
    ownAIRs = front..<airs.count
    var tables: [StandardTable: Int] = [:]
    for table in StandardTable.allCases where airSet.needs(table) {
      tables[table] = airs.count
      airs += table.airs
    }
    self.tables = tables
    self.airs = airs
    try validate()
  }

  /// Whether inputs have the standard hash, and calls are told to the circuit's AIRs on buses.
  public var usesStandardIO: Bool { airSet.usesStandardIO }
  /// The most calls to a proof.
  public var maxCalls: Int { 1 << logBatch }

  /// The AIRs of the standard set.
  private static func frontAIRs(_ set: AIRSet, index: Int, logBatch: Int) -> [CompiledAIR] {
    guard set.usesStandardIO else { return [] }
    let words = CompiledAIR(InputOutputAIR(index: index, isBatch: logBatch > 0))
    guard logBatch > 0 else { return [words] }
    let air = CallTreeAIR(index: index, height: logBatch)
    var tree = CompiledAIR(air)
    tree.columnNames[.commonMain] = air.columnNames
    return [tree, words]
  }

  /// An AIR with its preprocessed trace, and with the index where it stands for it.
  private static func ownAIR(
    _ described: DescribedAIR, number: Int, preprocessed: FieldMatrix?, index: Int
  ) throws(DeferralCircuitError) -> CompiledAIR {
    var air = described.air
    switch (air.width.preprocessed, preprocessed) {
    case (nil, nil): break
    case (let width?, let matrix?):
      guard matrix.width == width else {
        throw .preprocessedWidth(air: air.name, number: number, expected: width, found: matrix.width)
      }
      guard matrix.height > 0, matrix.height & (matrix.height - 1) == 0 else {
        throw .preprocessedHeight(air: air.name, number: number, found: matrix.height)
      }
      air.preprocessedTrace = matrix
    case (let width, _): throw .preprocessedPresence(air: air.name, number: number, isDeclared: width != nil)
    }
    for node in described.indexNodes { air.dag.nodes[node] = .constant(BabyBear(index)) }
    return air
  }
}

extension AIRSet {
  /// Whether a table belongs to the circuit: named, or used by the standard set.
  fileprivate func needs(_ table: StandardTable) -> Bool {
    standardTables.contains(table) || usesStandardIO && table != .range
  }
}

extension StandardTable {
  fileprivate var airs: [CompiledAIR] {
    switch self {
    case .poseidon2: [false, true].map { CompiledAIR(Poseidon2AIR(.sponge(bus), isRest: $0)) }
    case .bytes: [CompiledAIR(BitwiseAIR(bus: bus))]
    case .range: [CompiledAIR(VariableRangeAIR(bus: bus))]
    }
  }
}
