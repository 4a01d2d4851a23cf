extension PluginParameter {
  init(_ key: String, _ value: ParameterValues.Value) {
    let handed: Value =
      switch value {
      case .integer(let number): .integer(number)
      case .boolean(let flag): .boolean(flag)
      case .text(let text): .text(text)
      case .file(let bytes): .file(bytes)
      }
    self.init(key: key, value: handed)
  }
}

extension PluginLibrary {
  /// What lock files call the library by.
  var digest: ContentDigest { ContentDigest(sha256: sha256) }
}
