import Foundation
import Hashing
import Machine
import Testing

@testable import Outrigger

/// What docs/guests.md says of deferral, with a function of the test's own in place of a plugin's.
@Suite(.serialized) struct GuideGuestTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("GuideGuests/deferral").path

  static func guest(_ product: String) throws -> GuestFile {
    try GuestFile(path: GuestBuilder(directory: folder, product: product).build().path)
  }

  /// 32 bytes that depend on the input. An input that starts with 255 is none.
  @Sendable static func function(_ input: [UInt8]) throws(DeferralFailure) -> [UInt8] {
    if input.first == 255 { throw .badInput("starts with 255") }
    return (0..<32).map { place in
      input.enumerated().reduce(UInt8(place)) { $0 &* 31 &+ $1.element ^ UInt8(truncatingIfNeeded: $1.offset) }
    }
  }

  static func run(
    _ product: String, input: [UInt8], held: [[UInt8]] = [], maxInputBytes: Int = 1 << 16
  ) throws -> RunReport {
    var inputs: [InputCommit: [UInt8]] = [:]
    for bytes in held { inputs[UnfoldedInputCommit(index: 0, bytes: bytes).folded()] = bytes }
    let binding = DeferralBinding(
      circuitCommit: InnerDigest([]), maxInputBytes: maxInputBytes, inputs: inputs, evaluate: function)
    let deferral = DeferralExtension(bindings: [binding], verifyingKeys: [])
    return try GuestRun(guest: guest(product), inputs: [input], deferral: deferral).run()
  }

  static let message = Array("the message of the guide".utf8)

  @Test(arguments: ["by-value", "by-value-c"]) func byValue(_ product: String) throws {
    for length in [0, 1, 8, 23, 24] {
      let message = Array(Self.message.prefix(length))
      let report = try Self.run(product, input: message)
      #expect(report.exitCode == 0)
      #expect(report.publicValues == Hexadecimal.text(try Self.function(message)))
      #expect(report.deferralCalls == [1])
    }
  }

  @Test func byCommitment() throws {
    let commit = UnfoldedInputCommit(index: 0, bytes: Self.message).folded().digest.guestBytes
    let report = try Self.run("by-commitment", input: commit, held: [Self.message])
    #expect(report.exitCode == 0)
    #expect(report.publicValues == Hexadecimal.text(try Self.function(Self.message)))
  }

  /// The kinds that the guide lists.
  @Test func errorsOfTheRun() throws {
    func kind(_ body: () throws -> RunReport) -> ExecutionError.Kind? {
      do {
        _ = try body()
        return nil
      } catch AppError.trapped(let error) { return error.kind } catch { return nil }
    }
    let commit = UnfoldedInputCommit(index: 0, bytes: Self.message).folded()
    #expect(
      kind { try Self.run("by-commitment", input: commit.digest.guestBytes) }
        == .unknownDeferralInput(index: 0, commit: commit))
    let unreduced = [UInt8](repeating: 255, count: 32)
    #expect(
      kind { try Self.run("by-commitment", input: unreduced) } == .nonCanonicalCommit(index: 0, bytes: unreduced))
    #expect(
      kind { try Self.run("by-value", input: Self.message, maxInputBytes: 8) }
        == .deferralInputLength(index: 0, limit: 8, found: Self.message.count))
    let bad = UnfoldedInputCommit(index: 0, bytes: [255]).folded()
    #expect(
      kind { try Self.run("by-value", input: [255]) }
        == .deferralFailed(index: 0, commit: bad, .badInput("starts with 255")))
    // Without a manifest there is no circuit.
    #expect(throws: AppError.self) { try GuestRun(guest: Self.guest("by-value"), inputs: [Self.message]).run() }
  }
}
