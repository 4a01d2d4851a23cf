/// A plain interpreter of RV32IM words, written from the RISC-V manual alone, to compare the machine with. It knows
/// nothing of the machine's own instructions, and ends at an ECALL.
struct ReferenceInterpreter {
  var x = [UInt32](repeating: 0, count: 32)
  var pc: UInt32
  var count = 0
  let code: [UInt32]
  let base: UInt32
  /// Bytes from `dataBase` on.
  var data: [UInt8]
  let dataBase: UInt32

  enum Failure: Error, Equatable { case fetch, address, illegal, limit }

  init(code: [UInt32], base: UInt32, data: [UInt8], dataBase: UInt32) {
    (self.code, self.base, self.data, self.dataBase) = (code, base, data, dataBase)
    pc = base
  }

  mutating func run(limit: Int) throws {
    while try step() {
      count += 1
      if count > limit { throw Failure.limit }
    }
    count += 1
  }

  private func byte(_ address: UInt32) throws -> UInt32 {
    let index = Int(address) - Int(dataBase)
    guard data.indices.contains(index) else { throw Failure.address }
    return UInt32(data[index])
  }

  private func read(_ address: UInt32, _ size: UInt32) throws -> UInt32 {
    guard address % size == 0 else { throw Failure.address }
    return try (0..<size).reduce(0) { $0 | (try byte(address + $1)) << (8 * $1) }
  }

  private mutating func write(_ address: UInt32, _ size: UInt32, _ value: UInt32) throws {
    guard address % size == 0 else { throw Failure.address }
    for index in 0..<size {
      _ = try byte(address + index)
      data[Int(address + index) - Int(dataBase)] = UInt8(truncatingIfNeeded: value >> (8 * index))
    }
  }

  // Sign extension of the `width` low bits.
  private func extend(_ value: UInt32, _ width: UInt32) -> UInt32 {
    let sign: UInt32 = 1 << (width - 1)
    return ((value & (sign | (sign - 1))) ^ sign) &- sign
  }

  private mutating func step() throws -> Bool {
    guard pc % 4 == 0, pc >= base, Int(pc - base) / 4 < code.count else { throw Failure.fetch }
    let w = code[Int(pc - base) / 4]
    let (rd, rs1, rs2) = (Int(w >> 7 & 31), Int(w >> 15 & 31), Int(w >> 20 & 31))
    let (f3, f7) = (w >> 12 & 7, w >> 25)
    let (a, b) = (x[rs1], x[rs2])
    let iImm = extend(w >> 20, 12)
    var next = pc &+ 4
    var result: UInt32?
    switch w & 0x7f {
    case 0b0110111: result = w & 0xffff_f000
    case 0b0010111: result = pc &+ (w & 0xffff_f000)
    case 0b1101111:
      let imm = (w >> 31) << 20 | (w >> 12 & 0xff) << 12 | (w >> 20 & 1) << 11 | (w >> 21 & 0x3ff) << 1
      result = next
      next = pc &+ extend(imm, 21)
    case 0b1100111 where f3 == 0:
      result = next
      next = (a &+ iImm) & ~1
    case 0b1100011:
      let imm = (w >> 31) << 12 | (w >> 7 & 1) << 11 | (w >> 25 & 0x3f) << 5 | (w >> 8 & 0xf) << 1
      let isTaken: Bool
      switch f3 {
      case 0: isTaken = a == b
      case 1: isTaken = a != b
      case 4: isTaken = Int32(bitPattern: a) < Int32(bitPattern: b)
      case 5: isTaken = Int32(bitPattern: a) >= Int32(bitPattern: b)
      case 6: isTaken = a < b
      case 7: isTaken = a >= b
      default: throw Failure.illegal
      }
      if isTaken { next = pc &+ extend(imm, 13) }
    case 0b0000011:
      let address = a &+ iImm
      switch f3 {
      case 0: result = extend(try read(address, 1), 8)
      case 1: result = extend(try read(address, 2), 16)
      case 2: result = try read(address, 4)
      case 4: result = try read(address, 1)
      case 5: result = try read(address, 2)
      default: throw Failure.illegal
      }
    case 0b0100011:
      let address = a &+ extend(f7 << 5 | w >> 7 & 31, 12)
      guard f3 <= 2 else { throw Failure.illegal }
      try write(address, 1 << f3, b)
    case 0b0010011:
      if f3 == 1 && f7 != 0 || f3 == 5 && f7 & ~0x20 != 0 { throw Failure.illegal }
      result = operate(f3, isAlternative: f3 == 5 && f7 == 0x20, a, f3 == 1 || f3 == 5 ? UInt32(rs2) : iImm)
    case 0b0110011 where f7 == 1: result = multiplyOrDivide(f3, a, b)
    case 0b0110011 where f7 == 0 || f7 == 0x20 && (f3 == 0 || f3 == 5):
      result = operate(f3, isAlternative: f7 == 0x20, a, b)
    case 0b1110011 where w == 0x73: return false
    default: throw Failure.illegal
    }
    if let result, rd != 0 { x[rd] = result }
    pc = next
    return true
  }

  private func operate(_ f3: UInt32, isAlternative: Bool, _ a: UInt32, _ b: UInt32) -> UInt32 {
    switch f3 {
    case 0: isAlternative ? a &- b : a &+ b
    case 1: a &<< (b & 31)
    case 2: Int32(bitPattern: a) < Int32(bitPattern: b) ? 1 : 0
    case 3: a < b ? 1 : 0
    case 4: a ^ b
    case 5: isAlternative ? UInt32(bitPattern: Int32(bitPattern: a) &>> Int32(b & 31)) : a &>> (b & 31)
    case 6: a | b
    default: a & b
    }
  }

  private func multiplyOrDivide(_ f3: UInt32, _ a: UInt32, _ b: UInt32) -> UInt32 {
    let (signedA, signedB) = (Int64(Int32(bitPattern: a)), Int64(Int32(bitPattern: b)))
    let (unsignedA, unsignedB) = (Int64(a), Int64(b))
    func low(_ value: Int64) -> UInt32 { UInt32(truncatingIfNeeded: value) }
    switch f3 {
    case 0: return low(signedA &* signedB)
    case 1: return low((signedA * signedB) >> 32)
    case 2: return low((signedA * unsignedB) >> 32)
    case 3: return UInt32((UInt64(a) * UInt64(b)) >> 32)
    // 64 bits hold -2^31 / -1 = 2^31, whose low half is what the manual asks for.
    case 4: return b == 0 ? .max : low(signedA / signedB)
    case 5: return b == 0 ? .max : low(unsignedA / unsignedB)
    case 6: return b == 0 ? a : low(signedA % signedB)
    default: return b == 0 ? a : low(unsignedA % unsignedB)
    }
  }
}
