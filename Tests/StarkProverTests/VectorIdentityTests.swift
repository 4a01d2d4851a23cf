import Algebra
import Hashing
import StarkProver
import StarkVerifier
import TestSupport
import Testing

/// From the same key and traces the same proof as an independent implementation's, byte for byte.
@Suite struct VectorIdentityTests {
  @Test func thereAreKnownProofs() {
    #expect(!KnownProof.inner.isEmpty)
    #expect(!KnownProof.root.isEmpty)
    #expect(KnownProof.few.count >= 4)
  }

  @Test(arguments: KnownProof.inner, [1, 2])
  func innerProofsAreTheReferences(_ known: KnownProof, threads: Int) throws {
    try compare(known, try known.statement(InnerConfiguration.self), threads: threads)
  }

  @Test(arguments: KnownProof.root, [1, 2])
  func rootProofsAreTheReferences(_ known: KnownProof, threads: Int) throws {
    try compare(known, try known.statement(RootConfiguration.self), threads: threads)
  }

  @Test(arguments: KnownProof.few.filter { !$0.isRoot })
  func orderOfTracesDoesNotMatter(_ known: KnownProof) throws {
    let statement = try known.statement(InnerConfiguration.self)
    let reversed = KnownProof.Statement(
      key: statement.key, preprocessed: statement.preprocessed, traces: statement.traces.reversed())
    try compare(known, reversed, threads: 2)
  }

  @Test func phasesAreReportedInOrder() throws {
    let known = try #require(KnownProof.few.first { !$0.isRoot })
    let statement = try known.statement(InnerConfiguration.self)
    let key = try ProvingKey(
      verifyingKey: statement.key, preprocessedTraces: statement.preprocessed, workers: Workers(1))
    var phases: [ProverPhase] = []
    let proof = try Prover(key: key, workers: Workers(1)).prove(statement.traces) { phase, seconds in
      phases.append(phase)
      #expect(seconds >= 0)
    }
    #expect(phases == ProverPhase.allCases)
    let isEqual = proof.encode() == known.proofBytes
    #expect(isEqual)
  }
}

/// The same with each form of the kernels; the form is chosen for the whole process, so one at a time.
@Suite(.serialized) struct KernelFormIdentityTests {
  @Test(arguments: KnownProof.few)
  func proofsAreTheReferencesWithEveryForm(_ known: KnownProof) throws {
    try withEachSIMDLevel { _ in
      if known.isRoot {
        try compare(known, try known.statement(RootConfiguration.self), threads: 1)
      } else {
        try compare(known, try known.statement(InnerConfiguration.self), threads: 1)
      }
    }
  }
}

/// Expects that `statement` is proven by the very bytes of `known`, and names the first difference.
private func compare<H: HashConfiguration>(
  _ known: KnownProof, _ statement: KnownProof.Statement<H>, threads: Int
) throws {
  let bytes = try statement.prove(threads: threads).encode()
  let difference = zip(bytes, known.proofBytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset
  #expect(difference == nil, "\(known.name): first different byte")
  #expect(bytes.count == known.proofBytes.count, "\(known.name)")
}
