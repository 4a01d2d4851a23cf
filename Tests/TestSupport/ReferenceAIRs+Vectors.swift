import AIR
import Algebra
import SampleCircuits

/// The AIRs behind the known answers, in id order, so that keys made from AIR code can be compared with theirs.
public enum ReferenceAIRs {
  /// The AIRs of a line of `spec/data/golden-proofs.jsonl`.
  public static func golden(_ example: JSON) -> [any AIR] {
    var preprocessed: [Int: FieldMatrix] = [:]
    for entry in example["preprocessed"].array {
      preprocessed[entry["air_id"].int ?? -1] = FieldMatrix(columns: entry["columns"].array.map(\.elements))
    }
    var shapes: [Int: Shape] = [:]
    for trace in example["traces"].array {
      shapes[trace["air_id"].int ?? -1] = Shape(
        commonWidth: trace["common"].array.count, cachedCount: trace["cached"].array.count)
    }
    return airs(
      names: example["airs"].array.map { $0.string ?? "" }, shapes: shapes, preprocessed: preprocessed,
      selfInteractionBus: 5)
  }

  /// The AIRs of a case under `vectors/proofs`: its name (`small_2_8_3/fib_log5`), number of AIRs and `traces.json`.
  public static func vectorCase(_ name: String, airCount: Int, traces: JSON) -> [any AIR] {
    // Absent AIRs are not in the file; the only such case is one of Fibonacci AIRs.
    var names = Array(repeating: "FibonacciAir", count: airCount)
    var preprocessed: [Int: FieldMatrix] = [:]
    var shapes: [Int: Shape] = [:]
    for trace in traces.array {
      guard let id = trace["air_id"].int, names.indices.contains(id) else { continue }
      names[id] = trace["air_name"].string ?? ""
      shapes[id] = Shape(
        commonWidth: trace["common_main"]["width"].int ?? 0, cachedCount: trace["cached_mains"].array.count)
      if !trace["preprocessed"].isNull { preprocessed[id] = matrix(trace["preprocessed"]) }
    }
    let caseName = name.split(separator: "/").last ?? ""
    let receivers: Set<Int>? =
      switch caseName {
      case "multi_sender_receiver": [2, 3]
      case "optional_air_all": [3]
      default: nil
      }
    return airs(
      names: names, shapes: shapes, preprocessed: preprocessed, receivers: receivers,
      selfInteractionBus: caseName.hasPrefix("self_interaction") ? 4 : 5)
  }

  /// A matrix as the vectors write it: `height`, `width`, `values_row_major`.
  public static func matrix(_ json: JSON) -> FieldMatrix {
    FieldMatrix(rowMajor: json["values_row_major"].elements, width: json["width"].int ?? 0)
  }

  private struct Shape {
    var commonWidth: Int
    var cachedCount: Int
  }

  /// `receivers` are the ids of the interaction AIRs that receive; nil means that they come in pairs, sender first.
  private static func airs(
    names: [String], shapes: [Int: Shape], preprocessed: [Int: FieldMatrix], receivers: Set<Int>? = nil,
    selfInteractionBus: UInt16
  ) -> [any AIR] {
    var interactionAIRs = 0
    return names.enumerated().map { id, name -> any AIR in
      let shape = shapes[id] ?? Shape(commonWidth: 2, cachedCount: 0)
      switch name {
      case "FibonacciSelectorAir": return FibonacciSelectorAIR(preprocessed: preprocessed[id])
      case "DummyInteractionAir":
        interactionAIRs += 1
        let isSender = receivers.map { !$0.contains(id) } ?? (interactionAIRs % 2 == 1)
        return DummyInteractionAIR(isSender: isSender, isPartitioned: shape.cachedCount > 0)
      case "PreprocessedCachedAir":
        return PreprocessedCachedAIR(preprocessed: preprocessed[id], cachedCount: shape.cachedCount)
      case "SelfInteractionAir": return SelfInteractionAIR(width: shape.commonWidth, bus: selfInteractionBus)
      case "Sink": return SinkAIR(preprocessed: preprocessed[id], isRequired: id != 0)
      default: return FibonacciAIR()
      }
    }
  }
}
