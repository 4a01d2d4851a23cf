/// Files that tools for flame graphs read.
extension Profile {
  /// A line `outermost;...;innermost count` for each stack, as flame graph scripts take them.
  public var foldedStacks: String {
    var text = ""
    for (index, node) in nodes.enumerated() where node.instructions > 0 {
      text += stack(of: index).map { functionNames[$0].filter { $0 != ";" && !$0.isWhitespace } }.joined(separator: ";")
      text += " \(node.instructions)\n"
    }
    return text
  }

  /// The file format of speedscope, a sample for each stack with its instructions as weight.
  public func speedscopeJSON(name: String) -> String {
    let used = nodes.indices.filter { nodes[$0].instructions > 0 }
    let frames = functionNames.map { "{\"name\":\(Self.quoted($0))}" }.joined(separator: ",")
    let samples = used.map { "[" + stack(of: $0).map(String.init).joined(separator: ",") + "]" }.joined(separator: ",")
    let weights = used.map { "\(nodes[$0].instructions)" }.joined(separator: ",")
    return """
      {"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":[\(frames)]},\
      "profiles":[{"type":"sampled","name":\(Self.quoted(name)),"unit":"none","startValue":0,\
      "endValue":\(outcome.instructionCount),"samples":[\(samples)],"weights":[\(weights)]}],\
      "name":\(Self.quoted(name)),"exporter":"outrigger"}
      """
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\" + String(scalar)
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
