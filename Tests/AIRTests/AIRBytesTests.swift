import Algebra
import SampleCircuits
import TestSupport
import Testing

@testable import AIR

/// AIR bytes there and back.
@Suite struct AIRBytesTests {
  struct Everything: AIR {
    var width: TraceWidth { TraceWidth(preprocessed: 2, cachedMains: [3], commonMain: 4) }
    var publicValueCount: Int { 17 }
    var isRequired: Bool { true }

    func evaluate(_ builder: AIRBuilder) {
      let (local, next) = builder.cells(.commonMain)
      let cached = builder.cells(.cachedMain(0))
      let preprocessed = builder.cells(.preprocessed)
      builder.whenFirstRow.assertZero("first", local[0] - builder.publicValue(3))
      builder.whenLastRow.assertZero("last", -local[1] * cached.next[2])
      builder.whenTransition.assertZero("next", next[2] - local[2] * preprocessed.local[1] - 17)
      builder.assertEqual("index", builder.publicValue(16), builder.deferralIndex)
      builder.assertEqual("same", builder.publicValue(16), builder.deferralIndex)
      builder.assertZero("index in a product", local[3] * (builder.deferralIndex + 5) - preprocessed.next[0])
      builder.send("own", [local[0], builder.deferralIndex], on: PermutationBus(20, "own bus"), enabled: local[1])
      builder.receive("own", [cached.local[0], 3], on: PermutationBus(20, "own bus"), enabled: local[1])
      builder.lookUp("byte", [local[2], local[3], 0, 0], in: StandardBus.bytes)
      builder.provide("table", [local[2]], in: LookupBus(21, "own table"), count: local[3])
    }
  }

  static let everything = AIRSet(
    usesStandardIO: false, standardTables: [.bytes],
    airs: [DescribedAIR(Everything(), cachedClasses: [.data]), DescribedAIR(FibonacciLike())])

  /// Another one, without public values.
  struct FibonacciLike: AIR {
    var width: TraceWidth { TraceWidth(commonMain: 2) }

    func evaluate(_ builder: AIRBuilder) {
      let (local, next) = builder.cells(.commonMain)
      builder.whenTransition.assertZero("sum", next[0] - local[0] - local[1])
      builder.lookUp("range", [local[0], 3], in: LookupBus(21, "own table"))
    }
  }

  static func expectEqual(_ a: AIRSet, _ b: AIRSet) {
    #expect(a.usesStandardIO == b.usesStandardIO && a.standardTables == b.standardTables && a.buses == b.buses)
    #expect(a.airs.count == b.airs.count)
    for (a, b) in zip(a.airs, b.airs) {
      #expect(a.air.dag == b.air.dag && a.air.width == b.air.width && a.air.name == b.air.name)
      #expect(a.indexNodes == b.indexNodes && a.cachedClasses == b.cachedClasses)
      #expect(a.air.isRequired == b.air.isRequired && a.air.publicValueCount == b.air.publicValueCount)
      #expect(a.air.maxConstraintDegree == b.air.maxConstraintDegree)
      #expect(
        a.air.constraintNames.map { $0.joined(separator: ", ") }
          == b.air.constraintNames.map { $0.joined(separator: ", ") })
      #expect(a.air.interactionNames == b.air.interactionNames && a.air.busNames == b.air.busNames)
      #expect(a.air.columnNames[.commonMain] == b.air.columnNames[.commonMain])
    }
  }

  @Test func thereAndBack() throws {
    let sets = [
      Self.everything,
      AIRSet(usesStandardIO: true, airs: [DescribedAIR(KeccakAIR())]),
      AIRSet(
        usesStandardIO: true, standardTables: [.poseidon2, .bytes, .range],
        airs: [DescribedAIR(FibonacciLike())],
        buses: [
          DescribedBus(StandardBus.input), DescribedBus(StandardBus.range),
          .init(number: 21, isLookup: true, name: "own table"),
        ]),
    ]
    for set in sets {
      let bytes = set.encode()
      let decoded = try AIRSet(decoding: bytes)
      #expect(decoded.encode() == bytes)
      Self.expectEqual(decoded, set)
    }
  }

  @Test func indexIsANodeOfItsOwn() throws {
    let described = Self.everything.airs[0]
    #expect(described.indexNodes.count == 1)
    let node = try #require(described.indexNodes.first)
    #expect(described.air.dag.nodes[node] == .constant(0))
    // Neither folded into the sum with 5 nor taken for the 0 of the look-up.
    #expect(described.air.dag.nodes.count { $0 == .constant(0) } == 2)
    #expect(described.air.dag.nodes.contains { if case .add(node, _, _) = $0 { true } else { false } })
    let public16 = try #require(described.air.dag.nodes.firstIndex(of: .variable(.public, index: 16)))
    let binding = try #require(described.air.dag.nodes.firstIndex(of: .sub(public16, node, degree: 0)))
    #expect(described.air.dag.constraints.contains(binding))
    #expect(CompiledAIR(Everything()).dag == described.air.dag)
  }

  @Test func busesAreDerived() {
    let buses = Self.everything.buses
    #expect(buses.map(\.number) == [4, 20, 21] && buses.map(\.isLookup) == [true, false, true])
    #expect(buses.map(\.name) == ["std.bytes", "own bus", "own table"])
  }

  @Test func longNamesAreCut() throws {
    var set = Self.everything
    set.airs[1].air.name = String(repeating: "é", count: 200)
    set.airs[1].air.constraintNames[0] = Array(repeating: "name", count: 100)
    let decoded = try AIRSet(decoding: set.encode())
    #expect(decoded.airs[1].air.name == String(repeating: "é", count: 127))
    #expect(decoded.airs[1].air.constraintNames[0][0].utf8.count == 255)
  }

  /// Whatever the bytes, decoding ends with an error or with a set that encodes to the same bytes.
  @Test func mutatedBytesNeverTrap() throws {
    let originals = [
      Self.everything.encode(), AIRSet(usesStandardIO: true, airs: [DescribedAIR(KeccakAIR())]).encode(),
    ]
    var generator = SeededGenerator(2024)
    var accepted = 0
    var rules: Set<AIRBytesError.Rule> = []
    for round in 0..<8_000 {
      var bytes = originals[round % 100 == 0 ? 1 : 0]
      for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
        case 2: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
        case 3: bytes.remove(at: place)
        case 4: bytes.removeLast(bytes.count - max(place, 1))
        default: for i in place..<min(place + 4, bytes.count) { bytes[i] = 0xff }
        }
      }
      do throws(AIRBytesError) {
        let set = try AIRSet(decoding: bytes)
        accepted += 1
        #expect(set.encode() == bytes)
      } catch {
        rules.insert(error.rule)
        #expect(error.offset <= bytes.count)
      }
    }
    #expect(accepted > 200 && rules.count > 20, "\(accepted) accepted; \(rules)")
  }

  @Test func everyPrefixIsRefused() {
    let bytes = Self.everything.encode()
    for count in 0..<bytes.count {
      #expect(throws: AIRBytesError.self) { try AIRSet(decoding: Array(bytes[..<count])) }
    }
  }

  @Test func restrictionKeepsWhatABusHears() throws {
    let air = CompiledAIR(Everything())
    let restricted = air.restricted(to: [20])
    #expect(restricted.dag.constraints.isEmpty && restricted.dag.interactions.count == 2)
    #expect(restricted.dag.nodes.count < air.dag.nodes.count && restricted.interactionNames == ["own", "own"])
    var generator = SeededGenerator(3)
    func matrix(_ width: Int) -> FieldMatrix { FieldMatrix(columns: (0..<width).map { _ in generator.elements(32) }) }
    var instances: [AIRInstance] = []
    let (preprocessed, cached, common) = (matrix(2), matrix(3), matrix(4))
    for var air in [air, restricted] {
      air.preprocessedTrace = preprocessed
      instances.append(
        AIRInstance(air: air, cachedMains: [cached], commonMain: common, publicValues: generator.elements(17)))
    }
    instances[1].publicValues = instances[0].publicValues
    let values = try instances.map { instance in
      let evaluator = try BlockEvaluator(instance)
      var values: [[BabyBear]] = []
      evaluator.forEachBlock(in: 0..<evaluator.blockCount) { rows, nodes in
        for lane in 0..<rows.count {
          for interaction in instance.air.dag.interactions where interaction.busIndex == 20 {
            values.append(
              (interaction.message + [interaction.count]).map { nodes[$0 * BlockEvaluator.blockSize + lane] })
          }
        }
      }
      return values
    }
    #expect(values[0] == values[1] && values[0].count == 64)
  }
}
