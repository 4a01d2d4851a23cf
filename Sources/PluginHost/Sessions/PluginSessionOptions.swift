import CPluginRuntime
import Foundation

/// What a session may use, and for how long.
public struct PluginSessionOptions: Sendable {
  /// Bytes for inputs, outputs and traces, and as many again for the plugin's own memory in a worker. Taken when used.
  public var memoryLimit: Int
  /// Threads that help in `parallel_for`.
  public var threads: Int
  /// Processor time of a worker in seconds: a backstop only.
  public var processorSeconds: Int
  public var deadlines: PluginDeadlines
  /// The worker's program; nil to look for it (`WorkerLocator`).
  public var workerPath: String?
  /// Folders that a worker may read libraries from besides the system's: the Swift runtime's, unless told otherwise.
  public var libraryFolders: [String]
  /// Takes the lines that plugins log. Called from the thread that makes the call.
  public var log: (@Sendable (PluginLogLine) -> Void)?

  public init(
    memoryLimit: Int = 1 << 30, threads: Int? = nil, processorSeconds: Int = 86_400,
    deadlines: PluginDeadlines = PluginDeadlines(), workerPath: String? = nil, libraryFolders: [String]? = nil,
    log: (@Sendable (PluginLogLine) -> Void)? = nil
  ) {
    self.memoryLimit = memoryLimit
    self.threads = min(max(threads ?? ProcessInfo.processInfo.activeProcessorCount - 1, 0), 255)
    self.processorSeconds = processorSeconds
    self.deadlines = deadlines
    self.workerPath = workerPath
    self.libraryFolders = libraryFolders ?? Self.runtimeFolder.map { [$0] } ?? []
    self.log = log
  }

  private static let runtimeFolder: String? = {
    var room = [CChar](repeating: 0, count: 4096)
    let length = Int(room.withUnsafeMutableBufferPointer { opr_runtime_folder($0.baseAddress, UInt64($0.count)) })
    return length == 0 ? nil : String(decoding: room.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()
}

/// How many seconds of wall-clock time calls may take. A call that takes longer is asked to give up, and its worker is
/// killed if it does not.
public struct PluginDeadlines: Hashable, Sendable {
  /// Starting a worker and loading the library.
  public var load: Double
  public var eval: Double
  public var fill: Double
  /// Every other call.
  public var other: Double
  /// How long a call that was asked to give up may take to do so.
  public var grace: Double

  public init(load: Double = 30, eval: Double = 60, fill: Double = 600, other: Double = 60, grace: Double = 1) {
    self.load = load
    self.eval = eval
    self.fill = fill
    self.other = other
    self.grace = grace
  }

  func seconds(of call: PluginCall) -> Double {
    switch call {
    case .load: load
    case .eval, .foreign: eval
    case .fill, .preprocessed, .cached: fill
    default: other
    }
  }
}

/// A line that a plugin logged.
public struct PluginLogLine: Hashable, Sendable {
  public enum Severity: UInt32, Hashable, Sendable {
    case debug, info, warning, error
  }
  public var plugin: String
  public var call: PluginCall
  public var severity: Severity
  public var text: String
}
