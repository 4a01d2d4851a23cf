import CKernels

extension UnsafePointer<BabyBear> {
  /// The Montgomery residues, as the kernels take them.
  @inlinable
  public var words: UnsafePointer<UInt32> {
    // SAFE: a field element is one word.
    UnsafeRawPointer(self).assumingMemoryBound(to: UInt32.self)
  }
}

extension UnsafeMutablePointer<BabyBear> {
  /// The Montgomery residues, as the kernels take them.
  @inlinable
  public var words: UnsafeMutablePointer<UInt32> {
    // SAFE: a field element is one word.
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: UInt32.self)
  }
}

extension Ext4 {
  /// Calls `body` with the four coefficients' residues.
  @inlinable
  public func withWords<R>(_ body: (UnsafePointer<UInt32>) -> R) -> R {
    withUnsafePointer(to: self) { pointer in
      // SAFE: an extension element is four words.
      body(UnsafeRawPointer(pointer).assumingMemoryBound(to: UInt32.self))
    }
  }
}

/// A long array of extension elements, coefficient plane by coefficient plane, so that kernels stream each plane.
///
/// Plane `k` is the `count` residues from `base + k * stride`. Writers must not overlap.
public final class ExtArray: @unchecked Sendable {
  // SAFE: the class hands out raw planes; callers keep writes disjoint (documented above).
  public let count: Int
  /// Elements from one plane to the next.
  public let stride: Int
  public let base: UnsafeMutablePointer<UInt32>

  /// Zeroed, unless the caller is going to write every element.
  public init(count: Int, isZeroed: Bool = true) {
    self.count = count
    // A stride that is no power of two keeps the planes of one index out of the same cache set.
    stride = count < 64 ? count : count + 48
    base = PageMemory.allocate(count: 4 * stride, of: UInt32.self, isZeroed: isZeroed)
  }

  public convenience init(_ elements: [Ext4]) {
    self.init(count: elements.count)
    for (index, element) in elements.enumerated() { self[index] = element }
  }

  deinit { PageMemory.deallocate(base, count: 4 * stride) }

  public subscript(index: Int) -> Ext4 {
    get {
      precondition(index >= 0 && index < count, "index in range")
      return Ext4(
        BabyBear(uncheckedMontgomery: base[index]), BabyBear(uncheckedMontgomery: base[stride + index]),
        BabyBear(uncheckedMontgomery: base[2 * stride + index]),
        BabyBear(uncheckedMontgomery: base[3 * stride + index]))
    }
    set {
      precondition(index >= 0 && index < count, "index in range")
      base[index] = newValue.c0.montgomery
      base[stride + index] = newValue.c1.montgomery
      base[2 * stride + index] = newValue.c2.montgomery
      base[3 * stride + index] = newValue.c3.montgomery
    }
  }

  /// All elements, for short arrays.
  public var elements: [Ext4] { (0..<count).map { self[$0] } }
}

/// Work is handed to threads in pieces of this many elements.
private let grain = 1 << 13

extension ExtArray {
  /// `table[b] = prod_i (bit_i(b) ? high_i : low_i)`: the tensor of one pair a coordinate, `2^pairs.count` elements.
  public static func tensor(_ pairs: [(low: Ext4, high: Ext4)], workers: Workers) -> ExtArray {
    let table = ExtArray(count: 1 << pairs.count, isZeroed: false)
    table[0] = .one
    for (coordinate, pair) in pairs.enumerated() {
      let half = 1 << coordinate
      workers.forEachRange(half, grain: grain) { range in
        pair.low.withWords { low in
          pair.high.withWords { high in
            ck_ext_tensor_step(table.base + range.lowerBound, table.stride, half, range.count, low, high)
          }
        }
      }
    }
    return table
  }

  /// `table[b] = prod_i (bit_i(b) ? x_i : 1 - x_i)` (chapter 10, section 6.0).
  public static func eqTable(_ point: some Sequence<Ext4>, workers: Workers) -> ExtArray {
    tensor(point.map { (low: Ext4.one - $0, high: $0) }, workers: workers)
  }

  /// Binds the lowest variable: `result[y] = self[2y] + r (self[2y + 1] - self[2y])`.
  public func folded(by r: Ext4, workers: Workers) -> ExtArray {
    let result = ExtArray(count: count / 2, isZeroed: false)
    workers.forEachRange(result.count, grain: grain) { range in
      r.withWords {
        ck_ext_fold(
          self.base + 2 * range.lowerBound, self.stride, $0, result.base + range.lowerBound, result.stride, range.count)
      }
    }
    return result
  }

  /// `result[y] = self[2y] + self[2y + 1]`; turns the eq table of a point into that of the point without its first
  /// coordinate.
  public func pairSums(workers: Workers) -> ExtArray {
    let result = ExtArray(count: count / 2, isZeroed: false)
    workers.forEachRange(result.count, grain: grain) { range in
      ck_ext_pair_sums(
        self.base + 2 * range.lowerBound, self.stride, result.base + range.lowerBound, result.stride, range.count)
    }
    return result
  }

  /// Adds `factor * other`.
  public func add(_ other: ExtArray, times factor: Ext4, workers: Workers) {
    precondition(other.count == count, "arrays of the same length")
    workers.forEachRange(count, grain: grain) { range in
      factor.withWords {
        ck_ext_multiply_add(
          other.base + range.lowerBound, other.stride, $0, self.base + range.lowerBound, self.stride, range.count)
      }
    }
  }

  /// `sum_i self[i] other[i]`.
  public func dot(_ other: ExtArray, workers: Workers) -> Ext4 {
    precondition(other.count == count, "arrays of the same length")
    return workers.sum(count, grain: grain) { range in
      Ext4.fromWords {
        ck_ext_dot(
          self.base + range.lowerBound, self.stride, other.base + range.lowerBound, other.stride, range.count, $0)
      }
    }
  }

  /// The round polynomial of `sum_y self(X, y) other(X, y)`, X the lowest variable: its value at 1 and its leading
  /// coefficient, that of X^2.
  public func productRound(_ other: ExtArray, workers: Workers) -> (at1: Ext4, leading: Ext4) {
    precondition(other.count == count, "arrays of the same length")
    let sums = workers.sums(count / 2, grain: grain, width: 2) { range, sums in
      sums.withWords { words in
        ck_product_round(
          self.base + 2 * range.lowerBound, self.stride, other.base + 2 * range.lowerBound, other.stride, range.count,
          words, words + 4)
      }
    }
    return (sums[0], sums[1])
  }

  /// On one coefficient plane: adds (`sign` 1), or subtracts (`sign` -1), for every index bit the element without it.
  /// Turns a multilinear polynomial's coefficients into its values on the cube, and back. `count` is a power of two.
  public func subsetSum(plane: Int, sign: Int32) {
    ck_subset_sum(base + plane * stride, count.trailingZeroBitCount, 0, sign)
  }

  /// Adds `sum_c coefficients[c] * columns[c][i]` to element `i`.
  public func addCombination(
    of columns: [UnsafePointer<BabyBear>], coefficients: [Ext4], workers: Workers, range whole: Range<Int>? = nil
  ) {
    precondition(columns.count == coefficients.count, "a coefficient a column")
    let whole = whole ?? 0..<count
    nonisolated(unsafe) let columns = columns  // SAFE: only read
    workers.forEachRange(whole.count, grain: grain) { part in
      let start = whole.lowerBound + part.lowerBound
      columns.withUnsafeBytes { pointers in
        coefficients.withUnsafeBytes { words in
          ck_linear_combination(
            pointers.assumingMemoryBound(to: UnsafePointer<UInt32>?.self).baseAddress, columns.count,
            part.lowerBound, part.count, words.assumingMemoryBound(to: UInt32.self).baseAddress,
            self.base + start, self.stride)
        }
      }
    }
  }
}

extension Ext4 {
  /// The element whose words `body` fills in.
  @inlinable
  public static func fromWords(_ body: (UnsafeMutablePointer<UInt32>) -> Void) -> Ext4 {
    var element = Ext4.zero
    withUnsafeMutablePointer(to: &element) {
      // SAFE: an extension element is four words.
      body(UnsafeMutableRawPointer($0).assumingMemoryBound(to: UInt32.self))
    }
    return element
  }
}

extension [Ext4] {
  /// Calls `body` with the residues, four an element.
  @inlinable
  public mutating func withWords<R>(_ body: (UnsafeMutablePointer<UInt32>) -> R) -> R {
    withUnsafeMutableBytes { bytes in
      // SAFE: an extension element is four words; the array is never empty where this is used.
      body(bytes.assumingMemoryBound(to: UInt32.self).baseAddress!)
    }
  }
}
