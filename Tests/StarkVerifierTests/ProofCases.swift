import Algebra
import Foundation
import Hashing
import StarkVerifier
import TestSupport
import Testing

/// A proof of an independent implementation, with its key.
struct ProofCase: CustomTestStringConvertible {
  /// Path of the folder, for instance `vectors/proofs/small_2_8_3/fib_log3`.
  let path: String
  let parameters: SystemParameters
  let keyBytes: [UInt8]
  let proofBytes: [UInt8]

  var testDescription: String { path }

  func verifier() throws -> Verifier<InnerConfiguration> {
    Verifier(key: try VerifyingKey(decoding: keyBytes), parameters: parameters)
  }

  func proof() throws -> Proof<InnerConfiguration> { try Proof(decoding: proofBytes) }

  /// Every case of `vectors/proofs` that is there.
  static let all: [ProofCase] = {
    guard let root = Vectors.url("vectors/proofs") else { return [] }
    let manager = FileManager.default
    let sets = ((try? manager.contentsOfDirectory(atPath: root.path)) ?? []).sorted()
    return sets.flatMap { set in
      let names = (try? manager.contentsOfDirectory(atPath: root.appendingPathComponent(set).path)) ?? []
      return names.sorted().compactMap { try? load("vectors/proofs/\(set)/\($0)") }
    }
  }()

  /// Cases with one AIR of few rows and toy parameters, for tests that verify many thousand times.
  static let small = all.filter { $0.path.contains("/small_") && $0.proofBytes.count < 12_000 }

  static func load(_ path: String) throws -> ProofCase {
    let parameters = try #require(try Vectors.json("\(path)/params.json"))
    return ProofCase(
      path: path, parameters: try SystemParameters(json: parameters),
      keyBytes: try #require(try Vectors.bytes("\(path)/vk.postcard.bin")),
      proofBytes: try #require(try Vectors.bytes("\(path)/proof.bin")))
  }

  /// The two proofs of a real run; empty without the full set.
  static func endToEnd() throws -> [ProofCase] {
    try [("app", "app.segment0"), ("internal_for_leaf", "internal_for_leaf")].compactMap { name, proof in
      guard let parameters = try Vectors.json("vectors/e2e/\(name).params.json"),
        let key = try Vectors.bytes("vectors/e2e/\(name).vk.postcard.bin"),
        let bytes = try Vectors.bytes("vectors/e2e/\(proof).proof.bin")
      else { return nil }
      return ProofCase(
        path: "vectors/e2e/\(proof)", parameters: try SystemParameters(json: parameters), keyBytes: key,
        proofBytes: bytes)
    }
  }
}

/// A line of `golden-proofs.jsonl`.
struct GoldenCase {
  let name: String
  let isRoot: Bool
  let parameters: SystemParameters
  let keyBody: [UInt8]
  let preHash: [UInt8]
  let proofBytes: [UInt8]
  /// Empty where the example gives none.
  let transcript: (values: [UInt32], isSample: [Bool])
  let samplesAfterVerification: [BabyBear]

  static func all() throws -> [GoldenCase] {
    guard let url = Vectors.url("spec/data/golden-proofs.jsonl") else { return [] }
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { line in
      let json = try JSON(parsing: Data(line.utf8))
      let log = json["verifier_transcript"]
      return GoldenCase(
        name: json["name"].string ?? "", isRoot: json["configuration"].string == "root",
        parameters: try SystemParameters(json: json["params"]),
        keyBody: try #require(bytes(hex: json["vk_postcard_hex"].string ?? "")),
        preHash: try #require(bytes(hex: json["vk_pre_hash_hex"].string ?? "")),
        proofBytes: try #require(bytes(hex: json["proof_hex"].string ?? "")),
        transcript: (log["values"].ints.map { UInt32($0) }, log["is_sample"].ints.map { $0 == 1 }),
        samplesAfterVerification: json["samples_after_verification"].elements)
    }
  }
}

extension SystemParameters {
  /// From either of the two layouts in which the known answers write parameters.
  init(json: JSON) throws {
    func int(_ value: JSON) throws -> Int { try #require(value.int) }
    let whir = json["whir"]
    let logup = json["logup"]
    let rounds = whir["rounds"].array.compactMap { $0["num_queries"].int }
    self.init(
      lSkip: try int(json["l_skip"]), nStack: try int(json["n_stack"]), wStack: try int(json["w_stack"]),
      logBlowup: try int(json["log_blowup"]),
      whir: WHIRParameters(
        k: try int(whir["k"]), queriesPerRound: rounds.isEmpty ? whir["num_queries"].ints : rounds,
        muPowBits: try int(whir["mu_pow_bits"]), queryPhasePowBits: try int(whir["query_phase_pow_bits"]),
        foldingPowBits: try int(whir["folding_pow_bits"]), proximity: try ProximityRegime(json: whir["proximity"])),
      logup: LogUpParameters(
        maxInteractionCount: UInt32(try int(logup["max_interaction_count"])),
        logMaxMessageLength: UInt32(try int(logup["log_max_message_length"])), powBits: try int(logup["pow_bits"])),
      maxConstraintDegree: try int(json["max_constraint_degree"]))
  }
}

extension ProximityRegime {
  fileprivate init(json: JSON) throws {
    if let list = json["ListDecoding"]["m"].int {
      self = .listDecoding(m: list)
    } else if let m = json["SplitUniqueList"]["m"].int, let start = json["SplitUniqueList"]["list_start_round"].int {
      self = .splitUniqueList(m: m, listStartRound: start)
    } else {
      // `SplitUniqueList { m: 3, list_start_round: 1 }`
      let text = try #require(json.string)
      let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
      switch (text.prefix { $0.isLetter }, numbers.count) {
      case ("UniqueDecoding", 0): self = .uniqueDecoding
      case ("SplitUniqueList", 2): self = .splitUniqueList(m: numbers[0], listStartRound: numbers[1])
      case ("ListDecoding", 1): self = .listDecoding(m: numbers[0])
      default: throw UnknownRegime(text: text)
      }
    }
  }

  private struct UnknownRegime: Error { let text: String }
}

/// The error that `body` throws, if it is of type `E`.
func caught<E: Error>(_: E.Type, _ body: () throws -> Void) -> E? {
  do { try body() } catch { return error as? E }
  return nil
}
