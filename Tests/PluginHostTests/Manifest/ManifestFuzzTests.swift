import Foundation
import TestSupport
import Testing

@testable import PluginHost

/// Whatever the bytes are, reading them ends, with values or with errors that have a place.
struct ManifestFuzzTests {
  private static let words = [
    "[", "]", "[[", "]]", "{", "}", "=", ",", ".", "\"", "\"\"\"", "'", "'''", "\\", "#", "\n", "\r\n", " ", "\t",
    "0", "-1", "1e5", "0x", "true", "nan", "1979-05-27", "07:32:00", "index", "plugin", "deferral", "params", "file",
    "[[deferral]]", "[deferral.function]", "args", "batch", "\\u0041", "\\u00", "\\U0010ffff", "\u{0}", "é", "\u{feff}",
    "99999999999999999999", "a.b.c.d", "_", "+", "inf", "schema", "a", "b", "a = 1\n", "[a]\n", "[[a]]\n", "a.b = 1\n",
    "a = {}\n", "a = []\n",
    "\u{2028}", "\u{85}", "\u{a0}", "\u{7f}", "\u{b}", "1_000", "1.5", ":", "T", "Z", "-", "commit_scheme", "\"a\".'b'",
  ]

  /// `OUTRIGGER_FUZZ=1000` makes the runs a thousand times longer.
  private static let scale = ProcessInfo.processInfo.environment["OUTRIGGER_FUZZ"].flatMap { Int($0) } ?? 1

  private static func check(_ bytes: [UInt8]) -> Bool {
    var isAccepted = false
    do throws(ManifestFailure) {
      let manifest = try Manifest(bytes: bytes, path: "outrigger.toml")
      isAccepted = true
      #expect(manifest.deferrals.indices.allSatisfy { manifest.deferrals[$0].index == $0 })
    } catch {
      let lineCount = 1 + bytes.count { $0 == 0x0a }
      #expect(!error.errors.isEmpty && error.errors.count <= ManifestFailure.maxErrors)
      for found in error.errors {
        #expect(found.line.map { (1...lineCount).contains($0) } ?? false, "\(found) in \(bytes)")
        #expect(!found.expected.isEmpty && !found.found.isEmpty)
      }
    }
    do throws(ManifestFailure) {
      let lock = try Lock(bytes: bytes, path: "outrigger.lock")
      #expect(lock.entries.indices.allSatisfy { lock.entries[$0].index == $0 })
      // What is accepted is written and read again as the same.
      let again = try Lock(bytes: Array(lock.text.utf8), path: "outrigger.lock")
      #expect(again == lock)
      isAccepted = true
    } catch {
      #expect(!error.errors.isEmpty)
    }
    return isAccepted
  }

  // Every key that the library sees has a line.
  private static func checkIndex(_ bytes: [UInt8]) {
    guard let document = try? TOMLDocument(bytes, file: "t.toml") else { return }
    func check(_ node: TOMLNode, _ path: TOMLPath) {
      #expect(document.index.contains(path), "\(path) in \(bytes)")
      switch node {
      case .table(let values): for (key, value) in values { check(value, path.key(key)) }
      case .array(let values): for (place, value) in values.enumerated() { check(value, path.element(place)) }
      default: break
      }
    }
    check(.table(document.root), TOMLPath())
  }

  @Test func damagedManifestsAreAnswered() {
    var generator = SeededGenerator(0x6d61_6e69)
    let sources = [Array(ManifestTests.full.utf8), Array(LockTests.lock.text.utf8)]
    var accepted = 0
    for round in 0..<3000 * Self.scale {
      var bytes = sources[round % sources.count]
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let length = Int.random(in: 0...min(12, bytes.count - place), using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0 ... .max, using: &generator)
        case 1: bytes.removeSubrange(place..<place + length)
        case 2:
          bytes.insert(contentsOf: Array((Self.words.randomElement(using: &generator) ?? "").utf8), at: place)
        default:
          let other = Int.random(in: 0..<bytes.count, using: &generator)
          bytes.insert(contentsOf: Array(bytes[place..<place + length]), at: other)
        }
        if bytes.isEmpty { bytes = [0x0a] }
      }
      if Self.check(bytes) { accepted += 1 }
      Self.checkIndex(bytes)
    }
    #expect(accepted > 50)
  }

  @Test func wordsInAnyOrderAreAnswered() {
    var generator = SeededGenerator(0x746f_6d6c)
    for _ in 0..<5000 * Self.scale {
      let count = Int.random(in: 0..<30, using: &generator)
      let text = (0..<count).map { _ in Self.words.randomElement(using: &generator) ?? "" }.joined()
      _ = Self.check(Array(text.utf8))
      Self.checkIndex(Array(text.utf8))
    }
    for _ in 0..<1000 * Self.scale {
      let count = Int.random(in: 0..<60, using: &generator)
      _ = Self.check((0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) })
    }
  }

  // Nesting that would take a stack down, in each of its forms.
  @Test(arguments: [
    ("a = ", "[", ""), ("a = ", "{ a = ", ""), ("", "a.", "a = 1"), ("[", "a.", "a]"), ("[[", "a.", "a]]"),
    ("a = [", "[],", "]"), ("", "[a]\n", ""), ("", "[[a]]\n", ""), ("a = \"", "\\\\", "\""), ("@", "a.", "a"),
    ("a = 1 ", "a.", "a = 1"), ("\"\n", "a.", "a = 1"), ("a = \"\"\"", "\n", ""), ("", "#", "\n"), ("a = ", "9", ""),
    ("", "\n", "a"), ("a = '", "x", "'"), ("", "\"\\u0041", "\""),
  ])
  func largeFilesAreAnswered(prefix: String, part: String, suffix: String) {
    let count = (1 << 20) / part.utf8.count
    _ = Self.check(Array((prefix + String(repeating: part, count: count) + suffix).utf8))
  }

  @Test func manyKeysAreAnswered() {
    _ = Self.check(Array((0..<100_000).map { "k\($0) = 1" }.joined(separator: "\n").utf8))
    _ = Self.check(Array(((0..<20_000).map { "[[deferral]]\nx\($0) = 1" }.joined(separator: "\n")).utf8))
  }
}
