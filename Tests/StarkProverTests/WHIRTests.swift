import Algebra
import Hashing
import StarkVerifier
import TestSupport
import Testing

@testable import StarkProver

/// A stand-alone WHIR opening of five commitments against known answers.
@Suite struct WHIRTests {
  @Test(arguments: [1, 2]) func openingOfSeveralCommitments(threads: Int) throws {
    guard let json = try Vectors.json("vectors/whir.json") else { return }  // in the full set only
    let parameters = try Self.parameters(json["params"])
    let workers = Workers(threads)
    let commitments = json["matrices"].array.map { matrix in
      StackedCommitment<InnerConfiguration>(
        matrices: [ReferenceAIRs.matrix(matrix)], parameters: parameters, workers: workers)
    }
    #expect(commitments.map(\.root) == json["commits"].array.map(digest))

    let prover = WHIRProver(
      commitments: commitments, parameters: parameters, domain: SkipDomain(log: parameters.lSkip), workers: workers)
    var transcript = InnerConfiguration.Transcript()
    let proof = try prover.prove(
      point: json["z_prism"].array.map(\.ext),
      openings: json["stacking_openings"].array.flatMap { $0.array.map(\.ext) }, transcript: &transcript)
    try compare(proof, json["proof"])
  }

  private func compare(_ proof: WHIRProof<InnerConfiguration>, _ expected: JSON) throws {
    #expect(proof.muPowWitness == expected["mu_pow_witness"].element)
    #expect(
      proof.sumcheckPolys
        == expected["whir_sumcheck_polys"].array.map { StackingProof.RoundPolynomial(at1: $0[0].ext, at2: $0[1].ext) })
    #expect(proof.foldingPowWitnesses == expected["folding_pow_witnesses"].elements)
    #expect(proof.codewordCommits == expected["codeword_commits"].array.map(digest))
    #expect(proof.oodValues == expected["ood_values"].array.map(\.ext))
    #expect(proof.queryPhasePowWitnesses == expected["query_phase_pow_witnesses"].elements)
    #expect(proof.finalPoly == expected["final_poly"].array.map(\.ext))

    let rows = expected["initial_round_opened_rows"].array
    let paths = expected["initial_round_merkle_proofs"].array
    #expect(proof.initialOpenings.count == rows.count && rows.count == paths.count)
    for (opening, (rows, paths)) in zip(proof.initialOpenings, zip(rows, paths)) {
      #expect(opening.rows == rows.array.flatMap { query in query.array.flatMap(\.elements) })
      #expect(opening.paths == paths.array.flatMap { $0.array.map(digest) })
    }
    let values = expected["codeword_opened_values"].array
    let laterPaths = expected["codeword_merkle_proofs"].array
    #expect(proof.codewordOpenings.count == values.count && values.count == laterPaths.count)
    for (opening, (values, paths)) in zip(proof.codewordOpenings, zip(values, laterPaths)) {
      #expect(opening.values == values.array.flatMap { $0.array.map(\.ext) })
      #expect(opening.paths == paths.array.flatMap { $0.array.map(digest) })
    }
  }

  private func digest(_ json: JSON) -> InnerDigest { InnerDigest(json.elements) }

  private static func parameters(_ json: JSON) throws -> SystemParameters {
    let whir = json["whir"]
    return SystemParameters(
      lSkip: try #require(json["l_skip"].int), nStack: try #require(json["n_stack"].int),
      wStack: try #require(json["w_stack"].int), logBlowup: try #require(json["log_blowup"].int),
      whir: WHIRParameters(
        k: try #require(whir["k"].int), queriesPerRound: whir["rounds"].array.compactMap { $0["num_queries"].int },
        muPowBits: try #require(whir["mu_pow_bits"].int),
        queryPhasePowBits: try #require(whir["query_phase_pow_bits"].int),
        foldingPowBits: try #require(whir["folding_pow_bits"].int), proximity: .uniqueDecoding),
      logup: LogUpParameters(maxInteractionCount: BabyBear.modulus, logMaxMessageLength: 7, powBits: 0),
      maxConstraintDegree: try #require(json["max_constraint_degree"].int))
  }
}
