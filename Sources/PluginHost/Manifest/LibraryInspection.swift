/// What the file of a plugin's library says about itself, found without loading it.
///
/// Reads what the system's loader would read: program headers and the dynamic section. Any bytes give an inspection or
/// a `LibraryError`, in time and memory linear in their number.
public struct LibraryInspection: Hashable, Sendable {
  /// The processor that the library is for, as this machine's.
  public var machine: String
  /// The library's own name, if it has one.
  public var soname: String?
  /// Libraries that the loader must find for it.
  public var needed: [String]
  /// Folders in which the loader looks for them, `DT_RPATH` and `DT_RUNPATH`.
  public var searchPaths: [String]
  /// Symbols that others can see, the entry symbol apart; sorted. A plugin has none.
  public var otherExports: [String]
  /// How many those are; `otherExports` has at most `maxNames`.
  public var otherExportCount: Int
  /// Symbols that the library expects of others.
  public var importCount: Int
  /// Functions that run while it is loaded.
  public var initializerCount: Int
  /// Whether it asks for stacks that can be executed, which no plugin needs.
  public var hasExecutableStack: Bool
  /// Whether a part of it can be both written and executed.
  public var hasWritableCode: Bool
  /// Whether the loader must write to its code.
  public var hasTextRelocations: Bool

  /// The symbol that makes a library a plugin.
  public static let entrySymbol = "outrigger_plugin_entry_v1"
  /// The greatest library that is read, in bytes.
  public static let maxBytes = PluginLibrary.defaultMaximumBytes
  /// Names of each list that are kept.
  public static let maxNames = 1024

  /// What a careful author would change.
  public var warnings: [String] {
    var result: [String] = []
    if hasExecutableStack { result.append("it asks for an executable stack") }
    if hasWritableCode { result.append("a part of it can be written and executed") }
    if hasTextRelocations { result.append("the loader must write to its code") }
    if otherExportCount > 0 {
      let some = otherExports.prefix(3).joined(separator: ", ")
      let symbols = otherExportCount == 1 ? "a symbol" : "\(otherExportCount) symbols"
      result.append(
        "it exports \(symbols) besides the entry: \(some)\(otherExportCount > 3 ? ", .." : "")")
    }
    return result
  }

  /// Inspects the library in a file.
  public init(path: String) throws(LibraryError) {
    let bytes: [UInt8]
    do throws(HostFile.Failure) {
      bytes = try HostFile.read(path, limit: Self.maxBytes)
    } catch {
      throw LibraryError(error)
    }
    try self.init(bytes)
  }

  /// Inspects the bytes of a library.
  public init(_ bytes: [UInt8]) throws(LibraryError) {
    let image = try ELFImage(bytes)
    let dynamic = try ELFDynamic(image)
    let symbols = try ELFSymbols(image, dynamic)
    machine = ELFImage.hostMachine.name
    soname = try dynamic.soname(image)
    needed = try dynamic.names(.needed, image)
    searchPaths = try dynamic.names(.rpath, image) + dynamic.names(.runpath, image)
    try symbols.requireEntry(image)
    otherExports = symbols.exports.sorted()
    otherExportCount = symbols.exportCount
    importCount = symbols.importCount
    initializerCount = dynamic.initializerCount
    // Without the header, the system takes it that the stack is to be executed.
    hasExecutableStack = image.stackFlags.map { $0 & ELFImage.executable != 0 } ?? true
    hasWritableCode = image.segments.contains {
      $0.flags & ELFImage.executable != 0 && $0.flags & ELFImage.writable != 0
    }
    hasTextRelocations = dynamic.hasTextRelocations
  }
}

extension LibraryInspection: Encodable {
  private enum CodingKeys: String, CodingKey {
    case machine, soname, needed
    case searchPaths = "search_paths"
    case otherExports = "other_exports"
    case otherExportCount = "other_export_count"
    case importCount = "import_count"
    case initializerCount = "initializer_count"
    case hasExecutableStack = "executable_stack"
    case hasWritableCode = "writable_code"
    case hasTextRelocations = "text_relocations"
  }
}

/// Why a file is no plugin that could be loaded here.
public struct LibraryError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable, CaseIterable, Encodable {
    case missing
    case unreadable
    case tooLarge = "too_large"
    /// No ELF file.
    case wrongFormat = "wrong_format"
    /// For a processor of another kind, size or byte order.
    case wrongMachine = "wrong_machine"
    /// An ELF file, but no shared library.
    case wrongType = "wrong_type"
    /// It ends before what it announces.
    case truncated
    /// Its parts contradict one another.
    case malformed
    /// It does not export the entry symbol.
    case noEntry = "no_entry"
    /// It exports the entry symbol of another version of the interface.
    case wrongInterface = "wrong_interface"
  }

  public var kind: Kind
  /// The field, as the ELF specification names it.
  public var field: String
  public var expected: String
  public var found: String

  public init(_ kind: Kind, field: String, expected: String, found: String) {
    self.kind = kind
    self.field = field
    self.expected = expected
    self.found = found
  }

  public var description: String { "\(field): expected \(expected), found \(found)" }

  /// The error of a manifest that names the library.
  public func manifestError(file: String, line: Int?, key: String, library: String) -> ManifestError {
    let kind: ManifestError.Kind =
      switch kind {
      case .missing: .missingFile
      case .unreadable: .unreadable
      case .tooLarge: .tooLarge
      case .wrongMachine: .wrongArchitecture
      case .noEntry, .wrongInterface: .wrongInterface
      case .wrongFormat, .wrongType, .truncated, .malformed: .badLibrary
      }
    return ManifestError(
      kind, file: file, line: line, key: key, expected: "\(expected) (\(field) of \(library))", found: found)
  }
}
