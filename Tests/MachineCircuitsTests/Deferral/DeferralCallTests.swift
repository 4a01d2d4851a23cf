import AIR
import Algebra
import Hashing
import Machine
import Testing

@testable import MachineCircuits

@Suite struct DeferralCallTests {
  typealias World = DeferralWorld
  static let name = "DeferralCallAIR"
  static let index = 3
  /// Elements that have a second form, `p` more, in four bytes with a top byte of 120.
  static let input = InnerDigest((1...8).map { BabyBear(1000 * $0) })
  static let output = InnerDigest((1...8).map { BabyBear(0x0101_0101 * UInt32($0)) })

  /// One CALL of circuit 3, with what is told otherwise.
  static func world(
    input: [[BabyBear]] = World.words(input), output: [[BabyBear]] = World.words(output),
    length: [BabyBear] = World.cells(64), destination: UInt32 = World.destination, source: UInt32 = World.source,
    newInputs: InnerDigest? = nil, newOutputs: InnerDigest? = nil, future: Int? = nil, accumulators: UInt32? = nil
  ) -> World {
    var world = World(destination: destination, source: source)
    world.future = future
    for (i, word) in input.enumerated() { world.initial[WordAddress(2, World.source + UInt32(4 * i))] = word }
    let commit = InnerDigest((0..<8).map { BabyBear(77 + $0) })
    for i in 0..<2 {
      world.initial[WordAddress(4, UInt32(16 * index + 4 * i))] = Array(commit.elements[4 * i..<4 * i + 4])
    }
    world.call(
      index: index, output: output, length: length, newInputs: newInputs, newOutputs: newOutputs,
      accumulators: accumulators)
    return world
  }

  static let honest = world().world

  /// The word's other form, `p` more.
  static func other(_ word: [BabyBear]) -> [BabyBear] {
    World.cells(word.composed(base: 256).canonical &+ BabyBear.modulus)
  }

  /// A word that is the same element mod p, with cells moved between two bytes.
  static func bent(_ word: [BabyBear], _ byte: Int) -> [BabyBear] {
    var word = word
    word[byte] += 256
    word[byte + 1] -= 1
    return word
  }

  static func replacing(_ words: [[BabyBear]], _ i: Int, _ change: ([BabyBear]) -> [BabyBear]) -> [[BabyBear]] {
    var words = words
    words[i] = change(words[i])
    return words
  }

  static var worlds: [(String, SystemWorld)] {
    let (input, output) = (World.words(input), World.words(output))
    let far = BabyBear.modulus
    let small = World.words(Self.input)
    var worlds: [(String, SystemWorld)] = [
      ("any inputs", world(newInputs: InnerDigest([1, 2, 3])).world),
      ("any outputs", world(newOutputs: InnerDigest([1, 2, 3])).world),
      ("destination beyond p", world(destination: far + World.destination).world),
      ("source beyond p", world(source: far + World.source).world),
      ("length bytes 0, 1", world(length: [300, 0, 0, 0]).world),
      ("length byte 2", world(length: [0, 0, 300, 0]).world),
      ("length is too much", world(length: [0, 0, 0, 32]).world),
      ("counts twice and is taken back", DeferralRows.twice(honest, name, World.CallRow.self)),
      ("not in the program", DeferralRows.notThere(world())),
    ]
    for i in 0..<8 {
      worlds.append(("input \(i) is not canonical", world(input: replacing(input, i, other)).world))
      worlds.append(("output \(i) is not canonical", world(output: replacing(small, i, other)).world))
      worlds.append(("output bytes 0, 1 of \(i)", world(output: replacing(output, i) { bent($0, 0) }).world))
      worlds.append(("output bytes 2, 3 of \(i)", world(output: replacing(output, i) { bent($0, 2) }).world))
      let top = World.cells(0xc900_0001)
      worlds.append(("input \(i) is above p", world(input: replacing(input, i) { _ in top }).world))
      worlds.append(("output \(i) is above p", world(output: replacing(output, i) { _ in top }).world))
    }
    for access in 0..<24 { worlds.append(("access \(access) from the future", world(future: access).world)) }
    return worlds
  }

  @Test func everyWeakeningIsNoticed() {
    let result = Self.honest.survivors(of: Self.name, Self.worlds)
    #expect(result.useless == [])
    #expect(result.survivors == [])
  }

  /// The claimed length is the prover's.
  @Test func acceptsAnyLengthBelow2To29() {
    for length in [0, 1, 63, (1 << 29) - 1] as [UInt32] {
      #expect(Self.world(length: World.cells(length)).world.findings().description == [])
    }
  }

  /// The greatest element, and one less in the top byte.
  @Test func acceptsCanonicalElements() {
    let words = World.words(InnerDigest([0, -1, -2, BabyBear(0x77ff_ffff), 1, 0x00ff_ffff, 255, 0x0100_0000]))
    #expect(Self.world(input: words, output: words).world.findings().description == [])
  }

  /// Accumulators of another circuit, or the circuit's own exchanged.
  @Test func rejectsOtherAccumulators() {
    for pointer in [56, 0, 64] as [UInt32] {
      #expect(Self.world(accumulators: pointer).world.findings().description == ["bus \(MachineBus.memory.index)"])
    }
  }

  /// An address whose last word wraps around p is not one of memory.
  @Test func rejectsWrappingAddresses() {
    let last: UInt32 = (1 << 29) - 4
    let findings = Self.world(source: last).world.findings().description
    #expect(findings.contains("bus \(MachineBus.memory.index)"))
  }
}

/// Forgeries that every chip of deferral has.
enum DeferralRows {
  /// The first row counts twice, and a copy of it takes it back once.
  static func twice<C: AIRColumns>(_ world: SystemWorld, _ name: String, _ columns: C.Type) -> SystemWorld
  where C.T == BabyBear {
    world.forged { world in
      world.forge(name, columns) { rows in
        var (first, back) = (rows[0].cells, rows[0].cells)
        (first[0], back[0]) = (2, -1)
        rows[0] = C(cells: first)
        rows[rows.count - 1] = C(cells: back)
      }
    }
  }

  /// The program has no-ops.
  static func notThere(_ world: DeferralWorld) -> SystemWorld {
    var world = world
    world.otherProgram = world.instructions.map { _ in Instruction(.phantom) }
    return world.world
  }
}
