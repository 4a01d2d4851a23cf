import Hashing

/// A loaded plugin that answers calls: in a worker process (`WorkerSession`), in this process (`InProcessSession`), or
/// in a worker that is started again after a crash (`PluginSupervisor`).
///
/// All calls block. A session carries out one call at a time; calls from several threads wait for one another.
/// Instances and jobs belong to the session that made them. Every error names the plugin, the circuit, the call and the
/// reason, and, where there is an input, its hash.
public protocol PluginSession: AnyObject, Sendable {
  /// What the plugin says about itself, read and checked when it was loaded.
  var info: PluginInfo { get }

  /// Makes an instance of circuit number `circuit` at a deferral index.
  func create(circuit: Int, index: Int, parameters: [PluginParameter]) throws(PluginError) -> PluginInstance
  /// Frees an instance, none of whose jobs is open.
  func destroy(_ instance: PluginInstance) throws(PluginError)

  /// The deferral function. The output's length is a multiple of 8 and within the circuit's limit. With `capacity` the
  /// plugin gets a buffer of just that size and a refusal is an error; without it the buffer grows as the plugin asks.
  func eval(_ instance: PluginInstance, input: [UInt8], capacity: Int?) throws(PluginError) -> [UInt8]
  /// The same for several inputs side by side, on several threads where the session has them.
  func evalTogether(_ instance: PluginInstance, inputs: [[UInt8]]) throws(PluginError) -> [[UInt8]]
  /// The unfolded commitment of an input: the plugin's own, or the standard input hash.
  func commitInput(_ instance: PluginInstance, input: [UInt8]) throws(PluginError) -> UnfoldedInputCommit

  /// The AIR bytes, as the plugin gives them.
  func airBytes(_ instance: PluginInstance) throws(PluginError) -> [UInt8]
  /// The preprocessed part of an AIR with `columns` columns: cells that are not yet known to be canonical.
  func preprocessed(
    _ instance: PluginInstance, air: Int, columns: Int, layout: TraceLayout
  ) throws(PluginError) -> PluginTrace
  /// A cached part of an AIR; `input` is nil for the class `constant`.
  func cached(
    _ instance: PluginInstance, input: [UInt8]?, air: Int, part: Int, logHeight: Int, columns: Int, layout: TraceLayout
  ) throws(PluginError) -> PluginTrace

  /// Opens a job for the calls with these inputs.
  func plan(_ instance: PluginInstance, inputs: [[UInt8]]) throws(PluginError) -> PluginJob
  /// Fills the main parts of the AIRs that are present; `columns[air]` is the width of each AIR's common main part. The
  /// traces outlive the job.
  func fill(_ job: PluginJob, columns: [Int], layout: TraceLayout) throws(PluginError) -> PluginTraces
  /// Ends a job, after errors too.
  func close(_ job: PluginJob) throws(PluginError)

  /// The known answers of a circuit; at most 1,024.
  func knownAnswers(circuit: Int) throws(PluginError) -> [KnownAnswer]
  /// Calls a foreign function by its place in the list that the session was made with.
  func callForeign(_ number: Int, input: [UInt8]) throws(PluginError) -> [UInt8]
  /// Checks of the plugin's manners, for the conformance matrix.
  func probe(_ probe: PluginProbe) throws(PluginError) -> Bool

  /// Asks the call under way to give up; it throws `.cancelled`. Does nothing when there is none. Does not wait.
  func cancel()
  /// How far the call under way says it has come.
  var progress: (done: UInt64, total: UInt64) { get }
  /// Ends the session. Every later call throws `.closed`.
  func shutDown()
}

extension PluginSession {
  public func eval(_ instance: PluginInstance, input: [UInt8]) throws(PluginError) -> [UInt8] {
    try eval(instance, input: input, capacity: nil)
  }

  public func fill(_ job: PluginJob, columns: [Int]) throws(PluginError) -> PluginTraces {
    try fill(job, columns: columns, layout: TraceLayout())
  }

  /// Plans, fills and closes in one go.
  public func traces(
    _ instance: PluginInstance, inputs: [[UInt8]], columns: [Int], layout: TraceLayout = TraceLayout()
  ) throws(PluginError) -> PluginTraces {
    let job = try plan(instance, inputs: inputs)
    let traces: PluginTraces
    do throws(PluginError) {
      traces = try fill(job, columns: columns, layout: layout)
    } catch {
      // The first error is the one that counts.
      try? close(job)
      throw error
    }
    try close(job)
    return traces
  }
}

/// What a plugin says about itself.
public struct PluginInfo: Hashable, Sendable {
  public var name: String
  public var version: String
  /// The minor version of the interface that it was built for.
  public var abiMinor: Int
  public var circuits: [PluginCircuit]
}

/// One circuit of a plugin.
public struct PluginCircuit: Hashable, Sendable {
  /// Reversed domain, at most 128 letters, digits, hyphens and dots.
  public var id: String
  public var version: String
  public var maxInputBytes: Int
  /// A multiple of 8.
  public var maxOutputBytes: Int
  /// AIRs in the AIR bytes, those of the standard set not counted.
  public var airCount: Int
  /// 11 to 24: the circuit is proven with the preset of this stacked height.
  public var logStackedHeight: Int
  /// The host commits to inputs and outputs.
  public var usesStandardIO: Bool
  /// Calls on one instance may run side by side.
  public var isParallel: Bool
  /// The most calls to a job are 2 to this power; at most 16.
  public var maxLogBatch: Int
}

/// A parameter of an instance, from the application's manifest.
public struct PluginParameter: Hashable, Sendable {
  public enum Value: Hashable, Sendable {
    case integer(Int64)
    case boolean(Bool)
    case text(String)
    /// The content of a file.
    case file([UInt8])
  }
  public var key: String
  public var value: Value
  /// The reserved word that goes with it; anything but 0 is for the conformance matrix.
  var reserved: UInt32 = 0

  public init(key: String, value: Value) {
    self.key = key
    self.value = value
  }
}

/// An instance of a circuit at a deferral index. Good for the session that made it.
public struct PluginInstance: Hashable, Sendable {
  /// Number of the circuit in `PluginInfo.circuits`.
  public var circuit: Int
  /// The deferral index.
  public var index: Int
  var handle: UInt64
}

/// Calls that are proven together. Good for the session that made it.
public struct PluginJob: Hashable, Sendable {
  public var instance: PluginInstance
  public var callCount: Int
  /// For each AIR of the AIR bytes: the logarithm of its height, nil where it is absent.
  public var logHeights: [Int?]
  var handle: UInt64
}

/// An input, and the output that the deferral function must give.
public struct KnownAnswer: Hashable, Sendable {
  public var input: [UInt8]
  public var output: [UInt8]
}

/// How cells are laid out for the plugin.
public struct TraceLayout: Hashable, Sendable {
  public enum Order: Hashable, Sendable {
    case columnMajor
    case rowMajor
  }
  public var order: Order
  /// Cells between one column (or row) and the next that belong to nobody.
  public var gap: Int
  /// Whether an inaccessible page lies right behind each view and one right before, so that a write outside ends the
  /// call. What remains between a view and its pages, for alignment, is checked afterwards.
  public var hasGuardPages: Bool

  public init(order: Order = .columnMajor, gap: Int = 0, hasGuardPages: Bool = false) {
    self.order = order
    self.gap = gap
    self.hasGuardPages = hasGuardPages
  }
}

/// Checks that only the runtime beside the plugin can make. The answer is whether the plugin behaves.
public enum PluginProbe: Hashable, Sendable {
  /// The entry, called again, gives the same table with the same content.
  case entryIsIdempotent
  /// The entry accepts the table of a later host, which is longer and has a higher minor version.
  case acceptsFutureHost
  /// The entry lives with a host's table that ends before its last function, and `describe` with a description that
  /// lacks its last field: nothing is written beyond the stated size.
  case acceptsPastHost(circuit: Int)
  /// `describe` with a longer description writes nothing beyond the size that it knows.
  case acceptsFutureDescription(circuit: Int)
  /// An extension that nobody knows gives NULL.
  case refusesUnknownExtension
  /// `describe` for a circuit that does not exist gives BAD_ARGUMENT.
  case refusesUnknownCircuit
}
