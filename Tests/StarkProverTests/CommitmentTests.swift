import Algebra
import Hashing
import StarkVerifier
import TestSupport
import Testing

@testable import StarkProver

/// Stacked commitments against known answers: layout, messages, codewords, roots, openings.
@Suite struct CommitmentTests {
  private func cases() throws -> [JSON] {
    let cases = try #require(try Vectors.json("vectors/commit.json")).array
    #expect(!cases.isEmpty)
    return cases
  }

  private func parameters(_ json: JSON) throws -> SystemParameters {
    SystemParameters(
      lSkip: try #require(json["l_skip"].int), nStack: try #require(json["n_stack"].int), wStack: 64,
      logBlowup: try #require(json["log_blowup"].int),
      whir: WHIRParameters(
        k: try #require(json["k_whir"].int), queriesPerRound: [1], muPowBits: 0, queryPhasePowBits: 0,
        foldingPowBits: 0, proximity: .uniqueDecoding),
      logup: LogUpParameters(maxInteractionCount: BabyBear.modulus, logMaxMessageLength: 7, powBits: 0),
      maxConstraintDegree: 3)
  }

  private func commitment(_ json: JSON, threads: Int = 1) throws -> StackedCommitment<InnerConfiguration> {
    StackedCommitment(
      matrices: json["traces"].array.map(ReferenceAIRs.matrix), parameters: try parameters(json),
      workers: Workers(threads))
  }

  @Test func layout() throws {
    for json in try cases() {
      let slices = try commitment(json).slices
      let layout = json["layout"].array
      #expect(slices.count == layout.count && !slices.isEmpty)
      for (slice, expected) in zip(slices, layout) {
        #expect(slice.matrix == expected["mat"].int)
        #expect(slice.column == expected["col"].int)
        #expect(slice.stackedColumn == expected["stacked_col"].int)
        #expect(slice.row == expected["stacked_row"].int)
        #expect(slice.logHeight == expected["log_height"].int)
      }
    }
  }

  @Test func messages() throws {
    for json in try cases() {
      let stacked = ReferenceAIRs.matrix(json["stacked_matrix"])
      let domain = SkipDomain(log: try #require(json["l_skip"].int))
      let messages = json["rs_message_columns"].array
      #expect(stacked.width == messages.count)
      for (column, expected) in messages.enumerated() {
        let values = stacked.base + column * stacked.height
        domain.chunksToMessage(values, chunks: stacked.height >> domain.log)
        #expect(Array(stacked.column(column)) == expected.elements)
      }
    }
  }

  @Test func codewordsAreBitReversedColumns() throws {
    for json in try cases() {
      let codewords = try commitment(json).tree.codewords
      let expected = ReferenceAIRs.matrix(json["rs_code_matrix"])
      #expect(codewords.columns.count == expected.width && 1 << codewords.logHeight == expected.height)
      for column in 0..<expected.width {
        let rows = (0..<expected.height).map { codewords.columns[column][bitReversed($0, bits: codewords.logHeight)] }
        #expect(rows == Array(expected.column(column)))
      }
      withExtendedLifetime(codewords) {}
    }
  }

  @Test(arguments: [1, 2]) func roots(threads: Int) throws {
    for json in try cases() {
      let commitment = try commitment(json, threads: threads)
      #expect(commitment.root == InnerDigest(json["root"].elements))
      #expect(commitment.stackedWidth == json["stacked_matrix"]["width"].int)
    }
  }

  @Test func openedRowsAndPaths() throws {
    for json in try cases() {
      let tree = try commitment(json).tree
      let code = ReferenceAIRs.matrix(json["rs_code_matrix"])
      let paths = json["paths"].array
      let stride = try #require(json["query_stride"].int)
      #expect(paths.count == 1 << tree.depth && paths.count == stride)
      for (index, path) in paths.enumerated() {
        #expect(tree.path(at: index) == path.array.map { InnerDigest($0.elements) })
        let rows = (0..<1 << tree.logRowsPerLeaf).flatMap { t in
          (0..<code.width).map { code[row: index + t * stride, column: $0] }
        }
        #expect(tree.openedRows(at: index) == rows)
      }
    }
  }

  @Test func bitReversalIsItsOwnInverse() {
    #expect(bitReversed(0b0011, bits: 4) == 0b1100)
    #expect(bitReversed(1, bits: 1) == 1)
    #expect(bitReversed(5, bits: 0) == 0)
    for bits in 1...20 {
      for value in [0, 1, (1 << bits) - 1, 0b1011 & ((1 << bits) - 1)] {
        #expect(bitReversed(bitReversed(value, bits: bits), bits: bits) == value)
      }
    }
  }
}
