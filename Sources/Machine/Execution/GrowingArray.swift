import Algebra

/// Elements that the instruction loop writes through a pointer: room is made beforehand, the count is set after.
///
/// The memory is that of `PageMemory`, so that a recording takes what the one before has dropped.
final class GrowingArray<Element: BitwiseCopyable> {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int
  var count = 0

  init(capacity: Int) {
    // A power of two, so that the next one finds a dropped block of its size.
    self.capacity = capacity <= 1 ? 1 : 1 << (Int.bitWidth - (capacity - 1).leadingZeroBitCount)
    base = PageMemory.allocate(count: self.capacity, of: Element.self, isZeroed: false)
  }

  deinit { PageMemory.deallocate(base, count: capacity) }

  /// Makes room for `more` elements after the `count` that there are.
  func reserve(_ more: Int) {
    guard capacity - count < more else { return }
    let larger = max(2 * capacity, count + more)
    let memory = PageMemory.allocate(count: larger, of: Element.self, isZeroed: false)
    memory.update(from: base, count: count)
    PageMemory.deallocate(base, count: capacity)
    base = memory
    capacity = larger
  }

  var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }
}
