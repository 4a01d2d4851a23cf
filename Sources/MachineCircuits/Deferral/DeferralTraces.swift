import AIR
import Algebra
import Machine

/// The traces of a segment's deferral instructions; nil where there is nothing to prove.
struct DeferralTraces: Sendable {
  var call: FieldMatrix?
  var output: FieldMatrix?
  var commit: FieldMatrix?
  var block: FieldMatrix?
  /// The tables of their permutations, which are none of memory's: none, one or two.
  var hash: [FieldMatrix] = []

  /// Counts all look-ups but those of permutations, which are in `hash`.
  init(_ records: DeferralRecords, program: Program, counts: LookupCounts, workers: Workers) {
    guard !records.isEmpty else { return }
    let hashing = DeferralHashing(records, program: program)
    if !records.calls.isEmpty {
      call = DeferralCallTrace.make(records.calls, program: program, counts: counts)
    }
    if !records.outputs.isEmpty {
      output = DeferralOutputTrace.make(records.outputs, hashing: hashing, program: program, counts: counts)
    }
    if !records.commits.isEmpty {
      commit = DeferralCommitTrace.make(records.commits, hashing: hashing, program: program, counts: counts)
    }
    if !records.blocks.isEmpty {
      block = DeferralBlockTrace.make(records.blocks, hashing: hashing, counts: counts, workers: workers)
    }
    hash = Poseidon2Trace.tables(hashing.requests, for: .sponge(MachineBus.deferralHash), workers: workers)
  }
}
