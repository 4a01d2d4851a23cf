import Algebra
import Hashing

// Chapter 10, section 6.2: the transcript starts with everything that the proof is about.

extension Verifier {
  /// Observes key, commitments, heights and public values, by AIR id.
  func observePreamble<T: HashTranscript>(_ proof: Proof<H>, transcript: inout T) where T.Digest == H.Digest {
    transcript.observe(key.preHash)
    transcript.observe(proof.commonMainCommit)
    for ((air, trace), publicValues) in zip(zip(key.airs, proof.traceData), proof.publicValues) {
      if !air.isRequired { transcript.observe(trace == nil ? BabyBear.zero : .one) }
      if let trace {
        // A preprocessed trace fixes the height, so its commitment stands for it.
        if let preprocessed = air.preprocessed {
          transcript.observe(preprocessed.commit)
        } else {
          transcript.observe(BabyBear(trace.logHeight))
        }
        for commit in trace.cachedCommits { transcript.observe(commit) }
      }
      for value in publicValues { transcript.observe(value) }
    }
  }
}
