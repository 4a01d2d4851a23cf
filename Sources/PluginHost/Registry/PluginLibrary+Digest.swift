extension PluginLibrary {
  /// What lock files call the library by.
  var digest: ContentDigest { ContentDigest(sha256: sha256) ?? ContentDigest(of: sha256) }
}
