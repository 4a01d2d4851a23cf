import Algebra
import Foundation
import Hashing
import StarkProver
import StarkVerifier
import TestSupport
import Testing

/// A proof of an independent implementation with all that it takes to make it again: key bytes and traces, no AIRs.
struct KnownProof: CustomTestStringConvertible, Sendable {
  let name: String
  let isRoot: Bool
  let proofBytes: [UInt8]
  private let source: Source

  private enum Source {
    /// A folder under `vectors/proofs`.
    case folder(String)
    /// A line of `golden-proofs.jsonl`.
    case line([UInt8])
  }

  var testDescription: String { name }

  /// All that are there and fit the machine; the large ones on request only.
  static let all: [KnownProof] = (folders + goldenExamples).filter { $0.isAffordable }

  static let inner = all.filter { !$0.isRoot }
  static let root = all.filter(\.isRoot)

  /// A few with all kinds of parts, for tests that prove many times.
  static let few = all.filter {
    [
      "small_2_8_3/fib_log3", "small_2_8_3/mixture_log0", "small_5_5_4/preproc_cached_2", "small_1_6_2/interactions11",
      "small_2_8_3/self_interaction_log5", "interactions_root", "sink_l2", "edge_l0_inter",
    ].contains($0.name)
  }

  private static let folders: [KnownProof] = {
    guard let root = Vectors.url("vectors/proofs") else { return [] }
    let manager = FileManager.default
    let sets = ((try? manager.contentsOfDirectory(atPath: root.path)) ?? []).sorted()
    return sets.flatMap { set in
      let names = (try? manager.contentsOfDirectory(atPath: root.appendingPathComponent(set).path)) ?? []
      return names.sorted().compactMap { name -> KnownProof? in
        let path = "vectors/proofs/\(set)/\(name)"
        guard let proof = try? Vectors.bytes("\(path)/proof.bin") else { return nil }
        return KnownProof(name: "\(set)/\(name)", isRoot: false, proofBytes: proof, source: .folder(path))
      }
    }
  }()

  private static let goldenExamples: [KnownProof] = {
    guard let lines = try? Vectors.bytes("spec/data/golden-proofs.jsonl") else { return [] }
    return lines.split(separator: UInt8(ascii: "\n")).compactMap { line -> KnownProof? in
      guard let json = try? JSON(parsing: Data(line)), let proof = bytes(hex: json["proof_hex"].string ?? "")
      else { return nil }
      return KnownProof(
        name: json["name"].string ?? "", isRoot: json["configuration"].string == "root", proofBytes: proof,
        source: .line(Array(line)))
    }
  }()

  /// Stacked heights above 2^14 take long to prove.
  private var isAffordable: Bool {
    if ProcessInfo.processInfo.environment["OUTRIGGER_NIGHTLY"] == "1" { return true }
    if name.hasPrefix("app_12/") || name.hasPrefix("app14") { return true }
    guard proofBytes.count < 200_000, let logHeight = try? logStackedHeight() else { return false }
    return logHeight <= 14
  }

  private func logStackedHeight() throws -> Int {
    let parameters =
      switch source {
      case .folder(let path): try Vectors.json("\(path)/params.json") ?? JSON(parsing: Data("{}".utf8))
      case .line(let line): try JSON(parsing: Data(line))["params"]
      }
    return try #require(parameters["l_skip"].int) + #require(parameters["n_stack"].int)
  }

  /// What a prover is given.
  struct Statement<H: HashConfiguration> {
    let key: VerifyingKey<H>
    let preprocessed: [FieldMatrix?]
    let traces: [AIRTrace]

    func prove(threads: Int) throws -> Proof<H> {
      let workers = Workers(threads)
      let key = try ProvingKey(verifyingKey: key, preprocessedTraces: preprocessed, workers: workers)
      return try Prover(key: key, workers: workers).prove(traces)
    }
  }

  func statement<H: HashConfiguration>(_: H.Type) throws -> Statement<H> {
    switch source {
    case .folder(let path):
      let key = try VerifyingKey<H>(decoding: try #require(try Vectors.bytes("\(path)/vk.postcard.bin")))
      let json = try #require(try Vectors.json("\(path)/traces.json"))
      var preprocessed = [FieldMatrix?](repeating: nil, count: key.airs.count)
      let traces = try json.array.map { trace in
        let id = try #require(trace["air_id"].int)
        if !trace["preprocessed"].isNull { preprocessed[id] = ReferenceAIRs.matrix(trace["preprocessed"]) }
        return AIRTrace(
          airID: id, cachedMains: trace["cached_mains"].array.map { ReferenceAIRs.matrix($0["trace"]) },
          commonMain: ReferenceAIRs.matrix(trace["common_main"]), publicValues: trace["public_values"].elements)
      }
      return Statement(key: key, preprocessed: preprocessed, traces: traces)
    case .line(let line):
      let json = try JSON(parsing: Data(line))
      let key = try VerifyingKey<H>(decodingBody: try #require(bytes(hex: json["vk_postcard_hex"].string ?? "")))
      func matrix(_ columns: JSON) -> FieldMatrix { FieldMatrix(columns: columns.array.map(\.elements)) }
      var preprocessed = [FieldMatrix?](repeating: nil, count: key.airs.count)
      for entry in json["preprocessed"].array {
        preprocessed[try #require(entry["air_id"].int)] = matrix(entry["columns"])
      }
      let traces = try json["traces"].array.map { trace in
        AIRTrace(
          airID: try #require(trace["air_id"].int), cachedMains: trace["cached"].array.map(matrix),
          commonMain: matrix(trace["common"]), publicValues: trace["public_values"].elements)
      }
      return Statement(key: key, preprocessed: preprocessed, traces: traces)
    }
  }
}
