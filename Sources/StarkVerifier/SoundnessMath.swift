// The few real functions that the soundness calculator needs. They come from the C library and not from
// Foundation, which the verifier must not depend on; nothing that decides about a proof uses them.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("StarkVerifier needs log2, exp2, sqrt, floor and ceil from the platform's C library")
#endif

/// Real functions of the soundness calculator, in IEEE double precision.
enum RealMath {
  static func log2(_ x: Double) -> Double { platformLog2(x) }
  static func exp2(_ x: Double) -> Double { platformExp2(x) }
  static func sqrt(_ x: Double) -> Double { x.squareRoot() }
  static func ceil(_ x: Double) -> Double { x.rounded(.up) }
  static func floor(_ x: Double) -> Double { x.rounded(.down) }

  /// `ceil(log2(value))` of an integer; 0 for values up to 1.
  static func ceilLog2(_ value: Int) -> Int {
    guard value > 1 else { return 0 }
    return Int.bitWidth &- (value &- 1).leadingZeroBitCount
  }
}

private func platformLog2(_ x: Double) -> Double { log2(x) }
private func platformExp2(_ x: Double) -> Double { exp2(x) }
