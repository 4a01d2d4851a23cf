import CMachine
import Hashing

/// The accesses of an instruction that the host performs, kept as the instruction loop keeps its own in each mode.
///
/// Words are of memory that the instruction has checked, registers those of a decoded slot. An access comes before the
/// change of its word; each gives the time of the one before, or 0 in a mode that keeps no times.
struct HostAccess {
  private let state: UnsafeMutablePointer<cm_machine>
  private let mode: Int32
  /// Of the instruction's first access.
  let timestamp: UInt32

  init(_ state: UnsafeMutablePointer<cm_machine>, mode: VirtualMachine.Mode) {
    self.state = state
    self.mode = mode.number
    timestamp = UInt32(truncatingIfNeeded: state.timestamp)
  }

  func register(_ number: UInt8, at offset: Int) -> UInt32 {
    cm_access_register(state, mode, UInt32(number), timestamp &+ UInt32(truncatingIfNeeded: offset))
  }

  func read(_ address: UInt32, at offset: Int) -> UInt32 {
    cm_access_word(state, mode, address, timestamp &+ UInt32(truncatingIfNeeded: offset))
  }

  /// Replaces a word.
  func write(_ word: UInt32, to address: UInt32, at offset: Int) -> (previous: UInt32, time: UInt32) {
    let previous = self.word(at: address)
    let time = cm_access_word(state, mode, address, timestamp &+ UInt32(truncatingIfNeeded: offset))
    cm_store_word(state, mode, address, word)
    return (previous, time)
  }

  /// The word of a deferral accumulator that holds elements `first` to `first + 3` of `digest`.
  func accumulator(_ digest: InnerDigest, from first: Int, pointer: UInt32, at offset: Int) -> UInt32 {
    let elements = digest.elements[first..<first + 4].map(\.canonical)
    return elements.withUnsafeBufferPointer {
      cm_access_cells(state, mode, pointer, $0.baseAddress, timestamp &+ UInt32(truncatingIfNeeded: offset))
    }
  }

  /// What memory holds.
  func word(at address: UInt32) -> UInt32 {
    // SAFE: the instruction has checked the address.
    UInt32(
      littleEndian: UnsafeRawPointer(state.pointee.memory).loadUnaligned(
        fromByteOffset: Int(address), as: UInt32.self))
  }

  /// Ends the instruction: metered mode counts the rows, and those that keep time move it on.
  func finish(timestamps: Int, rows: [(chip: Chip, count: Int)]) {
    guard mode == CM_METERED || mode == CM_PREFLIGHT else { return }
    state.pointee.time += UInt64(timestamps)
    guard mode == CM_METERED else { return }
    withUnsafeMutableBytes(of: &state.pointee.rows) { bytes in
      let counts = bytes.bindMemory(to: UInt64.self)
      for (chip, count) in rows { counts[chip.rawValue] += UInt64(count) }
    }
  }
}
