import CPluginRuntime
import Glibc
import Synchronization

/// The memory that a host shares with the runtime beside a plugin. It begins with the control block; behind it, regions
/// are handed out to inputs, outputs and traces.
final class SessionArena: @unchecked Sendable {
  // SAFE: the mapping lives as long as this object. Regions do not overlap; the control block is read and written
  // through functions of the runtime that take care of the other side.
  let base: UnsafeMutableRawPointer
  let byteCount: Int
  let descriptor: Int32
  private let free: Mutex<FreeList>

  /// An arena with this many bytes for regions. Memory is taken when it is touched.
  init(dataBytes: Int) throws(PluginError.Reason) {
    let pages = (max(dataBytes, 1 << 16) + 4095) / 4096 * 4096
    byteCount = Int(OPR_CONTROL_BYTES) + pages
    let file = opr_memory_file("outrigger-arena", UInt64(byteCount))
    guard file >= 0 else { throw .workerFailed("no shared memory: \(systemWords(-file))") }
    guard let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), base != MAP_FAILED else {
      let words = systemWords(errno)
      close(file)
      throw .workerFailed("no shared memory: \(words)")
    }
    self.base = base
    descriptor = file
    free = Mutex(FreeList(start: Int(OPR_CONTROL_BYTES), end: byteCount))
  }

  deinit {
    munmap(base, byteCount)
    close(descriptor)
  }

  /// A region; zeroed where asked.
  func region(
    byteCount: Int, alignment: Int = 64, isZeroed: Bool = false
  ) throws(PluginError.Reason) -> ArenaRegion {
    let taken: (offset: Int, used: Int)? = free.withLock { list in
      let used = list.highWater
      return list.take(max(byteCount, 8), alignment: alignment).map { ($0, used) }
    }
    guard let (offset, used) = taken else {
      throw .noRoom(needed: byteCount, free: free.withLock { $0.largest })
    }
    let region = ArenaRegion(arena: self, offset: offset, byteCount: max(byteCount, 8))
    // What was never handed out is zero still.
    if isZeroed, offset < used { memset(region.base, 0, min(region.byteCount, used - offset)) }
    return region
  }

  func region(holding bytes: [UInt8]) throws(PluginError.Reason) -> ArenaRegion {
    let region = try region(byteCount: bytes.count)
    bytes.withUnsafeBytes { if let start = $0.baseAddress { region.base.copyMemory(from: start, byteCount: $0.count) } }
    return region
  }

  fileprivate func giveBack(offset: Int, byteCount: Int) {
    free.withLock { $0.giveBack(offset, byteCount) }
  }
}

/// A part of an arena, given back when nobody holds it any more.
final class ArenaRegion: @unchecked Sendable {
  // SAFE: the memory is this region's alone, and the arena lives as long as the region.
  let arena: SessionArena
  let offset: Int
  let byteCount: Int

  fileprivate init(arena: SessionArena, offset: Int, byteCount: Int) {
    self.arena = arena
    self.offset = offset
    self.byteCount = byteCount
  }

  deinit { arena.giveBack(offset: offset, byteCount: byteCount) }

  var base: UnsafeMutableRawPointer { arena.base + offset }

  /// A span of the region's first bytes.
  func span(_ length: Int? = nil) -> opr_span {
    opr_span(offset: UInt64(offset), length: UInt64(length ?? byteCount))
  }

  /// A copy of bytes of the region. The range must lie in it.
  func bytes(from start: Int = 0, count: Int) -> [UInt8] {
    precondition(start >= 0 && count >= 0 && start + count <= byteCount, "bytes of the region")
    return Array(UnsafeRawBufferPointer(start: base + start, count: count))
  }
}

/// Free stretches of an arena, by place; neighbours are joined. First fit: there are few regions at any time.
struct FreeList {
  private var stretches: [(start: Int, end: Int)]
  /// Nothing at or beyond this has been handed out yet.
  private(set) var highWater: Int

  init(start: Int, end: Int) {
    stretches = [(start, end)]
    highWater = start
  }

  var largest: Int { stretches.map { $0.end - $0.start }.max() ?? 0 }

  mutating func take(_ count: Int, alignment: Int) -> Int? {
    let size = Self.rounded(count)
    for (index, stretch) in stretches.enumerated() {
      let start = (stretch.start + alignment - 1) / alignment * alignment
      guard start <= stretch.end, stretch.end - start >= size else { continue }
      var rest: [(start: Int, end: Int)] = []
      if start > stretch.start { rest.append((stretch.start, start)) }
      if start + size < stretch.end { rest.append((start + size, stretch.end)) }
      stretches.replaceSubrange(index...index, with: rest)
      highWater = max(highWater, start + size)
      return start
    }
    return nil
  }

  mutating func giveBack(_ start: Int, _ count: Int) {
    let end = start + Self.rounded(count)
    let index = stretches.firstIndex { $0.start >= end } ?? stretches.count
    stretches.insert((start, end), at: index)
    if index + 1 < stretches.count, stretches[index + 1].start == end {
      stretches[index].end = stretches[index + 1].end
      stretches.remove(at: index + 1)
    }
    if index > 0, stretches[index - 1].end == stretches[index].start {
      stretches[index - 1].end = stretches[index].end
      stretches.remove(at: index)
    }
  }

  private static func rounded(_ count: Int) -> Int { (count + 63) / 64 * 64 }
}
