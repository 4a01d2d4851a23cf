import Hashing
import MachineVerifier
import StarkVerifier

/// The proofs that make up the proof of a run, one file each while it is being proven, so that a run that was killed goes on from those
/// that are done.
///
/// Nothing in the folder is believed: a file counts only if its proof verifies and says what the segment's proof must
/// say. So files of another run, guest or machine, and damaged ones, do no harm; they are made again.
struct SegmentStore: Sendable {
  let directory: String

  /// Opens the folder, which is made if need be; its parent must exist.
  init(directory: String) throws(ArtefactError) {
    self.directory = directory
    try ArtefactFile.makeDirectory(directory)
  }

  private func path(of index: Int) -> String { "\(directory)/segment-\(index).proof" }

  private func path(of batch: DeferralBatchName) -> String {
    "\(directory)/deferral-\(batch.index)-\(batch.number).proof"
  }

  /// The proof of segment `index`, if it is there and good.
  func load(
    _ index: Int, expected: SegmentStatement, verifier: Verifier<InnerConfiguration>
  ) -> Proof<InnerConfiguration>? {
    guard let bytes = try? ArtefactFile.read(path(of: index), limit: ArtefactFile.Limit.proof),
      let proof = try? Proof<InnerConfiguration>(decoding: bytes), let statement = try? SegmentStatement(of: proof),
      statement == expected, (try? verifier.verify(proof)) != nil
    else { return nil }
    return proof
  }

  func save(_ proof: Proof<InnerConfiguration>, as index: Int) throws(ArtefactError) {
    try ArtefactFile.write(proof.encode(), to: path(of: index))
  }

  /// The proof of a batch of deferred calls, if it is there and good.
  func load(_ batch: DeferralProver.Batch, key: DeferralVerifyingKey) -> DeferralBatch? {
    guard let bytes = try? ArtefactFile.read(path(of: batch.name), limit: ArtefactFile.Limit.proof),
      let proof = try? Proof<InnerConfiguration>(decoding: bytes)
    else { return nil }
    let loaded = DeferralBatch(proof: proof, calls: key.logBatch == 0 ? [] : batch.committed)
    guard let calls = try? key.verify(loaded, index: batch.index), calls == batch.committed else { return nil }
    return loaded
  }

  func save(_ proof: Proof<InnerConfiguration>, of batch: DeferralProver.Batch) throws(ArtefactError) {
    try ArtefactFile.write(proof.encode(), to: path(of: batch.name))
  }

  /// Removes the files of all segments and batches, and the folder if nothing else is in it.
  func remove(segments: Int, batches: [DeferralBatchName]) {
    for index in 0..<segments { ArtefactFile.remove(path(of: index)) }
    for batch in batches { ArtefactFile.remove(path(of: batch)) }
    ArtefactFile.removeDirectory(directory)
  }
}
