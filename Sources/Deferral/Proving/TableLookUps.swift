import AIR
import Algebra
import Hashing
import MachineCircuits

/// Counts what a circuit's own AIRs look up in standard tables: evaluates their interactions on the tables' buses over
/// their traces, and nothing else of them.
struct TableLookUps {
  /// By number of own AIR; nil for AIRs that look nothing up.
  private let airs: [CompiledAIR?]

  init(_ circuit: DeferralCircuit) {
    let buses = Set(circuit.tables.keys.map(\.bus.index))
    airs = circuit.ownAIRs.map { id in
      let air = circuit.airs[id]
      let looksUp = air.dag.interactions.contains { buses.contains($0.busIndex) }
      return looksUp ? air.restricted(to: buses) : nil
    }
  }

  /// Counts the look-ups of own AIR `number`, and gives the first one that is in no table.
  func count(
    _ number: Int, _ trace: DeferralTrace, cached: [FieldMatrix], publicValues: [BabyBear], counts: LookupCounts,
    requests: inout PermutationRequests, workers: Workers
  ) throws(CallProverError) -> CallProverError? {
    guard let air = airs[number] else { return nil }
    let evaluator: BlockEvaluator
    do throws(TraceShapeError) {
      evaluator = try BlockEvaluator(
        AIRInstance(air: air, cachedMains: cached, commonMain: trace.commonMain, publicValues: publicValues))
    } catch {
      throw .shape(error)
    }
    let blocksPerRange = 256
    var ranges = [Found](
      repeating: Found(), count: (evaluator.blockCount + blocksPerRange - 1) / blocksPerRange)
    ranges.withUnsafeMutableBufferPointer { ranges in
      // SAFE: each range is written by one thread.
      nonisolated(unsafe) let ranges = ranges
      workers.forEach(ranges.count) { range in
        counts.withTally { tally in
          let blocks = range * blocksPerRange..<min((range + 1) * blocksPerRange, evaluator.blockCount)
          ranges[range] = Self.count(evaluator, blocks: blocks, tally)
        }
      }
    }
    // All counts are then exact.
    guard ranges.reduce(0, { $0 + $1.total }) <= UInt64(UInt32.max / 2) else { throw .lookUpCount(air: air.name) }
    for found in ranges {
      for permutation in found.permutations {
        if permutation.isCompression {
          requests.add(permutation.left, permutation.right, count: permutation.count)
        } else {
          requests.addCapacity(permutation.left, permutation.right, count: permutation.count)
        }
      }
    }
    return ranges.lazy.compactMap(\.miss).first.map { miss in
      .lookUp(
        air: air.name, row: miss.row, interaction: air.interactionNames[miss.interaction], message: miss.message)
    }
  }

  /// What a range of rows looks up.
  private struct Found {
    var permutations: [Permutation] = []
    /// Look-ups in all. Sums of a range stay below 2^64.
    var total: UInt64 = 0
    var miss: Miss?
  }

  private struct Permutation {
    var left: InnerDigest
    var right: InnerDigest
    var isCompression: Bool
    var count: UInt32
  }

  private struct Miss {
    var row: Int
    var interaction: Int
    var message: [BabyBear]
  }

  private static func count(_ evaluator: BlockEvaluator, blocks: Range<Int>, _ tally: LookupTally) -> Found {
    let interactions = evaluator.instance.air.dag.interactions
    var found = Found()
    evaluator.forEachBlock(in: blocks) { rows, values in
      for lane in 0..<rows.count {
        for (index, interaction) in interactions.enumerated() {
          func value(_ node: Int) -> BabyBear { values[node * BlockEvaluator.blockSize + lane] }
          let count = value(interaction.count)
          guard count != .zero else { continue }
          found.total &+= UInt64(count.canonical)
          let isInTable = add(
            interaction.message, of: interaction.busIndex, count: count.canonical, value, tally, &found.permutations)
          if !isInTable, found.miss == nil {
            found.miss = Miss(row: rows.lowerBound + lane, interaction: index, message: interaction.message.map(value))
          }
        }
      }
    }
    return found
  }

  /// Counts a message; whether it is in the table. Of permutations that is said of the flag alone: the rest is as the
  /// circuit has it, right or wrong.
  private static func add(
    _ message: [Int], of bus: UInt16, count: UInt32, _ value: (Int) -> BabyBear, _ tally: LookupTally,
    _ permutations: inout [Permutation]
  ) -> Bool {
    func word(_ field: Int) -> UInt32 { value(message[field]).canonical }
    // Messages have the lengths that their buses say: the circuit has been checked for that.
    switch bus {
    case StandardBus.poseidon2.index:
      let flag = value(message[24])
      guard flag == .zero || flag == .one else { return false }
      func digest(_ first: Int) -> InnerDigest { InnerDigest((first..<first + 8).map { value(message[$0]) }) }
      permutations.append(
        Permutation(left: digest(0), right: digest(8), isCompression: flag == .one, count: count))
      return true
    case StandardBus.bytes.index:
      let (x, y, z, isXor) = (word(0), word(1), word(2), word(3))
      guard x < 256, y < 256, isXor < 2, z == (isXor == 1 ? x ^ y : 0) else { return false }
      // SAFE: both are below 256, so the place is below 2^16.
      (isXor == 1 ? tally.xors : tally.bytes)[Int(x << 8 | y)] &+= count
      return true
    case StandardBus.range.index:
      let (value, bits) = (word(0), word(1))
      guard bits <= UInt32(LookupTally.maxBits), value >> bits == 0 else { return false }
      // SAFE: value is below 2^bits, so the place is below 2^(maxBits + 1), the buffer's length.
      tally.range[Int(1 << bits | value)] &+= count
      return true
    default: return true
    }
  }
}
