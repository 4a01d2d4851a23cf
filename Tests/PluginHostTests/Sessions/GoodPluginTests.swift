import Algebra
import Hashing
import Synchronization
import Testing

@testable import PluginHost

/// A plugin that keeps to the rules, in every kind of session.
struct GoodPluginTests {
  @Test(arguments: SessionKind.allCases)
  func infoIsWhatThePluginSays(kind: SessionKind) throws {
    let session = try kind.session()
    #expect(session.info.name == "tiny")
    #expect(session.info.version == "0.1")
    #expect(session.info.circuits.map(\.id) == [TestPlugin.doubling, TestPlugin.own])
    let circuit = try #require(session.info.circuits.first)
    #expect(circuit.version == "1.2.3")
    #expect((circuit.maxInputBytes, circuit.maxOutputBytes) == (1 << 20, 1 << 21))
    #expect((circuit.airCount, circuit.logStackedHeight, circuit.maxLogBatch) == (3, 11, 2))
    #expect(circuit.usesStandardIO && circuit.isParallel)
    #expect(session.info.circuits.last?.usesStandardIO == false)
  }

  @Test(arguments: SessionKind.allCases)
  func evalDoubles(kind: SessionKind) throws {
    let session = try kind.session()
    let instance = try session.create(circuit: 0, index: 5, parameters: [])
    #expect(try session.eval(instance, input: [1, 2, 3]) == [2, 4, 6, 0, 0, 0, 0, 0])
    #expect(try session.eval(instance, input: []) == [])
    let long = [UInt8](repeating: 3, count: 1 << 20)
    #expect(try session.eval(instance, input: long) == [UInt8](repeating: 6, count: 1 << 20))
    let tripling = try session.create(circuit: 0, index: 6, parameters: [.init(key: "factor", value: .integer(3))])
    #expect(try session.eval(tripling, input: [1, 2, 3, 4, 5, 6, 7, 8]) == [3, 6, 9, 12, 15, 18, 21, 24])
    #expect(try session.eval(instance, input: [7, 7, 7, 7, 7, 7, 7, 7]) == [14, 14, 14, 14, 14, 14, 14, 14])
    let texts = try session.create(circuit: 0, index: 7, parameters: [.init(key: "text", value: .text("héllo"))])
    #expect(try session.eval(texts, input: [1]).first == 6)
    let outputs = try session.evalTogether(instance, inputs: (0..<20).map { [UInt8($0), 1] })
    #expect(outputs == (0..<20).map { [UInt8($0 * 2), 2, 0, 0, 0, 0, 0, 0] })
    try session.destroy(instance)
    let error = try failure { () throws(PluginError) in try session.eval(instance, input: [1]) }
    #expect(error.reason == .unknownHandle)
    #expect(try session.eval(tripling, input: [1]).first == 3)
  }

  @Test(arguments: SessionKind.allCases)
  func buffersGrowAsThePluginAsks(kind: SessionKind) throws {
    let session = try kind.session()
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    #expect(try session.eval(instance, input: Array("!S".utf8)) == [UInt8](repeating: 9, count: 100_000))
    let error = try failure { () throws(PluginError) in
      try session.eval(instance, input: Array("!S".utf8), capacity: 99_992)
    }
    #expect(error.reason == .status(code: 1, name: "TOO_SMALL", words: nil))
    #expect(error.circuit == TestPlugin.doubling)
    #expect(try session.eval(instance, input: [1], capacity: 8).first == 2)
  }

  @Test(arguments: SessionKind.allCases)
  func commitmentIsTheStandardHash(kind: SessionKind) throws {
    let session = try kind.session()
    let instance = try session.create(circuit: 0, index: 700, parameters: [])
    for count in [0, 1, 7, 8, 9, 100] {
      let input = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
      #expect(try session.commitInput(instance, input: input) == UnfoldedInputCommit(index: 700, bytes: input))
    }
  }

  @Test func pluginsHaveCommitmentsOfTheirOwn() throws {
    let session = try TestSession.worker("-DCOMMIT=1")
    let instance = try session.create(circuit: 1, index: 0, parameters: [])
    let commit = try session.commitInput(instance, input: [1])
    #expect(commit.digest.elements.allSatisfy { $0.canonical == BabyBear.modulus - 1 })
    let bad = try TestSession.worker("-DCOMMIT=2")
    let other = try bad.create(circuit: 1, index: 0, parameters: [])
    let error = try failure { () throws(PluginError) in try bad.commitInput(other, input: [1]) }
    guard case .invalidValue = error.reason else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: SessionKind.allCases)
  func airBytesAndKnownAnswersCross(kind: SessionKind) throws {
    let session = try kind.session()
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    #expect(try session.airBytes(instance) == Array("not yet AIR bytes".utf8))
    #expect(
      try session.knownAnswers(circuit: 0) == [
        KnownAnswer(input: [1, 2, 3], output: [2, 4, 6, 0, 0, 0, 0, 0]), KnownAnswer(input: [], output: []),
      ])
  }

  static let layouts = [
    TraceLayout(), TraceLayout(order: .rowMajor), TraceLayout(gap: 5), TraceLayout(order: .rowMajor, gap: 3),
    TraceLayout(hasGuardPages: true), TraceLayout(order: .rowMajor, gap: 1, hasGuardPages: true),
  ]

  @Test(arguments: SessionKind.allCases, layouts)
  func tracesAreFilled(kind: SessionKind, layout: TraceLayout) throws {
    let session = try kind.session()
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    // Twice: memory that was used before is zero again.
    for _ in 0..<2 {
      let job = try session.plan(instance, inputs: [[1], [2], [3]])
      #expect(job.logHeights == [4, nil, 2])
      #expect(job.callCount == 3)
      let traces = try session.fill(job, columns: [7, 9, 3], layout: layout)
      try session.close(job)
      #expect(traces.publicValues == nil)
      #expect(traces.traces.map(\.air) == [0, 2])
      for trace in traces.traces {
        #expect(trace.touchedGap() == nil)
        let matrix = try trace.matrix()
        #expect((matrix.height, matrix.width) == (trace.air == 0 ? (16, 7) : (4, 3)))
        for row in 0..<matrix.height {
          for column in 0..<matrix.width {
            let expected = UInt32(1_000_000 * trace.air + row * matrix.width + column)
            #expect(matrix[row: row, column: column].canonical == expected)
          }
        }
      }
    }
  }

  @Test(arguments: SessionKind.allCases)
  func publicValuesOfOwnCircuitsCross(kind: SessionKind) throws {
    let session = try kind.session()
    let instance = try session.create(circuit: 1, index: 0, parameters: [])
    let traces = try session.traces(instance, inputs: [[1]], columns: [2, 2, 2])
    #expect(traces.publicValues == (100..<117).map { UInt32($0) })
    let error = try failure { () throws(PluginError) in try session.plan(instance, inputs: [[1], [2]]) }
    guard case .badArgument = error.reason else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: SessionKind.allCases)
  func preprocessedAndCachedPartsAreFilled(kind: SessionKind) throws {
    let session = try kind.session()
    let instance = try session.create(circuit: 1, index: 0, parameters: [])
    let fixed = try session.preprocessed(instance, air: 1, columns: 2, layout: TraceLayout()).matrix()
    #expect((fixed.height, fixed.width) == (8, 2))
    #expect(fixed[row: 7, column: 1].canonical == 77 + 15)
    let error = try failure { () throws(PluginError) in
      try session.preprocessed(instance, air: 0, columns: 2, layout: TraceLayout())
    }
    #expect(error.reason == .status(code: 2, name: "BAD_ARGUMENT", words: nil))
    let constant = try session.cached(
      instance, input: nil, air: 2, part: 0, logHeight: 1, columns: 1, layout: TraceLayout())
    #expect(constant.cachedPart == 0)
    #expect(try constant.matrix()[row: 0, column: 0].canonical == 10_500)
    let data = try session.cached(
      instance, input: [], air: 2, part: 1, logHeight: 1, columns: 1, layout: TraceLayout(hasGuardPages: true))
    #expect(try data.matrix()[row: 1, column: 0].canonical == 21_001)
  }

  @Test(arguments: SessionKind.allCases)
  func servicesWork(kind: SessionKind) throws {
    let lines = Mutex<[PluginLogLine]>([])
    let session = try kind.session(options: TestSession.options(log: { line in lines.withLock { $0.append(line) } }))
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    #expect(try session.eval(instance, input: Array("!z".utf8)) == [])
    #expect(lines.withLock { $0.map(\.text) } == ["a line", "another [31m"])
    #expect(lines.withLock { $0.map(\.severity) } == [.warning, .debug])
    // Far too many lines: some are kept, and the session goes on.
    #expect(try session.eval(instance, input: Array("!Z".utf8)) == [])
    #expect(lines.withLock { $0.last?.text.contains("more lines were dropped") } == true)
    #expect(try session.eval(instance, input: Array("!h".utf8)) == [])
    let sums = try session.eval(instance, input: Array("!P".utf8))
    let expected = (0..<8).map { rest in
      (0..<1000).filter { $0 % 8 == rest }.reduce(0, +) + 50 * (0..<100).filter { $0 % 8 == rest }.reduce(0, +)
    }
    let found = (0..<8).map { place in (0..<8).reduce(0) { $0 | Int(sums[8 * place + $1]) << (8 * $1) } }
    #expect(found == expected)
  }

  @Test(arguments: SessionKind.allCases)
  func probesPass(kind: SessionKind) throws {
    let session = try kind.session()
    for probe: PluginProbe in [
      .entryIsIdempotent, .acceptsFutureHost, .acceptsPastHost(circuit: 0), .acceptsFutureDescription(circuit: 1),
      .refusesUnknownExtension, .refusesUnknownCircuit,
    ] {
      #expect(try session.probe(probe), "\(probe)")
    }
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    #expect(try session.eval(instance, input: [4]).first == 8)
  }

  @Test func probesNoticeBadManners() throws {
    #expect(try TestSession.worker("-DPICKY").probe(.acceptsFutureHost) == false)
    #expect(try TestSession.worker("-DPICKY").probe(.acceptsPastHost(circuit: 0)) == false)
    #expect(try TestSession.worker("-DEXTENDS").probe(.refusesUnknownExtension) == false)
    #expect(try TestSession.worker("-DUNSTABLE").probe(.entryIsIdempotent) == false)
  }

  @Test(arguments: SessionKind.allCases)
  func parametersAreChecked(kind: SessionKind) throws {
    let session = try kind.session()
    let error = try failure { () throws(PluginError) in
      try session.create(circuit: 0, index: 0, parameters: [.init(key: "size", value: .boolean(true))])
    }
    #expect(error.reason == .status(code: 2, name: "BAD_ARGUMENT", words: "unknown parameter (tiny.c:42)"))
    #expect(error.call == .create)
    for (circuit, index) in [(2, 0), (-1, 0), (0, 1024), (0, -1)] {
      let error = try failure { () throws(PluginError) in
        try session.create(circuit: circuit, index: index, parameters: [])
      }
      guard case .badArgument = error.reason else {
        Issue.record("\(error)")
        continue
      }
    }
  }

  @Test func instancesComeAndGo() throws {
    let session = try TestSession.worker()
    for round in 0..<1000 {
      let instance = try session.create(circuit: round % 2, index: round, parameters: [])
      try session.destroy(instance)
    }
    let many = try (0..<1024).map { try session.create(circuit: 0, index: $0, parameters: []) }
    #expect(Set(many.map(\.handle)).count == 1024)
    for instance in many { #expect(try session.eval(instance, input: [1]).first == 2) }
  }

  @Test func emptyCallsAreQuick() throws {
    let session = try TestSession.worker()
    for _ in 0..<1000 { try session.ping() }
    var best = Duration.seconds(1)
    for _ in 0..<10 {
      let start = ContinuousClock.now
      for _ in 0..<1000 { try session.ping() }
      best = min(best, start.duration(to: .now) / 1000)
    }
    print("round trip of an empty call: \(best)")
    // On two processors that others use too.
    #expect(best < .microseconds(200))
  }
}
