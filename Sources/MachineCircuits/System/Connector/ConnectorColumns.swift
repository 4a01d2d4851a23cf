import AIR

/// The columns of the connector: 6, in two rows. The first row is the segment's beginning, the second its end.
struct ConnectorColumns<T: Cell>: AIRColumns {
  var state: ExecutionState<T>
  /// Whether the run ends here, at a TERMINATE.
  var isTerminate: T
  /// The exit code where it does.
  var exitCode: T
  /// The low 17 bits of the timestamp.
  var timestampLow: T
  /// 1 in the first row, 0 in the second.
  var isBegin: T
}

/// Where the connector's public values stand.
enum ConnectorPublicValue {
  static let initialPC = 0
  static let finalPC = 1
  static let exitCode = 2
  static let isTerminate = 3
  static let count = 4
}
