import Foundation
import Testing

@testable import Outrigger

struct GuestInputTests {
  @Test func readsEveryForm() throws {
    let scratch = try ScratchDirectory()
    let file = try scratch.file("words.bin", text: "raw")
    let json = try scratch.file("inputs.json", text: #"{"input": ["0x0105", "01", "0x02ff00000007000000"]}"#)
    let inputs = try GuestInput.read(["0x012a00", "@" + file, json, "01FF"])
    #expect(inputs == [[0x2a, 0], Array("raw".utf8), [5], [], [255, 7], [255]])
  }

  @Test func emptyFilesAreInputs() throws {
    let scratch = try ScratchDirectory()
    #expect(try GuestInput.read(["@" + scratch.file("empty", text: "")]) == [[]])
  }

  @Test(arguments: [
    "", "0x", "0x1", "0x64000000", "0x01zz", "zz", "0x0201", "0x0200010000", "@/nowhere", "/nowhere.json",
  ]) func refuses(_ text: String) throws {
    #expect(throws: ArtefactError.self) { try GuestInput.read([text]) }
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"input": "0x01"}"#, #"{"input": [1]}"#, #"{"input": ["64"]}"#, #"{"input": [], "x": 1}"#,
    #"{"input": ["01"]} trailing"#, #"{"input": ["01"#,
  ]) func refusesFilesOfOtherForm(_ text: String) throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.file("inputs.json", text: text)
    #expect { try GuestInput.read([path]) } throws: { ($0 as? ArtefactError)?.file == path }
  }
}
