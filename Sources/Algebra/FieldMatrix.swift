import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A column-major matrix of field elements: what a trace is held in.
///
/// Column-major, since committing, folding and constraint evaluation all stream single columns. The storage is
/// one zeroed mapping, with huge pages where it is large. Writers must not overlap; reading is free of races
/// once writing is done.
public final class FieldMatrix: @unchecked Sendable {
  // SAFE: the class hands out raw columns; callers keep writes disjoint (documented above).
  public let height: Int
  public let width: Int
  /// Column `c` is the `height` elements from `base + c * height`.
  public let base: UnsafeMutablePointer<BabyBear>

  /// A zeroed matrix. `height * width` must be representable; both must be non-negative.
  public init(height: Int, width: Int) {
    precondition(height >= 0 && width >= 0, "a matrix has non-negative dimensions")
    self.height = height
    self.width = width
    base = PageMemory.allocate(count: height * width, of: BabyBear.self)
  }

  /// A matrix with the given columns, all of the same length.
  public convenience init(columns: [[BabyBear]]) {
    self.init(height: columns.first?.count ?? 0, width: columns.count)
    for (index, column) in columns.enumerated() {
      precondition(column.count == height, "columns have the same length")
      _ = self.column(index).update(fromContentsOf: column)
    }
  }

  /// A matrix from rows that stand one after the other.
  public convenience init(rowMajor values: [BabyBear], width: Int) {
    self.init(height: width == 0 ? 0 : values.count / width, width: width)
    for row in 0..<height {
      for column in 0..<width { base[column * height + row] = values[row * width + column] }
    }
  }

  deinit { PageMemory.deallocate(base, count: height * width) }

  /// Column `index`.
  @inlinable
  public func column(_ index: Int) -> UnsafeMutableBufferPointer<BabyBear> {
    precondition(index >= 0 && index < width, "column index in range")
    return UnsafeMutableBufferPointer(start: base + index * height, count: height)
  }

  @inlinable
  public subscript(row row: Int, column column: Int) -> BabyBear {
    get {
      precondition(row >= 0 && row < height && column >= 0 && column < width, "cell in range")
      return base[column * height + row]
    }
    set {
      precondition(row >= 0 && row < height && column >= 0 && column < width, "cell in range")
      base[column * height + row] = newValue
    }
  }
}

/// Page-aligned memory straight from the system, for long arrays. Zeroed bytes must be a valid `T`.
///
/// A proof takes and drops arrays of few different lengths, round after round. Dropped blocks are kept for the next
/// taker, up to a bound, since a fresh block costs a page fault and a cleared page for everything it holds.
public enum PageMemory {
  /// From this size on huge pages are asked for: a page fault per 2 MiB in place of one per 4 KiB.
  private static let hugePageThreshold = 4 << 20
  /// Kernels may read a vector that begins inside the memory and ends beyond it.
  private static let slack = 128
  /// Blocks are kept from this size on, and sizes rounded up to it.
  private static let granularity = 1 << 16
  /// Bytes that dropped blocks may hold together, unless told otherwise.
  public static let defaultKeptBytes = 256 << 20

  /// Dropped blocks by size, as addresses.
  private static let kept = Mutex<(blocks: [Int: [UInt]], bytes: Int, limit: Int)>(([:], 0, defaultKeptBytes))

  /// Lets dropped blocks hold up to `bytes` together, for later taking. Fresh pages cost the system a fault and a
  /// clearing each; who makes several proofs of one shape and has memory to spare saves them from the second one on.
  /// What is held beyond is given back.
  public static func keep(upTo bytes: Int) {
    let surplus = kept.withLock { kept in
      kept.limit = bytes
      guard kept.bytes > bytes else { return [Int: [UInt]]() }
      defer { (kept.blocks, kept.bytes) = ([:], 0) }
      return kept.blocks
    }
    for (size, blocks) in surplus {
      for block in blocks { munmap(UnsafeMutableRawPointer(bitPattern: block), size) }
    }
  }

  private static func byteCount<T>(_ count: Int, of type: T.Type) -> Int {
    let bytes = count * MemoryLayout<T>.stride + slack
    return bytes < granularity ? bytes : (bytes + granularity - 1) / granularity * granularity
  }

  /// `count` elements, zeroed unless the caller is going to write them all, with a few readable ones beyond.
  public static func allocate<T: BitwiseCopyable>(
    count: Int, of type: T.Type, isZeroed: Bool = true
  ) -> UnsafeMutablePointer<T> {
    let bytes = byteCount(count, of: type)
    let reused = kept.withLock { kept in
      let block = kept.blocks[bytes]?.popLast()
      if block != nil { kept.bytes -= bytes }
      return block
    }
    if let reused, let memory = UnsafeMutableRawPointer(bitPattern: reused) {
      if isZeroed { memset(memory, 0, bytes) }
      return memory.bindMemory(to: T.self, capacity: Swift.max(count, 1))
    }
    guard let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      memory != MAP_FAILED
    else { fatalError("out of memory: \(bytes) bytes for \(count) of \(type)") }
    if bytes >= hugePageThreshold { madvise(memory, bytes, Int32(MADV_HUGEPAGE)) }
    return memory.bindMemory(to: T.self, capacity: Swift.max(count, 1))
  }

  public static func deallocate<T: BitwiseCopyable>(_ pointer: UnsafeMutablePointer<T>, count: Int) {
    let bytes = byteCount(count, of: T.self)
    let isKept = kept.withLock { kept in
      guard bytes >= granularity, kept.bytes + bytes <= kept.limit else { return false }
      kept.blocks[bytes, default: []].append(UInt(bitPattern: pointer))
      kept.bytes += bytes
      return true
    }
    if !isKept { munmap(pointer, bytes) }
  }
}
