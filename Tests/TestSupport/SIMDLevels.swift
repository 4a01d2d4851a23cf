import CKernels
import Foundation

private let lock = NSRecursiveLock()

/// Runs `body`, which may choose the form of the kernels, while no other test does; then restores the choice.
///
/// The form is chosen for the whole process. Tests that run beside this see equal results whichever it is.
public func choosingSIMDLevels<R>(_ body: () throws -> R) rethrows -> R {
  try lock.withLock {
    let chosen = ck_simd_level()
    defer { ck_set_simd_level(chosen) }
    return try body()
  }
}

/// Runs `body` with each form of the kernels that this machine has, 0 the scalar one.
public func withEachSIMDLevel(_ body: (_ level: Int32) throws -> Void) rethrows {
  try choosingSIMDLevels {
    for level in 0...ck_simd_available() {
      ck_set_simd_level(level)
      try body(level)
    }
  }
}
