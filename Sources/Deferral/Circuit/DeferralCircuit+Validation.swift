import AIR
import Algebra
import MachineVerifier
import StarkVerifier

// What the rules of AIR bytes do not say, and key generation does not check (chapter 40, section 8.4).
extension DeferralCircuit {
  /// Proofs of layers above have room for that many AIRs.
  static let maxAIRs = 256
  /// Cached parts of an AIR for which layers above have room.
  static let maxCachedParts = 1

  func validate() throws(DeferralCircuitError) {
    guard airs.count <= Self.maxAIRs else { throw .airCount(found: airs.count, maximum: Self.maxAIRs) }
    guard airs[0].isRequired else { throw .firstAIRNotRequired(air: airs[0].name) }
    try validatePublicValues()
    try validateCachedParts()
    for id in airs.indices { try validateInteractions(of: airs[id]) }
    if !usesStandardIO { try validateIndex() }
  }

  /// Layers above send each public value to the constraints, so each must stand in them.
  private func validatePublicValues() throws(DeferralCircuitError) {
    var used: Set<Int> = []
    for case .variable(.public, let index) in airs[0].dag.nodes { used.insert(index) }
    for index in 0..<airs[0].publicValueCount where !used.contains(index) {
      throw .unusedPublicValue(air: airs[0].name, index: index)
    }
  }

  /// Cached parts are folded into the commitment of the input, so their number must not depend on the proof; the
  /// standard set has an input hash of its own.
  private func validateCachedParts() throws(DeferralCircuitError) {
    for air in airs where !air.width.cachedMains.isEmpty {
      guard !usesStandardIO else { throw .cachedPartsWithStandardIO(air: air.name) }
      guard air.isRequired else { throw .cachedPartsNotRequired(air: air.name) }
      let count = air.width.cachedMains.count
      guard count <= Self.maxCachedParts else {
        throw .cachedPartCount(air: air.name, found: count, maximum: Self.maxCachedParts)
      }
    }
    guard airs.contains(where: { $0.width.cachedMains.isEmpty }) else { throw .cachedPartsEverywhere }
  }

  private func validateInteractions(of air: CompiledAIR) throws(DeferralCircuitError) {
    var weights: [UInt16: Int] = [:]
    for (index, interaction) in air.dag.interactions.enumerated() {
      weights[interaction.busIndex, default: 0] += Int(interaction.countWeight)
      guard let expected = StandardBus.messageLength(of: interaction.busIndex) else { continue }
      guard interaction.message.count == expected else {
        throw .messageLength(
          air: air.name, interaction: air.interactionNames[index], bus: air.describe(bus: interaction.busIndex),
          expected: expected, found: interaction.message.count)
      }
    }
    // Layers above bound the number of interactions alone; that must bound the counts of each bus as well.
    for (bus, weight) in weights.sorted(by: { $0.key < $1.key }) where weight > air.dag.interactions.count {
      throw .countWeights(
        air: air.name, bus: air.describe(bus: bus), found: weight, maximum: air.dag.interactions.count)
    }
  }

  /// Whether AIR 0 has the constraint `public[16] - index`, with an index node.
  private func validateIndex() throws(DeferralCircuitError) {
    let described = airSet.airs[0]
    let indexNodes = Set(described.indexNodes)
    let nodes = described.air.dag.nodes
    let isBound = described.air.dag.constraints.contains { constraint in
      guard case .sub(let left, let right, _) = nodes[constraint] else { return false }
      return nodes[left] == .variable(.public, index: DeferralPublicValues.singleCount - 1)
        && indexNodes.contains(right)
    }
    guard isBound else { throw .indexNotBound(air: described.air.name) }
  }

  /// Layers above ask for a proof of work in the same places as they do for their own proofs.
  static func checkCompatibility(_ parameters: SystemParameters) throws(DeferralCircuitError) {
    let bits: [(String, (SystemParameters) -> Int)] = [
      ("logup.pow_bits", { $0.logup.powBits }), ("whir.mu_pow_bits", { $0.whir.muPowBits }),
      ("whir.folding_pow_bits", { $0.whir.foldingPowBits }),
      ("whir.query_phase_pow_bits", { $0.whir.queryPhasePowBits }),
    ]
    for (layer, parent) in [("leaf", SystemParameters.leaf), ("internal", SystemParameters.internal)] {
      for (field, value) in bits where (value(parameters) == 0) != (value(parent) == 0) {
        throw .incompatibleParameters(
          layer: layer, field: field, found: value(parameters), parent: value(parent))
      }
    }
  }
}

extension StandardBus {
  /// Fields of a message on a standard bus.
  static func messageLength(of bus: UInt16) -> Int? {
    switch bus {
    case length.index: 3
    case input.index, output.index: 10
    case poseidon2.index: 25
    case bytes.index: 4
    case range.index: 2
    default: nil
    }
  }
}
