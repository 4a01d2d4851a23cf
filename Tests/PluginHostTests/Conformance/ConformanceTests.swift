import Algebra
import Foundation
import Hashing
import Testing

@testable import PluginHost

/// The conformance matrix: a correct plugin passes, and each rule has a plugin that breaks it and nothing else.
@Suite(.serialized) struct ConformanceTests {
  @Test(arguments: [BrokenPlugin.word, BrokenPlugin.echo])
  func aCorrectPluginPassesEverything(circuit: String) throws {
    var subject = BrokenPlugin.subject(circuit)
    let oracle = circuit == BrokenPlugin.word ? try BrokenPlugin.Oracle() : nil
    defer { oracle?.remove() }
    subject.function = oracle?.function
    if oracle != nil { subject.circuitCommit = try Self.commitOfTheCorrectPlugin() }
    let report = try Conformance.verify(
      library: BrokenPlugin.library(), subjects: [subject], options: BrokenPlugin.options())
    #expect(report.isAcceptable, "\(report.text())")
    let results = try #require(report.circuits.first)
    #expect(results.results.map(\.check) == ConformanceCheck.allCases)
    #expect(results.survivors.isEmpty, "\(results.survivors)")
    let unusual = results.results.filter { $0.outcome != .pass }.map(\.check)
    #expect(unusual == (oracle == nil ? [.commitMatches, .oracleAgrees] : []), "\(report.text())")
    // Small circuits take seconds; the bound is for machines that do other things as well.
    #expect(report.seconds < 60, "\(report.text())")
  }

  /// Checks that take another circuit than the one on the standard set, to be broken.
  static let ofOwnAIR: Set<ConformanceCheck> = [.defIdxBound, .commitInputDistinct, .publicValues]

  @Test(arguments: ConformanceCheck.allCases)
  func aBrokenPluginFailsTheCheckNamedAfterIt(check: ConformanceCheck) throws {
    var subject = BrokenPlugin.subject(Self.ofOwnAIR.contains(check) ? BrokenPlugin.echo : BrokenPlugin.word)
    let oracle = check == .oracleAgrees ? try BrokenPlugin.Oracle() : nil
    defer { oracle?.remove() }
    subject.function = oracle?.function
    if check == .commitMatches { subject.circuitCommit = try Self.commitOfTheCorrectPlugin() }
    let report = try Conformance.verify(
      library: BrokenPlugin.library(check), subjects: [subject], options: BrokenPlugin.options())
    #expect(!report.isAcceptable)
    let results = try #require(report.circuits.first).results
    let unacceptable = results.filter { !$0.outcome.isAcceptable }.map(\.check)
    #expect(unacceptable == [check], "\(report.text())")
    #expect(results.allSatisfy { !$0.reason.isEmpty })
  }

  @Test func aCrashCostsTheChecksThatItTouches() throws {
    let report = try Conformance.verify(
      library: BrokenPlugin.library(flag: "-DBROKEN_BY_CRASH"), subjects: [BrokenPlugin.subject(BrokenPlugin.word)],
      options: BrokenPlugin.options())
    let circuit = try #require(report.circuits.first)
    #expect(!report.isAcceptable)
    #expect(circuit[.fillCanonical]?.outcome == .crashed, "\(report.text())")
    for check in [ConformanceCheck.fillStrided, .constraintsHold, .proveVerify] {
      #expect(circuit[check]?.outcome == .skipped)
    }
    for check in [ConformanceCheck.evalPure, .planBounds, .createDestroy1000] {
      #expect(circuit[check]?.outcome == .pass)
    }
  }

  static func commitOfTheCorrectPlugin() throws -> InnerDigest {
    var options = try BrokenPlugin.options()
    options.only = [.commitMatches]
    let report = try Conformance.verify(
      library: BrokenPlugin.library(), subjects: [BrokenPlugin.subject(BrokenPlugin.word)], options: options)
    let text = try #require(report.circuits.first?.circuitCommit)
    return try #require(CommitBytes(text)).digest
  }

  @Test func theCommitThatIsExpectedIsFound() throws {
    var subject = BrokenPlugin.subject(BrokenPlugin.word)
    subject.circuitCommit = try Self.commitOfTheCorrectPlugin()
    var options = try BrokenPlugin.options()
    options.only = [.commitMatches]
    let report = try Conformance.verify(library: BrokenPlugin.library(), subjects: [subject], options: options)
    #expect(report.circuits.first?[.commitMatches]?.outcome == .pass, "\(report.text())")
    // Another index is another circuit.
    subject.index = 5
    let other = try Conformance.verify(library: BrokenPlugin.library(), subjects: [subject], options: options)
    #expect(other.circuits.first?[.commitMatches]?.outcome == .fail, "\(other.text())")
  }

  @Test func whatAnEntryOfAManifestExpectsIsChecked() throws {
    let commit = try Self.commitOfTheCorrectPlugin()
    var entry = DeferralEntry(
      index: 0, plugin: "libword.so", circuit: BrokenPlugin.word,
      parameters: [DeferralParameter(key: "a", value: .integer(1))],
      logBatch: 2, limits: DeferralLimits(memoryMiB: 128, seconds: 600))
    let manifest = Manifest(path: "app/outrigger.toml", app: AppSection(name: "app"), deferrals: [entry])
    let lock = Lock(
      host: "test",
      entries: [
        Lock.Entry(
          index: 0, circuit: entry.circuit, version: "1.0.0", plugin: entry.plugin, library: ContentDigest(of: []),
          parameters: ContentDigest(of: []), logBatch: 2, logStackedHeight: 16, circuitCommit: commit)
      ])
    let subject = try ConformanceSubject(entry, manifest: manifest, lock: lock)
    #expect(subject.circuit == entry.circuit && subject.index == 0 && subject.logBatch == 2)
    #expect(subject.parameters == [PluginParameter(key: "a", value: .integer(1))])
    #expect(subject.circuitCommit == commit && subject.memoryLimit == 128 << 20 && subject.callSeconds == 60)
    entry.circuitCommit = InnerDigest([.one])
    #expect(try ConformanceSubject(entry, manifest: manifest, lock: lock).circuitCommit == InnerDigest([.one]))
    // The circuit takes no parameters: said once, and nothing else is blamed.
    let report = try Conformance.verify(
      library: BrokenPlugin.library(), subjects: [subject], options: BrokenPlugin.options())
    let unacceptable = report.circuits[0].results.filter { !$0.outcome.isAcceptable }
    #expect(unacceptable.map(\.check) == [.describeMatchesManifest], "\(report.text())")
  }

  @Test func aManifestMayAskForBatches() throws {
    var subject = BrokenPlugin.subject(BrokenPlugin.word)
    (subject.index, subject.logBatch) = (1023, 3)
    let report = try Conformance.verify(
      library: BrokenPlugin.library(), subjects: [subject], options: BrokenPlugin.options())
    #expect(report.isAcceptable, "\(report.text())")
    #expect(report.circuits.first?.batch == 8)
    subject.logBatch = 5
    let tooMany = try Conformance.verify(
      library: BrokenPlugin.library(), subjects: [subject], options: BrokenPlugin.options())
    #expect(tooMany.circuits.first?[.describeMatchesManifest]?.outcome == .fail, "\(tooMany.text())")
  }

  @Test func aForeignFunctionMayStandForThePluginsOwn() throws {
    let foreign = try BrokenPlugin.Oracle(role: .eval)
    defer { foreign.remove() }
    var subject = BrokenPlugin.subject(BrokenPlugin.word)
    subject.function = foreign.function
    // The plugin's own function is another one then; nobody asks for it.
    let report = try Conformance.verify(
      library: BrokenPlugin.library(.evalTooSmall), subjects: [subject], options: BrokenPlugin.options())
    let circuit = try #require(report.circuits.first)
    #expect(report.isAcceptable, "\(report.text())")
    #expect(circuit[.knownAnswers]?.outcome == .pass)
    #expect(circuit[.evalTooSmall]?.outcome == .skipped && circuit[.evalParallel]?.outcome == .skipped)
  }

  @Test func aCircuitThatIsNotThereIsSaidSo() throws {
    let report = try Conformance.verify(
      library: BrokenPlugin.library(), subjects: [BrokenPlugin.subject("dev.outrigger.tests.nothing")],
      options: BrokenPlugin.options())
    let circuit = try #require(report.circuits.first)
    #expect(circuit[.loadNowLocal]?.outcome == .pass)
    #expect(circuit[.describeMatchesManifest]?.outcome == .fail)
    #expect(circuit.results.count { $0.outcome == .skipped } == ConformanceCheck.allCases.count - 2)
  }

  @Test func withoutAWorkerNothingIsBlamedOnThePlugin() throws {
    var options = ConformanceOptions()
    options.workerPath = "no-such-worker"
    let library = try BrokenPlugin.library()
    let error = try failure { () throws(PluginError) in try Conformance.verify(library: library, options: options) }
    guard case .workerMissing = error.reason else {
      Issue.record("\(error)")
      return
    }
  }

  @Test func theReportIsJSONWithSnakeCaseAndReadableText() throws {
    var options = try BrokenPlugin.options()
    options.only = [.knownAnswers, .evalTooSmall]
    let report = try Conformance.verify(library: BrokenPlugin.library(), options: options)
    #expect(report.circuits.map(\.circuit) == [BrokenPlugin.word, BrokenPlugin.echo])
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any]
    let circuits = try #require(object?["circuits"] as? [[String: Any]])
    let results = try #require(circuits.first?["results"] as? [[String: Any]])
    #expect(results.compactMap { $0["check"] as? String } == ConformanceCheck.allCases.map(\.rawValue))
    #expect(results[11]["outcome"] as? String == "pass")
    #expect(circuits.first?["proof_parameters"] is String && object?["library_sha256"] is String)
    let text = report.text()
    for check in ConformanceCheck.allCases { #expect(text.contains(check.rawValue)) }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 130 })
    #expect(text.contains("conforms"))
  }
}
