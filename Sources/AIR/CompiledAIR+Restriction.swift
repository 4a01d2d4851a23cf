extension CompiledAIR {
  /// The AIR with its interactions on `buses` and nothing else: no constraints, and only the nodes that those
  /// interactions need. For evaluating what an AIR says on some buses.
  package func restricted(to buses: Set<UInt16>) -> CompiledAIR {
    let kept = dag.interactions.indices.filter { buses.contains(dag.interactions[$0].busIndex) }
    var isNeeded = [Bool](repeating: false, count: dag.nodes.count)
    for index in kept {
      for node in dag.interactions[index].message + [dag.interactions[index].count] { isNeeded[node] = true }
    }
    for (index, node) in dag.nodes.enumerated().reversed() where isNeeded[index] {
      switch node {
      case .add(let left, let right, _), .sub(let left, let right, _), .mul(let left, let right, _):
        isNeeded[left] = true
        isNeeded[right] = true
      case .neg(let operand, _): isNeeded[operand] = true
      default: break
      }
    }

    var place = [Int](repeating: 0, count: dag.nodes.count)
    var nodes: [ConstraintNode] = []
    for (index, node) in dag.nodes.enumerated() where isNeeded[index] {
      place[index] = nodes.count
      switch node {
      case .add(let left, let right, let degree): nodes.append(.add(place[left], place[right], degree: degree))
      case .sub(let left, let right, let degree): nodes.append(.sub(place[left], place[right], degree: degree))
      case .mul(let left, let right, let degree): nodes.append(.mul(place[left], place[right], degree: degree))
      case .neg(let operand, let degree): nodes.append(.neg(place[operand], degree: degree))
      default: nodes.append(node)
      }
    }
    var result = self
    result.dag = ConstraintDAG(
      nodes: nodes, constraints: [],
      interactions: kept.map { index in
        var interaction = dag.interactions[index]
        interaction.message = interaction.message.map { place[$0] }
        interaction.count = place[interaction.count]
        return interaction
      })
    result.constraintNames = []
    result.interactionNames = kept.map { interactionNames.indices.contains($0) ? interactionNames[$0] : "" }
    return result
  }
}
