/// The code of a guest: a read-only map from addresses to instructions, fixed for the whole run.
public struct Program: Equatable, Sendable {
  /// Address of the first slot, a multiple of 4.
  public let base: UInt32
  /// One slot for every 4 bytes from `base` on; nil where there is no instruction. Non-empty; ends below 2^30.
  public let slots: [Instruction?]

  /// `base` is a multiple of 4, and `base + 4 * slots.count` at most 2^30.
  public init(base: UInt32, slots: [Instruction?]) {
    precondition(base % 4 == 0 && !slots.isEmpty && Int(base) + 4 * slots.count <= 1 << MachineLimits.pcBits)
    self.base = base
    self.slots = slots
  }

  /// The slot's number of an address; nil outside the program or between instructions.
  @inlinable
  public func slot(at pc: UInt32) -> Int? {
    guard pc >= base, pc % 4 == 0 else { return nil }
    let index = Int((pc - base) / 4)
    return index < slots.count ? index : nil
  }

  /// The instruction at `pc`.
  @inlinable
  public subscript(pc: UInt32) -> Instruction? { slot(at: pc).flatMap { slots[$0] } }
}
