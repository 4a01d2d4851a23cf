import Machine
import StarkVerifier

/// What distinguishes one machine from another: the parameters of its segment proofs and how much a guest reveals.
/// Different parameters have different keys; the number of public values stands beside the key.
public struct MachineConfiguration: Hashable, Sendable {
  /// Of segment proofs.
  public let parameters: SystemParameters
  /// How many bytes a guest reveals: 8 times a power of two.
  public let publicValueBytes: Int

  /// Heights of production segments: powers of two up to this exponent. With greater ones more fits a segment, and
  /// the fixed part of every proof grows. Chosen by measurement (docs/performance.md): the fixed part doubles with each
  /// step, 0.4 s at 18 and 5 s at 23, while from 20 on segments are as long as memory allows anyway.
  public static let defaultLogStackedHeight = 20
  public static let defaultPublicValueBytes = 32
  /// The tallest table, of ranges, must fit.
  public static let logStackedHeights = (MachineLimits.nearBits + 1)...24

  /// Throws unless the range table fits the parameters and the bytes fill a subtree of memory.
  public init(
    parameters: SystemParameters, publicValueBytes: Int = defaultPublicValueBytes
  ) throws(MachineConfigurationError) {
    guard parameters.logStackedHeight >= Self.logStackedHeights.lowerBound else {
      throw .logStackedHeight(found: parameters.logStackedHeight, allowed: Self.logStackedHeights)
    }
    guard publicValueBytes >= 8, publicValueBytes.nonzeroBitCount == 1, publicValueBytes <= 1 << 20 else {
      throw .publicValueBytes(found: publicValueBytes)
    }
    self.parameters = parameters
    self.publicValueBytes = publicValueBytes
  }

  /// A machine whose proofs have 100 provable bits.
  public static func production(
    logStackedHeight: Int = defaultLogStackedHeight, publicValueBytes: Int = defaultPublicValueBytes
  ) throws(MachineConfigurationError) -> MachineConfiguration {
    guard logStackedHeights.contains(logStackedHeight),
      let parameters = try? SystemParameters.app(logStackedHeight: logStackedHeight)
    else { throw .logStackedHeight(found: logStackedHeight, allowed: logStackedHeights) }
    return try MachineConfiguration(parameters: parameters, publicValueBytes: publicValueBytes)
  }

  /// **Insecure.** For tests: a handful of queries and a few bits of proof of work.
  public static func test(
    logStackedHeight: Int = 18, publicValueBytes: Int = defaultPublicValueBytes
  ) throws(MachineConfigurationError) -> MachineConfiguration {
    guard logStackedHeights.contains(logStackedHeight),
      let parameters = try? SystemParameters.testApp(logStackedHeight: logStackedHeight)
    else { throw .logStackedHeight(found: logStackedHeight, allowed: logStackedHeights) }
    return try MachineConfiguration(parameters: parameters, publicValueBytes: publicValueBytes)
  }
}

/// Why there is no such machine.
public enum MachineConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  case logStackedHeight(found: Int, allowed: ClosedRange<Int>)
  case publicValueBytes(found: Int)

  public var description: String {
    switch self {
    case .logStackedHeight(let found, let allowed):
      "the log stacked height must be \(allowed.lowerBound) to \(allowed.upperBound), not \(found)"
    case .publicValueBytes(let found):
      "the number of public value bytes must be 8 times a power of two, at most 2^20, not \(found)"
    }
  }
}
