import Algebra

/// One instruction of the machine: what a row of the program says beside its address.
public struct Instruction: Equatable, Sendable {
  public var opcode: Opcode
  public var a: BabyBear
  public var b: BabyBear
  public var c: BabyBear
  public var d: BabyBear
  public var e: BabyBear
  public var f: BabyBear
  public var g: BabyBear

  public init(
    _ opcode: Opcode, a: BabyBear = 0, b: BabyBear = 0, c: BabyBear = 0, d: BabyBear = 0, e: BabyBear = 0,
    f: BabyBear = 0, g: BabyBear = 0
  ) {
    self.opcode = opcode
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.e = e
    self.f = f
    self.g = g
  }

  /// `opcode, a, ..., g` as they stand in the program's rows.
  public var cells: [8 of BabyBear] { [BabyBear(Int(opcode.rawValue)), a, b, c, d, e, f, g] }
}
