import CPluginFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// In which language a plugin is written.
public enum PluginLanguage: String, Sendable, CaseIterable {
  case c
  case swift
}

/// Why a new plugin could not be written.
public enum PluginTemplateError: Error, Hashable, Sendable, CustomStringConvertible {
  case invalidName(String, reason: String)
  case exists(path: String)
  /// A plugin in Swift needs the package of PluginKit.
  case noKit(path: String)
  case unwritable(path: String, reason: String)

  public var description: String {
    switch self {
    case .invalidName(let name, let reason): "'\(name)' can't be a plugin's name: \(reason)"
    case .exists(let path): "\(path): there is something already; a new plugin needs a new folder"
    case .noKit(let path): "\(path): expected the package of PluginKit, found no Package.swift"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}

/// A new plugin: a folder that builds at once, with a small function and its circuit. In C it stands alone; in Swift it
/// is a package that depends on that of PluginKit.
public struct PluginTemplate: Sendable {
  /// The plugin's name, of folder and library.
  public let name: String
  public let language: PluginLanguage
  private let kit: String

  /// A file of the folder.
  public struct File: Hashable, Sendable {
    /// Relative to the folder.
    public var path: String
    public var bytes: [UInt8]
  }

  /// `kit` is where the package of PluginKit is, `Plugins/Kit` of a checkout; plugins in C don't need it.
  public init(name: String, language: PluginLanguage, kit: String? = nil) throws(PluginTemplateError) {
    if let reason = Self.objection(to: name) { throw .invalidName(name, reason: reason) }
    self.name = name
    self.language = language
    self.kit = language == .swift ? try Self.resolved(kit ?? "Plugins/Kit") : ""
  }

  /// The id of the plugin's circuit, which has no underscores.
  public var circuitID: String { "com.example.\(String(name.map { $0 == "_" ? "-" : $0 }))" }

  /// Where the library is once the plugin is built, relative to the folder.
  public var library: String { language == .c ? "lib\(name).so" : ".build/release/lib\(name).so" }

  /// Every file of the folder.
  public var files: [File] {
    let file = language == .c ? plugin_file_of_c : plugin_file_of_swift
    var files: [File] = []
    while let next = file(files.count) {
      let content = next.pointee
      let path = String(cString: content.path)
      // SAFE: `bytes` and `count` are those of a constant array.
      let bytes = Array(UnsafeBufferPointer(start: content.bytes, count: content.count))
      // Headers are copies; everything else is a text with names in it.
      files.append(File(path: path, bytes: path.hasPrefix("include/") ? bytes : named(bytes)))
    }
    return files
  }

  /// Writes the files into a new folder within `directory` and returns the folder's path. The folder appears whole or
  /// not at all.
  @discardableResult
  public func write(in directory: String = ".") throws(PluginTemplateError) -> String {
    let target = FilePath.join(directory, name)
    guard access(target, F_OK) != 0 else { throw .exists(path: target) }
    guard access(directory, W_OK) == 0 else { throw .unwritable(path: target, reason: HostFile.reason(errno)) }
    let partial = "\(target).partial-\(getpid())"
    var written: [String] = []
    do throws(HostFile.Failure) {
      for file in files {
        let path = FilePath.join(partial, file.path)
        try HostFile.makeFolder(FilePath.folder(of: path))
        written.append(path)
        try HostFile.write([file.bytes], to: path)
      }
    } catch {
      Self.remove(partial, files: written)
      throw .unwritable(path: target, reason: error.found)
    }
    guard rename(partial, target) == 0 else {
      let code = errno
      Self.remove(partial, files: written)
      if access(target, F_OK) == 0 { throw .exists(path: target) }
      throw .unwritable(path: target, reason: HostFile.reason(code))
    }
    return target
  }

  // MARK: Names

  private static let reserved: Set = [
    "air", "algebra", "ckernels", "coutriggerplugin", "include", "kit", "plugin", "pluginkit",
  ]

  /// What is wrong with a name; nil if nothing is.
  static func objection(to name: String) -> String? {
    func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
    guard let first = name.utf8.first, isLetter(first) else { return "it must begin with a letter from a to z" }
    guard name.utf8.count <= 64 else { return "it has more than 64 characters" }
    guard name.utf8.allSatisfy(TOMLText.isBare) else {
      return "it may have letters from a to z, digits, '-' and '_' only"
    }
    return reserved.contains(name.lowercased()) ? "the name is taken" : nil
  }

  private func named(_ bytes: [UInt8]) -> [UInt8] {
    let values = [("@NAME@", name), ("@ID@", circuitID), ("@LIBRARY@", library), ("@KIT@", TOMLText.quoted(kit))]
    let text = values.reduce(String(decoding: bytes, as: UTF8.self)) { text, pair in
      text.split(separator: pair.0, omittingEmptySubsequences: false).joined(separator: pair.1)
    }
    return Array(text.utf8)
  }

  private static func resolved(_ kit: String) throws(PluginTemplateError) -> String {
    guard HostFile.isFile(FilePath.join(kit, "Package.swift")), let path = realpath(kit, nil) else {
      throw .noKit(path: kit)
    }
    defer { free(path) }
    return String(cString: path)
  }

  private static func remove(_ folder: String, files: [String]) {
    for file in files { unlink(file) }
    for file in files {
      var parent = FilePath.folder(of: file)
      while parent.hasPrefix(folder), parent != folder {
        rmdir(parent)
        parent = FilePath.folder(of: parent)
      }
    }
    rmdir(folder)
  }
}
