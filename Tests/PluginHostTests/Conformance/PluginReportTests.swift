import Algebra
import Foundation
import Hashing
import Testing

@testable import PluginHost

/// What `plugin inspect` and `plugin run` report.
@Suite(.serialized) struct PluginReportTests {
  @Test func anInspectionListsAllAIRsAndWhatBatchesCost() throws {
    let report = try PluginInspection.inspect(
      library: BrokenPlugin.library(), subject: BrokenPlugin.subject(BrokenPlugin.word),
      options: BrokenPlugin.options())
    #expect(report.circuitCommit == CommitBytes(try ConformanceTests.commitOfTheCorrectPlugin()).description)
    #expect(report.airs.map(\.isOwn) == [false, true, false, false, false])
    let own = try #require(report.airs.first { $0.isOwn })
    #expect(own.name == "word" && own.columns == 21 && own.interactions == 3 && own.isRequired)
    // The second table of permutations is there for some numbers of them.
    #expect(report.airs.allSatisfy { $0.rows != nil || $0.name == "Poseidon2RestAIR" })
    #expect(report.soundnessBits >= 100)
    #expect(report.costs.map(\.calls) == [1, 4, 16] && report.costs.allSatisfy { $0.fits })
    #expect(zip(report.costs, report.costs.dropFirst()).allSatisfy { $0.secondsPerCall > $1.secondsPerCall })
    let text = report.text()
    #expect(text.contains(report.circuitCommit) && text.contains("Poseidon2AIR"))
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any]
    #expect(object?["def_circuit_commit"] is String && object?["max_input_bytes"] as? Int == 512)
  }

  @Test func heightsAreThoseOfTheInputThatIsGiven() throws {
    let report = try PluginInspection.inspect(
      library: BrokenPlugin.library(), subject: BrokenPlugin.subject(BrokenPlugin.word),
      input: [UInt8](repeating: 7, count: 256), options: BrokenPlugin.options())
    #expect(report.airs.first { $0.isOwn }?.rows == 32)
  }

  @Test(arguments: [BrokenPlugin.word, BrokenPlugin.echo])
  func aRunGivesOutputAndCommitments(circuit: String) throws {
    var subject = BrokenPlugin.subject(circuit)
    subject.index = 3
    let input = Array("sixteen".utf8) + [1]
    let (report, output) = try PluginRun.run(
      library: BrokenPlugin.library(), subject: subject, input: input, options: BrokenPlugin.options())
    #expect(output == input && report.output == hexadecimal(input))
    let expected =
      circuit == BrokenPlugin.word
      ? UnfoldedInputCommit(index: 3, bytes: input)
      : UnfoldedInputCommit(digest: InnerDigest(input.map { BabyBear(UInt32($0)) }))
    #expect(report.inputCommit.guest == hexadecimal(expected.folded().digest.guestBytes))
    #expect(report.outputCommit.manifest == CommitBytes(OutputCommit(index: 3, bytes: input).digest).description)
    #expect(report.text().contains(report.inputCommit.guest))
  }

  @Test func whatCannotBeReportedIsSaid() throws {
    let library = try BrokenPlugin.library()
    let options = try BrokenPlugin.options()
    #expect(throws: InspectionError.self) {
      try PluginInspection.inspect(
        library: library, subject: BrokenPlugin.subject("dev.outrigger.tests.nothing"), options: options)
    }
    // None of the function's inputs.
    #expect(throws: InspectionError.self) {
      try PluginRun.run(
        library: library, subject: BrokenPlugin.subject(BrokenPlugin.word), input: [1, 2, 3], options: options)
    }
    #expect(throws: InspectionError.self) {
      try PluginRun.run(
        library: library, subject: BrokenPlugin.subject(BrokenPlugin.echo), input: [UInt8](repeating: 0, count: 9),
        options: options)
    }
  }
}
