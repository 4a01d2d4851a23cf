import AIR
import Algebra
import Hashing
import Machine

/// The traces of the machine's system AIRs for one segment, and those of the executor chips that have records of their
/// own.
struct SystemTraces: Sendable {
  /// Common main of `ProgramAIR`. Its cached part belongs to the program: `ProgramTrace.cached`.
  var program: FieldMatrix
  var connector: FieldMatrix
  var connectorPublicValues: [BabyBear]
  var boundary: FieldMatrix
  var merkle: FieldMatrix
  var merklePublicValues: [BabyBear]
  /// Nil, as the next ones, where there is nothing to prove.
  var hintStore: FieldMatrix?
  var refresh: FieldMatrix?
  var phantom: FieldMatrix?
  var deferral: DeferralTraces
  /// One table or two.
  var poseidon2: [FieldMatrix]
  var bytes: FieldMatrix?
  var range: FieldMatrix

  /// The traces of a segment.
  ///
  /// `counts` has the look-ups of all executor chips and is not in use. `update` is what the segment's touched leaves
  /// did to the memory tree.
  init(
    _ records: some SegmentRecords, update: MemoryTreeUpdate, counts: LookupCounts, workers: Workers = Workers(1)
  ) {
    program = ProgramTrace.counts(records.executionCounts, of: records.program)
    (connector, connectorPublicValues) = counts.withTally { ConnectorTrace.make(records, counting: $0) }

    let phantoms = records.records(of: .phantom)
    phantom =
      phantoms.isEmpty
      ? nil : PhantomAIR.trace(phantoms, program: records.program, counts: counts, workers: workers)
    hintStore =
      records.hints.isEmpty
      ? nil : HintStoreTrace.make(records.hints, program: records.program, counts: counts, workers: workers)
    refresh =
      records.refreshes.isEmpty ? nil : RefreshTrace.make(records.refreshes, counts: counts, workers: workers)
    deferral = DeferralTraces(records.deferrals, program: records.program, counts: counts, workers: workers)

    boundary = PersistentBoundaryTrace.make(records.touchedLeaves, update: update, workers: workers)
    (merkle, merklePublicValues) = MemoryMerkleTrace.make(update, workers: workers)
    var requests = PermutationRequests()
    requests.add(records.touchedLeaves, update)
    poseidon2 = Poseidon2Trace.tables(requests, for: .compressions(MachineBus.compression), workers: workers)

    // Nothing is looked up from here on.
    let total = counts.total()
    let hasBytes = total.bytes.contains { $0 != 0 } || total.xors.contains { $0 != 0 }
    bytes = hasBytes ? BitwiseTrace.make(total) : nil
    range = VariableRangeTrace.make(total, workers: workers)
  }

  /// The traces of a segment, with the memory tree before it, which becomes the one after it.
  init(
    _ records: some SegmentRecords, tree: inout MemoryTree, counts: LookupCounts, workers: Workers = Workers(1)
  ) {
    let update = tree.update(records.touchedLeaves, workers: workers)
    self.init(records, update: update, counts: counts, workers: workers)
  }
}
