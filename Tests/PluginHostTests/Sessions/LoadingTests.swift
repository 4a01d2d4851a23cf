import Foundation
import Testing

@testable import PluginHost

/// What is refused before and while a library is loaded.
struct LoadingTests {
  private func loadFailure(_ flags: String..., deadlines: PluginDeadlines = PluginDeadlines()) throws -> PluginError {
    let library = try PluginLibrary(
      bytes: TestCompiler.library(TestPlugin.source, flags: flags), path: "broken plugin")
    let options = try TestSession.options(deadlines: deadlines)
    let error = try failure { () throws(PluginError) in try WorkerSession(library: library, options: options) }
    #expect(error.plugin == "broken plugin")
    return error
  }

  @Test func tablesAreChecked() throws {
    #expect(try loadFailure("-DMAJOR=2").reason == .wrongMajorVersion(expected: 1, found: 2))
    #expect(try loadFailure("-DSTRUCT_SIZE=40").reason == .tableTooShort(found: 40))
    #expect(try loadFailure("-DSTRUCT_SIZE=0").reason == .tableTooShort(found: 0))
    // A table that ends before a function that must be there.
    #expect(try loadFailure("-DSTRUCT_SIZE=128").reason == .functionMissing("fill"))
    #expect(try loadFailure("-DPLAN=NULL").reason == .functionMissing("plan"))
    #expect(try loadFailure("-DRESERVED=3").reason == .reservedWordNotZero("the plugin's table", found: 3))
    #expect(try loadFailure("-DCIRCUITS=0").reason == .noCircuits)
    #expect(try loadFailure("-DNULL_ENTRY").reason == .entryRefused(""))
    #expect(try loadFailure("-DNO_ENTRY").reason == .noEntry)
  }

  @Test func shorterAndLongerTablesAreAccepted() throws {
    // Up to `close`; a later version's table.
    for size in ["136", "4096"] {
      let session = try TestSession.worker("-DSTRUCT_SIZE=\(size)")
      let instance = try session.create(circuit: 0, index: 0, parameters: [])
      #expect(try session.eval(instance, input: [1]).first == 2)
      #expect(try session.knownAnswers(circuit: 0).count == (size == "136" ? 0 : 2))
    }
  }

  @Test func descriptionsAreChecked() throws {
    func what(_ flag: String) throws -> String? {
      guard case .invalidValue(let what, _, _) = try loadFailure(flag).reason else { return nil }
      return what
    }
    #expect(try what("-DMAX_OUTPUT=12") == "output limit")
    #expect(try what("-DMAX_OUTPUT=(1ull<<40)") == "output limit")
    #expect(try what("-DLOG_HEIGHT=10") == "log stacked height")
    #expect(try what("-DLOG_HEIGHT=25") == "log stacked height")
    #expect(try what("-DCIRCUIT_ID=\"two words\"") == "circuit id")
    #expect(try what("-DCIRCUIT_ID=\"\"") == "circuit id")
    #expect(try what("-DCIRCUITS=100000") == "number of circuits")
    guard case .status(code: 2, _, _) = try loadFailure("-DCIRCUITS=3").reason else {
      Issue.record("a circuit that is not there was described")
      return
    }
  }

  @Test func constructorsAreConfined() throws {
    #expect(try loadFailure("-DCONSTRUCT=1").reason == .forbiddenSystemCall)
    #expect(try loadFailure("-DCONSTRUCT=2").reason == .forbiddenSystemCall)
    #expect(try loadFailure("-DCONSTRUCT=5").reason == .crashed(signal: 11, address: 16))
    let loop = try loadFailure("-DCONSTRUCT=4", deadlines: PluginDeadlines(load: 0.5))
    #expect(loop.reason == .timeout(seconds: 0.5))
    #expect(loop.call == .load)
  }

  @Test(.enabled(if: WorkerLocator.confinesFiles, "the system has no Landlock"))
  func constructorsReadNoFiles() throws {
    let session = try TestSession.worker("-DCONSTRUCT=3")
    #expect(session.info.name == "tiny")
  }

  @Test func loadersWordsAreGiven() throws {
    let bytes = try TestCompiler.library("extern void nowhere(void); void f(void) { nowhere(); }")
    let library = try PluginLibrary(bytes: bytes, path: "unresolved")
    let options = try TestSession.options()
    for isInProcess in [false, true] {
      let error = try failure { () throws(PluginError) in
        if isInProcess {
          _ = try InProcessSession(library: library, options: options)
        } else {
          _ = try WorkerSession(library: library, options: options)
        }
      }
      guard case .refusedByLoader(let words) = error.reason else {
        Issue.record("\(error)")
        continue
      }
      #expect(words.contains("nowhere"))
    }
  }

  @Test func filesAreChecked() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func reason(_ bytes: [UInt8]) throws -> PluginError.Reason {
      let path = folder.appendingPathComponent("library").path
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let error = try failure { () throws(PluginError) in try PluginLibrary(path: path, maximumBytes: 1 << 20) }
      #expect(error.plugin == path)
      return error.reason
    }
    let good = try TestCompiler.library(TestPlugin.source)
    func changed(_ place: Int, _ byte: UInt8) -> [UInt8] {
      var bytes = good
      bytes[place] = byte
      return bytes
    }
    let text = "this is no library, but it is long enough to have the header of one...."
    #expect(try reason(Array(text.utf8)) == .notELF)
    #expect(try reason([]) == .notELF)
    #expect(try reason(Array(good[..<63])) == .notELF)
    #expect(try reason(changed(16, 2)) == .notASharedLibrary(type: 2))
    #expect(
      try reason(changed(18, 243)) == .wrongArchitecture(expected: ELFHeader.machineName, found: "RISC-V"))
    guard case .wrongArchitecture = try reason(changed(4, 1)) else {
      Issue.record("a 32-bit library was accepted")
      return
    }
    #expect(try reason([UInt8](repeating: 0, count: 1 << 21)) == .fileTooLarge(limit: 1 << 20, found: 1 << 21))
    let missing = try failure { () throws(PluginError) in
      try PluginLibrary(path: folder.appendingPathComponent("nothing").path)
    }
    #expect(missing.reason == .fileMissing)
    let directory = try failure { () throws(PluginError) in try PluginLibrary(path: folder.path) }
    #expect(directory.reason == .fileUnreadable("it is not a regular file"))
  }

  @Test func cutLibrariesAreRefused() throws {
    let good = try TestCompiler.library(TestPlugin.source)
    let options = try TestSession.options()
    for length in [64, 512, good.count / 2] {
      let library = try PluginLibrary(bytes: Array(good[..<length]), path: "cut")
      let error = try failure { () throws(PluginError) in try WorkerSession(library: library, options: options) }
      switch error.reason {
      // The loader reads the headers that it finds; behind the end of the file a page may be missing.
      case .refusedByLoader, .crashed, .noEntry: break
      default: Issue.record("\(error)")
      }
    }
  }

  @Test func whatIsLoadedIsWhatWasHashed() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let good = try TestCompiler.library(TestPlugin.source)
    try Data(good).write(to: URL(fileURLWithPath: path))
    let library = try PluginLibrary(path: path)
    #expect(library.sha256 == SHA256Reference.hash(good))
    try Data("something else".utf8).write(to: URL(fileURLWithPath: path))
    let session = try WorkerSession(library: library, options: TestSession.options())
    #expect(session.info.name == "tiny")
    // The memory file takes no more writes.
    #expect(write(library.descriptor, "x", 1) < 0)
    #expect(ftruncate(library.descriptor, 0) < 0)
  }

  @Test func equalLibrariesAreLoadedOnce() throws {
    let bytes = try TestCompiler.library(TestPlugin.source, flags: ["-DUNSTABLE", "-DCIRCUITS=1"])
    let options = try TestSession.options()
    // In this process the second session finds the library, and what it remembers.
    let first = try InProcessSession(library: PluginLibrary(bytes: bytes, path: "one"), options: options)
    #expect(first.info.circuits.count == 1)
    let second = try InProcessSession(library: PluginLibrary(bytes: bytes, path: "two"), options: options)
    #expect(second.info.circuits.count == 2)
  }

  @Test func missingWorkersAreNamed() throws {
    var options = try TestSession.options()
    options.workerPath = "/nonexistent/worker"
    let library = try TestSession.library()
    let error = try failure { [options] () throws(PluginError) in
      try WorkerSession(library: library, options: options)
    }
    #expect(error.reason == .workerMissing(searched: ["/nonexistent/worker"]))
  }

  @Test func programsThatAreNoWorkersAreNoticed() throws {
    var options = try TestSession.options()
    let library = try TestSession.library()
    options.workerPath = "/bin/true"
    let silent = try failure { [options] () throws(PluginError) in
      try WorkerSession(library: library, options: options)
    }
    #expect(silent.reason == .exited(code: 0))
  }

  @Test func workersWithoutRoomSaySo() throws {
    // Less address space than the arena and a library need.
    let options = try TestSession.options(memory: 1 << 20)
    let session = try WorkerSession(library: TestSession.library(), options: options)
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    let error = try failure { () throws(PluginError) in
      try session.eval(instance, input: [UInt8](repeating: 0, count: 2 << 20))
    }
    guard case .noRoom(let needed, let free) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(needed == 2 << 20 && free < needed)
  }
}
