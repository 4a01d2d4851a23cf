import AIR
import Algebra

/// A call as the host states it.
struct StatedCall {
  var input: [UInt8]
  var output: [UInt8]
}

/// The host's side of the standard buses: a row for each message, sent or received as often as its first cell says.
private struct StatedMessagesAIR: AIR {
  let bus: PermutationBus
  let fieldCount: Int
  let isSender: Bool

  var name: String { "host \(bus.name)" }
  var width: TraceWidth { TraceWidth(commonMain: fieldCount + 1) }

  func evaluate(_ builder: AIRBuilder) {
    let (local, _) = builder.cells(.commonMain)
    let message = Array(local.dropFirst())
    if isSender {
      builder.send("sends", message, on: bus, enabled: local[0])
    } else {
      builder.receive("receives", message, on: bus, enabled: local[0])
    }
  }
}

/// What the host says about calls, as instances that a trace checker takes beside a plugin's own.
enum SimulatedHost {
  static func instances(_ calls: [StatedCall]) -> [AIRInstance] {
    var lengths: [[BabyBear]] = []
    var inputs: [[BabyBear]] = []
    var outputs: [[BabyBear]] = []
    for (index, call) in calls.enumerated() {
      let number = BabyBear(index)
      lengths.append([number, BabyBear(call.input.count), BabyBear(call.output.count)])
      inputs += words(call.input).enumerated().map { [number, BabyBear($0)] + $1 }
      outputs += words(call.output).enumerated().map { [number, BabyBear($0)] + $1 }
    }
    return [
      instance(StandardBus.length, lengths, fieldCount: 3, isSender: true),
      instance(StandardBus.input, inputs, fieldCount: 10, isSender: true),
      instance(StandardBus.output, outputs, fieldCount: 10, isSender: false),
    ]
  }

  /// Eight bytes each, the last filled up with zeros.
  static func words(_ bytes: [UInt8]) -> [[BabyBear]] {
    stride(from: 0, to: bytes.count, by: 8).map { start in
      (start..<start + 8).map { $0 < bytes.count ? BabyBear(Int(bytes[$0])) : 0 }
    }
  }

  private static func instance(
    _ bus: PermutationBus, _ messages: [[BabyBear]], fieldCount: Int, isSender: Bool
  ) -> AIRInstance {
    let air = StatedMessagesAIR(bus: bus, fieldCount: fieldCount, isSender: isSender)
    var height = 1
    while height < messages.count { height *= 2 }
    let matrix = FieldMatrix(height: height, width: fieldCount + 1)
    for (row, message) in messages.enumerated() {
      for (column, cell) in ([.one] + message).enumerated() { matrix[row: row, column: column] = cell }
    }
    return AIRInstance(air: CompiledAIR(air), commonMain: matrix)
  }
}
