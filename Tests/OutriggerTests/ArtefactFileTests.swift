import Foundation
import Outrigger
import Testing

@Suite("Reading and writing of files")
struct ArtefactFileTests {
  private func kind(_ body: () throws -> Void) -> ArtefactError.Kind? {
    do {
      try body()
      return nil
    } catch { return (error as? ArtefactError)?.kind }
  }

  @Test("What was written is read back, and no other file is left")
  func roundTrip() throws {
    let scratch = try ScratchDirectory()
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let path = scratch.path + "/proof.bin"
    for _ in 0..<2 {  // the second time over an existing file
      try ArtefactFile.write(bytes, to: path)
      #expect(try ArtefactFile.read(path, limit: 100_000) == bytes)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["proof.bin"])
  }

  @Test("What a killed process of the same number left is no obstacle")
  func staleTemporaryFile() throws {
    let scratch = try ScratchDirectory()
    _ = try scratch.file("proof.bin.partial-\(ProcessInfo.processInfo.processIdentifier)", [1, 2])
    try ArtefactFile.write([3], to: scratch.path + "/proof.bin")
    #expect(try ArtefactFile.read(scratch.path + "/proof.bin", limit: 10) == [3])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["proof.bin"])
  }

  @Test("Unusable files are told apart")
  func unusableFiles() throws {
    let scratch = try ScratchDirectory()
    let empty = try scratch.file("empty", [])
    let five = try scratch.file("five", [1, 2, 3, 4, 5])
    #expect(kind { _ = try ArtefactFile.read(scratch.path + "/none", limit: 10) } == .missing)
    #expect(kind { _ = try ArtefactFile.read(five + "/below-a-file", limit: 10) } == .missing)
    #expect(kind { _ = try ArtefactFile.read(empty, limit: 10) } == .empty)
    #expect(kind { _ = try ArtefactFile.read(five, limit: 4) } == .tooLarge)
    #expect(kind { _ = try ArtefactFile.read(scratch.path, limit: 10) } == .unreadable)
    #expect(kind { _ = try ArtefactFile.read("/dev/zero", limit: 10) } == .unreadable)
    #expect(kind { try ArtefactFile.write([1], to: scratch.path + "/none/file") } == .unwritable)
    #expect(try ArtefactFile.read(five, limit: 5).count == 5)
  }

  @Test("A file that only claims to be enormous is not read")
  func sparseFile() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.file("sparse", [1])
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 1 << 40)
    try handle.close()
    #expect(kind { _ = try ArtefactFile.read(path, limit: ArtefactFile.Limit.traces) } == .tooLarge)
  }

  @Test("Messages name file, offset and field")
  func messages() {
    let error = ArtefactError(.malformed, file: "a.json", field: "whir.k", offset: 17, "expected 1, found 2")
    #expect(error.description == "a.json, byte 17, whir.k: expected 1, found 2")
    #expect(ArtefactError(.empty, file: "a", "the file is empty").description == "a: the file is empty")
  }
}
