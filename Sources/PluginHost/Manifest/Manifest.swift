import Hashing

/// The manifest of an application, `outrigger.toml`: its guest, its machine, and which circuit of which plugin sits at
/// which deferral index. docs/manifest.md describes every key.
public struct Manifest: Hashable, Sendable {
  /// The file's path as it was given; paths within are relative to its folder.
  public var path: String
  public var app: AppSection
  public var machine: MachineSection
  /// The entry of deferral index i stands at place i.
  public var deferrals: [DeferralEntry]

  public init(
    path: String = Manifest.fileName, app: AppSection, machine: MachineSection = MachineSection(),
    deferrals: [DeferralEntry] = []
  ) {
    self.path = path
    self.app = app
    self.machine = machine
    self.deferrals = deferrals
  }

  /// What the file is called.
  public static let fileName = "outrigger.toml"
  /// The greatest size that is read, in bytes.
  public static let maxBytes = 16 << 20
  /// Deferral indices are below.
  public static let maxDeferrals = 1024

  /// The folder that paths are relative to.
  public var folder: String { FilePath.folder(of: path) }

  /// Where a path of the manifest leads.
  public func resolve(_ relative: String) -> String { FilePath.join(folder, relative) }
}

/// `[app]`.
public struct AppSection: Hashable, Sendable {
  /// For people; by default the name of the manifest's folder.
  public var name: String
  /// The guest's ELF file; nil where the guest in the manifest's folder is to be built.
  public var guest: String?

  public init(name: String, guest: String? = nil) {
    self.name = name
    self.guest = guest
  }
}

/// `[vm]`: the machine, and how runs are cut.
public struct MachineSection: Hashable, Sendable {
  /// Bytes that the guest reveals. Part of the machine: other values, other keys.
  public var publicValueBytes: Int
  /// Log of the greatest height of a segment's trace. Part of the machine too.
  public var logStackedHeight: Int
  /// The most instructions of a run; nil for no bound.
  public var maxInstructions: Int?
  /// The most instructions of a segment; nil for as many as memory allows.
  public var segmentInstructions: Int?
  /// What proving may take; nil for three quarters of what is free.
  public var memoryMiB: Int?

  public init(
    publicValueBytes: Int = defaultPublicValueBytes, logStackedHeight: Int = defaultLogStackedHeight,
    maxInstructions: Int? = nil, segmentInstructions: Int? = nil, memoryMiB: Int? = nil
  ) {
    self.publicValueBytes = publicValueBytes
    self.logStackedHeight = logStackedHeight
    self.maxInstructions = maxInstructions
    self.segmentInstructions = segmentInstructions
    self.memoryMiB = memoryMiB
  }

  public static let defaultPublicValueBytes = 32
  public static let defaultLogStackedHeight = 20
}

/// `[[deferral]]`: what sits at a deferral index.
public struct DeferralEntry: Hashable, Sendable {
  public var index: Int
  /// The shared library.
  public var plugin: String
  /// Id of a circuit of the plugin.
  public var circuit: String
  /// In order of key.
  public var parameters: [DeferralParameter]
  /// The circuit's commitment; nil where the lock file has it alone.
  public var circuitCommit: InnerDigest?
  public var isolation: PluginIsolation
  /// The most calls that a proof holds: 2 to this number, 0 to 16.
  public var logBatch: Int
  public var limits: DeferralLimits
  public var function: ForeignFunction?
  /// Where its parts stand in the file.
  public var lines: Lines

  /// Lines, counted from 1; 0 where the entry comes from no file.
  public struct Lines: Hashable, Sendable {
    public var entry = 0
    public var plugin = 0
    /// Of the commitment, or of the entry where there is none.
    public var commit = 0
    /// Of a foreign function's library.
    public var library = 0
    /// In order of the parameters.
    public var parameters: [Int] = []

    public init(entry: Int = 0, plugin: Int = 0, commit: Int = 0, library: Int = 0, parameters: [Int] = []) {
      self.entry = entry
      self.plugin = plugin
      self.commit = commit
      self.library = library
      self.parameters = parameters
    }
  }

  public init(
    index: Int, plugin: String, circuit: String, parameters: [DeferralParameter] = [],
    circuitCommit: InnerDigest? = nil, isolation: PluginIsolation = .worker, logBatch: Int = 0,
    limits: DeferralLimits = DeferralLimits(), function: ForeignFunction? = nil, lines: Lines = Lines()
  ) {
    self.index = index
    self.plugin = plugin
    self.circuit = circuit
    self.parameters = parameters
    self.circuitCommit = circuitCommit
    self.isolation = isolation
    self.logBatch = logBatch
    self.limits = limits
    self.function = function
    self.lines = lines
  }

  /// The most calls that a proof holds.
  public var batch: Int { 1 << logBatch }
}

/// Where a plugin's code runs.
public enum PluginIsolation: String, Hashable, Sendable, CaseIterable, Encodable {
  /// In a process of its own, without files, network and most of the system's calls.
  case worker
  /// In the host's process: for plugins that you trust as you trust the host.
  case inProcess = "in-process"
}

/// `limits`: what a worker may take.
public struct DeferralLimits: Hashable, Sendable {
  public var memoryMiB: Int
  /// Of one call into the plugin, by the clock on the wall.
  public var seconds: Int

  public init(memoryMiB: Int = defaultMemoryMiB, seconds: Int = defaultSeconds) {
    self.memoryMiB = memoryMiB
    self.seconds = seconds
  }

  public static let defaultMemoryMiB = 4096
  public static let defaultSeconds = 600
}

/// One of `params`: what an instance of the circuit is made with.
public struct DeferralParameter: Hashable, Sendable {
  public enum Value: Hashable, Sendable {
    case integer(Int64)
    case boolean(Bool)
    case text(String)
    /// The content of a file, by its path: `{ file = ".." }`.
    case file(String)
  }

  public var key: String
  public var value: Value

  public init(key: String, value: Value) {
    self.key = key
    self.value = value
  }
}
