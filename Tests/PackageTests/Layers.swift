import Foundation

/// The layers of the package: a module imports modules of lower layers, and no others.
struct Layers {
  /// A module's layer, by name. `docs/architecture.md` has the same table with words.
  var layer: [String: Int]
  /// Imports that are allowed within a layer.
  var sideways: Set<Edge>
  /// What each module may import from outside the package.
  var systemModules: [String: Set<String>]

  /// Folders of `Sources` that are packages of their own. Nothing of this package imports them, and they import nothing
  /// of it.
  static let apart: [String: Set<String>] = ["GuestKit": ["PackageDescription", "CGuestKit"]]

  struct Edge: Hashable, CustomStringConvertible {
    var from: String
    var to: String
    init(_ from: String, _ to: String) {
      self.from = from
      self.to = to
    }
    var description: String { "\(from) -> \(to)" }
  }

  private static let cLibrary: Set = ["Glibc", "Musl", "Darwin"]

  static let package = Layers(
    layer: [
      "CKernels": 0, "CMachine": 0, "CGuestFiles": 0, "CFFI": 0, "COutriggerPlugin": 0,
      "CPluginFiles": 0, "CPluginRuntime": 0,
      "Algebra": 1,
      "Hashing": 2,
      "AIR": 3,
      "StarkVerifier": 4, "StarkProver": 4, "SampleCircuits": 4,
      "Machine": 5, "MachineVerifier": 5, "MachineCircuits": 5,
      "Deferral": 6,
      "PluginHost": 7, "PluginKit": 7,
      "Outrigger": 8,
      "outrigger": 9, "outrigger-plugin-worker": 9,
    ],
    sideways: [
      Edge("StarkProver", "StarkVerifier"), Edge("MachineCircuits", "Machine"),
      Edge("MachineCircuits", "MachineVerifier"), Edge("CPluginRuntime", "CFFI"),
      Edge("CPluginRuntime", "COutriggerPlugin"), Edge("CPluginRuntime", "CKernels"),
    ],
    // What a module may import from outside the package. The C library stands for mathematics and memory. Only the
    // three top layers may use Foundation. The verifier has no locks and no threads; Algebra has the parallel loop.
    systemModules: [
      "Algebra": cLibrary.union(["Dispatch", "Synchronization"]),
      "Hashing": cLibrary.union(["Dispatch", "Synchronization"]),
      "AIR": cLibrary.union(["Synchronization"]),
      "StarkVerifier": cLibrary,
      "StarkProver": cLibrary.union(["Dispatch", "Synchronization"]),
      "SampleCircuits": cLibrary.union(["Synchronization"]),
      "Machine": cLibrary,
      "MachineVerifier": [],
      "MachineCircuits": ["Synchronization"],
      "Deferral": ["Synchronization"],
      "PluginHost": cLibrary.union(["Dispatch", "Synchronization", "Foundation", "TOMLKit", "Crypto"]),
      "PluginKit": cLibrary.union(["Synchronization"]),
      "Outrigger": cLibrary.union(["Dispatch", "Synchronization", "Foundation"]),
      "outrigger": cLibrary.union(["Dispatch", "Synchronization", "Foundation", "ArgumentParser"]),
    ])

  /// Why `module` must not import `imported`; nil when it may.
  func violation(module: String, imports imported: String) -> String? {
    guard let own = layer[module] else { return "\(module) is in no layer" }
    guard let other = layer[imported] else {
      return systemModules[module, default: []].contains(imported)
        ? nil : "\(module) must not import \(imported)"
    }
    if other < own || imported == module || sideways.contains(Edge(module, imported)) { return nil }
    return "\(module) (layer \(own)) must not import \(imported) (layer \(other))"
  }

  /// The modules that a Swift source imports.
  static func imports(of source: String) -> [String] {
    SwiftCode(source).lines.flatMap { line in line.split(separator: ";") }.compactMap { statement in
      var words = statement.split(whereSeparator: { $0 == " " || $0 == "\t" })[...]
      while let word = words.first, word.hasPrefix("@") || modifiers.contains(String(word)) { words.removeFirst() }
      guard words.first == "import" else { return nil }
      words.removeFirst()
      if let kind = words.first, kinds.contains(String(kind)) { words.removeFirst() }
      return words.first?.split(separator: ".").first.map(String.init)
    }
  }

  private static let modifiers: Set = ["public", "package", "internal", "fileprivate", "private"]
  private static let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]

  /// The headers that a C source includes, with whether the name stands in quotes.
  static func includes(of source: String) -> [(header: String, isQuoted: Bool)] {
    source.split(separator: "\n").compactMap { line in
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
      let directive = words.hasPrefix("# ") ? "#" + words.dropFirst(2) : words
      guard directive.hasPrefix("#include") || directive.hasPrefix("#import") else { return nil }
      guard let open = directive.firstIndex(where: { $0 == "\"" || $0 == "<" }) else { return nil }
      let rest = directive[directive.index(after: open)...]
      guard let close = rest.firstIndex(where: { $0 == "\"" || $0 == ">" }) else { return nil }
      return (String(rest[..<close]), directive[open] == "\"")
    }
  }

  /// The targets that a manifest declares, with the names of the targets and products that each depends on.
  static func manifestTargets(_ manifest: String) throws -> [(kind: String, name: String, dependencies: [String])] {
    let pattern = try NSRegularExpression(
      pattern: #"\.(target|executableTarget|testTarget)\(\s*name:\s*"([^"]+)"(?:,\s*dependencies:\s*\[([^\]]*)\])?"#)
    let whole = manifest as NSString
    let matches = pattern.matches(in: manifest, range: NSRange(location: 0, length: whole.length))
    let product = try NSRegularExpression(pattern: #"\.product\(name:\s*"([^"]+)",[^)]*\)"#)
    return matches.map { match in
      func group(_ index: Int) -> String {
        let range = match.range(at: index)
        return range.location == NSNotFound ? "" : whole.substring(with: range)
      }
      let list = group(3)
      let plain = product.stringByReplacingMatches(
        in: list, range: NSRange(location: 0, length: (list as NSString).length), withTemplate: "\"$1\"")
      let names = plain.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element) }
      return (group(1), group(2), names)
    }
  }
}
