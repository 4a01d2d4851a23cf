import Algebra
import Synchronization

// Bus balance in two passes: the first sums the counts of each message, under a 128-bit digest of bus and message;
// the second collects the details of those that do not cancel.
extension TraceChecker {
  /// One row's contribution to a message.
  private struct Contribution {
    var key: MessageKey
    var count: BabyBear
    var row: Int
    var interaction: Int
  }

  /// Checks the buses alone.
  public func checkBuses() -> TraceReport {
    var report = TraceReport()
    checkBuses(into: &report)
    return report
  }

  func checkBuses(into report: inout TraceReport) {
    var balances = BalanceTable()
    forEachContribution { _, contribution in balances.add(contribution.count, to: contribution.key) }
    let unbalanced = balances.unbalanced
    report.unbalancedMessageCount += unbalanced.count
    guard !unbalanced.isEmpty else { return }

    var found: [BusImbalance] = []
    var indexOfKey: [MessageKey: Int] = [:]
    forEachContribution { airIndex, contribution in
      guard let balance = unbalanced[contribution.key] else { return }
      let instance = instances[airIndex]
      let index: Int
      if let known = indexOfKey[contribution.key] {
        index = known
      } else {
        guard found.count < limit else { return }
        index = found.count
        indexOfKey[contribution.key] = index
        found.append(imbalance(of: contribution, airIndex: airIndex, balance: balance))
      }
      found[index].participantCount += 1
      if found[index].participants.count < limit {
        let names = instance.air.interactionNames
        let name = names.indices.contains(contribution.interaction) ? names[contribution.interaction] : ""
        found[index].participants.append(
          .init(
            airIndex: airIndex, airName: instance.air.name, row: contribution.row,
            interactionIndex: contribution.interaction, interaction: name, count: contribution.count))
      }
    }
    // Stable: messages of a bus stay in the order of their first mention.
    let order = found.indices.sorted { (found[$0].bus, $0) < (found[$1].bus, $1) }
    report.busImbalances += order.map { found[$0] }
  }

  private func imbalance(of contribution: Contribution, airIndex: Int, balance: BabyBear) -> BusImbalance {
    let air = instances[airIndex].air
    let interaction = air.dag.interactions[contribution.interaction]
    var message: [BabyBear] = []
    let block = contribution.row / BlockEvaluator.blockSize
    evaluators[airIndex].forEachBlock(in: block..<block + 1) { rows, values in
      message = interaction.message.map { values[$0 * BlockEvaluator.blockSize + contribution.row - rows.lowerBound] }
    }
    return BusImbalance(
      bus: interaction.busIndex, busDescription: describe(bus: interaction.busIndex), message: message,
      balance: balance, participants: [], participantCount: 0)
  }

  /// The bus's name, from whichever AIR knows it.
  private func describe(bus: UInt16) -> String {
    (instances.first { $0.air.busNames[bus] != nil } ?? instances.first)?.air.describe(bus: bus) ?? "bus \(bus)"
  }

  /// Calls `body` with every contribution whose count is not zero, in order of AIR, row and interaction. Evaluates
  /// in parallel, a bounded number of blocks ahead.
  private func forEachContribution(_ body: (Int, Contribution) -> Void) {
    let blocksPerRange = 64
    for (airIndex, evaluator) in evaluators.enumerated() where !evaluator.instance.air.dag.interactions.isEmpty {
      let rangeCount = (evaluator.blockCount + blocksPerRange - 1) / blocksPerRange
      var first = 0
      while first < rangeCount {
        let batch = first..<min(first + 8 * workers.count, rangeCount)
        let results = Mutex<[Int: [Contribution]]>([:])
        workers.forEach(batch.count) { offset in
          let range = batch.lowerBound + offset
          let blocks = range * blocksPerRange..<min((range + 1) * blocksPerRange, evaluator.blockCount)
          let contributions = contributions(of: evaluator, blocks: blocks)
          results.withLock { $0[range] = contributions }
        }
        let sorted = results.withLock { $0 }.sorted { $0.key < $1.key }
        for (_, contributions) in sorted {
          for contribution in contributions { body(airIndex, contribution) }
        }
        first = batch.upperBound
      }
    }
  }

  private func contributions(of evaluator: BlockEvaluator, blocks: Range<Int>) -> [Contribution] {
    let interactions = evaluator.instance.air.dag.interactions
    var result: [Contribution] = []
    evaluator.forEachBlock(in: blocks) { rows, values in
      for lane in 0..<rows.count {
        for (index, interaction) in interactions.enumerated() {
          let count = values[interaction.count * BlockEvaluator.blockSize + lane]
          guard count != .zero else { continue }
          var key = MessageKey(bus: interaction.busIndex, length: interaction.message.count)
          for node in interaction.message {
            key.absorb(UInt64(values[node * BlockEvaluator.blockSize + lane].montgomery))
          }
          result.append(
            Contribution(key: key.finished, count: count, row: rows.lowerBound + lane, interaction: index))
        }
      }
    }
    return result
  }
}
