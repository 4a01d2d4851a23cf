import AIR
import Algebra

/// The host's side of the standard buses, as instances that a trace checker takes beside a plugin's own.
enum StatedCalls {
  /// A row for each message, sent or received as often as the row's first cell says.
  private struct MessagesAIR: AIR {
    let bus: PermutationBus
    let fieldCount: Int

    var name: String { "host \(bus.name)" }
    var width: TraceWidth { TraceWidth(commonMain: fieldCount + 1) }

    func evaluate(_ builder: AIRBuilder) {
      let (local, _) = builder.cells(.commonMain)
      let message = Array(local.dropFirst())
      if bus == StandardBus.output {
        builder.receive("receives", message, on: bus, enabled: local[0])
      } else {
        builder.send("sends", message, on: bus, enabled: local[0])
      }
    }
  }

  static func instances(_ calls: [(input: [UInt8], output: [UInt8])]) -> [AIRInstance] {
    var lengths: [[Int]] = []
    var inputs: [[Int]] = []
    var outputs: [[Int]] = []
    for (number, call) in calls.enumerated() {
      lengths.append([number, call.input.count, call.output.count])
      inputs += words(call.input).enumerated().map { [number, $0] + $1 }
      outputs += words(call.output).enumerated().map { [number, $0] + $1 }
    }
    return [
      instance(StandardBus.length, lengths, fieldCount: 3), instance(StandardBus.input, inputs, fieldCount: 10),
      instance(StandardBus.output, outputs, fieldCount: 10),
    ]
  }

  private static func words(_ bytes: [UInt8]) -> [[Int]] {
    stride(from: 0, to: bytes.count, by: 8).map { start in
      (start..<start + 8).map { $0 < bytes.count ? Int(bytes[$0]) : 0 }
    }
  }

  private static func instance(_ bus: PermutationBus, _ messages: [[Int]], fieldCount: Int) -> AIRInstance {
    var height = 1
    while height < messages.count { height *= 2 }
    let matrix = FieldMatrix(height: height, width: fieldCount + 1)
    for (row, message) in messages.enumerated() {
      for (column, cell) in ([1] + message).enumerated() { matrix[row: row, column: column] = BabyBear(cell) }
    }
    return AIRInstance(air: CompiledAIR(MessagesAIR(bus: bus, fieldCount: fieldCount)), commonMain: matrix)
  }
}
