import AIR

/// Addresses of data: rs1 + immediate, without a column and without limbs.
///
/// A pointer that is balanced on the memory bus is a multiple of 4 in `[0, 2^29)`: accesses only pass an address on,
/// at rising times, and the one place where addresses come up is the boundary, whose pointers are 8 times a leaf label
/// or 4 more, with labels below `2^26` (chapter 20, sections 2.5 and 2.9). So an access says by itself that its
/// pointer is aligned and in range, as a field element. What a chip has to show is that the field element means the
/// integer: that rs1 + immediate does not wrap around p.
///
/// With rs1 below `2^30`, an immediate in `[-2^11, 2^11)` and a shift in `[0, 3]`, the sum rs1 + immediate - shift
/// lies in `(-2^12, 2^30 + 2^11)`, an interval shorter than p that contains `[0, 2^29)`. If it is `4 n` mod p with
/// `0 <= 4 n < 2^29` then it is `4 n`. Addresses that are negative, not below `2^29`, beyond `2^32` or not aligned are
/// thereby unprovable. All others are provable: `rs1 <= 2^29 + 2^11 < 2^30`.
///
/// One bit more would not do: p itself lies in `[2^30, 2^31)` and would be address 0.
enum DataAddress {
  /// Bits of rs1's top byte: with its other bytes, `rs1 < 2^30`. The chip looks them up.
  static let topByteBits = 6
}

extension Word where T == Expr {
  /// The address at an offset from a register. See `DataAddress`.
  func address(offset: Expr) -> Expr { low + 65536 * high + offset }
}
