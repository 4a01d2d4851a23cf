import Algebra

/// The AIRs of a deferral circuit as data, as they travel in AIR bytes (chapter 60, section 3).
///
/// Buses below `firstOwnBus` are those of the standard sets, by number and name as in `StandardBus`; the circuit's own
/// buses start there.
public struct AIRSet: Sendable {
  /// Whether the host's AIRs for inputs and outputs, the set `outrigger.io/1`, stand in front.
  public var usesStandardIO: Bool
  /// Tables of the host's that stand behind, in ascending order.
  public var standardTables: [StandardTable]
  /// The buses of the circuit's own AIRs, ascending.
  public var buses: [DescribedBus]
  /// The circuit's own AIRs. Preprocessed traces are not part of the set, their widths are.
  public var airs: [DescribedAIR]

  /// Unless given, `buses` are those of the interactions, with the names that the AIRs know; a bus counts as a lookup
  /// bus where one of its interactions has weight 0, as those of tables have.
  public init(
    usesStandardIO: Bool, standardTables: [StandardTable] = [], airs: [DescribedAIR], buses: [DescribedBus]? = nil
  ) {
    self.usesStandardIO = usesStandardIO
    self.standardTables = standardTables
    self.airs = airs
    self.buses = buses ?? DescribedBus.all(of: airs.map(\.air))
  }
}

/// A bus of a set. Kind and name are for people.
public struct DescribedBus: Hashable, Sendable {
  public var number: UInt16
  public var isLookup: Bool
  public var name: String

  public init(number: UInt16, isLookup: Bool, name: String) {
    self.number = number
    self.isLookup = isLookup
    self.name = name
  }

  public init(_ bus: PermutationBus) { self.init(number: bus.index, isLookup: false, name: bus.name) }

  public init(_ bus: LookupBus) { self.init(number: bus.index, isLookup: true, name: bus.name) }

  /// What the interactions of `airs` tell.
  static func all(of airs: [CompiledAIR]) -> [DescribedBus] {
    var buses: [UInt16: DescribedBus] = [:]
    for air in airs {
      for interaction in air.dag.interactions {
        let number = interaction.busIndex
        if let standard = StandardBus.described(number) {
          buses[number] = standard
          continue
        }
        let bus = buses[number] ?? DescribedBus(number: number, isLookup: false, name: "")
        buses[number] = DescribedBus(
          number: number, isLookup: bus.isLookup || interaction.countWeight == 0,
          name: bus.name.isEmpty ? air.busNames[number] ?? "" : bus.name)
      }
    }
    return buses.values.sorted { $0.number < $1.number }
  }
}

/// An AIR of a set.
public struct DescribedAIR: Sendable {
  public var air: CompiledAIR
  /// The nodes of the DAG, ascending, that become the deferral index when a key is made. Each is a constant, 0 until
  /// then.
  public var indexNodes: [Int]
  /// How each cached main part is bound to a call (chapter 40, section 8.3.2).
  public var cachedClasses: [CachedClass]

  public init(_ air: CompiledAIR, indexNodes: [Int] = [], cachedClasses: [CachedClass] = []) {
    self.air = air
    self.indexNodes = indexNodes
    self.cachedClasses = cachedClasses
  }

  /// Evaluates `air`; the index nodes are those that it asked its builder for.
  public init(_ air: some AIR, cachedClasses: [CachedClass] = []) {
    let (compiled, indexNodes) = CompiledAIR.compile(air)
    self.init(compiled, indexNodes: indexNodes, cachedClasses: cachedClasses)
  }
}

/// What a cached main part depends on.
public enum CachedClass: UInt8, CaseIterable, Sendable {
  /// One matrix for all calls.
  case constant = 0
  /// The call's input; its commitment is part of the input's.
  case data = 1
}

/// A table of the host's that a circuit may look up in.
public enum StandardTable: UInt8, CaseIterable, Comparable, Sendable {
  /// `std.poseidon2`: `(16 cells, 8 cells, isCompression)`, both halves of permutations.
  case poseidon2 = 0
  /// `std.bytes`: `(x, y, z, isXor)`, bytes with z = 0 or their exclusive or.
  case bytes = 1
  /// `std.range`: `(value, bits)`, value below 2^bits, bits up to 17.
  case range = 2

  public var bus: LookupBus {
    switch self {
    case .poseidon2: StandardBus.poseidon2
    case .bytes: StandardBus.bytes
    case .range: StandardBus.range
    }
  }

  /// As AIR bytes name it.
  public var id: String {
    switch self {
    case .poseidon2: "outrigger.poseidon2/1"
    case .bytes: "outrigger.bytes/1"
    case .range: "outrigger.range/1"
    }
  }

  public static func < (a: StandardTable, b: StandardTable) -> Bool { a.rawValue < b.rawValue }
}

/// The buses that a deferral circuit shares with the host's AIRs (chapter 60, section 10).
public enum StandardBus {
  /// `(call, input length, output length)`, sent by the host: one for each call, calls counted from 0.
  public static let length = PermutationBus(0, "io.length")
  /// `(call, word, 8 bytes)`, sent by the host: the input's words, the last one filled up with zeros.
  public static let input = PermutationBus(1, "io.input")
  /// `(call, word, 8 cells)`, sent by the plugin's AIRs: the output's words. The host checks that the cells are bytes.
  public static let output = PermutationBus(2, "io.output")
  public static let poseidon2 = LookupBus(3, "std.poseidon2")
  public static let bytes = LookupBus(4, "std.bytes")
  public static let range = LookupBus(5, "std.range")
  /// The first number of a circuit's own buses; those between are reserved.
  public static let firstOwn: UInt16 = 16

  /// The standard bus of that number.
  static func described(_ number: UInt16) -> DescribedBus? {
    switch number {
    case length.index: DescribedBus(length)
    case input.index: DescribedBus(input)
    case output.index: DescribedBus(output)
    default: StandardTable.allCases.first { $0.bus.index == number }.map { DescribedBus($0.bus) }
    }
  }
}
