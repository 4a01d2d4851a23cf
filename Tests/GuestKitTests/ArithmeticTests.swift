import CGuestArithmetic
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// GuestKit's arithmetic in software gives what the host's hardware gives, bit by bit.
struct ArithmeticTests {
  static let rounds = 200_000

  @Test func binary64() {
    var source = Operands(seed: 0x6b69_7401)
    for _ in 0..<Self.rounds {
      let (x, y) = (source.double(), source.double())
      expect(kit_adddf3(x, y), x + y, "\(x) + \(y)")
      expect(kit_subdf3(x, y), x - y, "\(x) - \(y)")
      expect(kit_muldf3(x, y), x * y, "\(x) * \(y)")
      expect(kit_divdf3(x, y), x / y, "\(x) / \(y)")
      expect(kit_sqrt(x), x.squareRoot(), "square root of \(x)")
      expect(kit_trunc(x), x.rounded(.towardZero), "trunc \(x)")
      expect(kit_floor(x), x.rounded(.down), "floor \(x)")
      expect(kit_ceil(x), x.rounded(.up), "ceil \(x)")
      expect(kit_rint(x), x.rounded(.toNearestOrEven), "rint \(x)")
      expect(kit_round(x), x.rounded(.toNearestOrAwayFromZero), "round \(x)")
      expect(Double(kit_truncdfsf2(x)), Double(Float(x)), "\(x) as binary32")
    }
    for _ in 0..<Self.rounds / 20 {
      let (x, y) = (source.double(), source.double())
      expect(kit_fmod(x, y), fmod(x, y), "\(x) modulo \(y)")
    }
  }

  @Test func binary32() {
    var source = Operands(seed: 0x6b69_7402)
    for _ in 0..<Self.rounds {
      let (x, y) = (source.float(), source.float())
      expect(Double(kit_addsf3(x, y)), Double(x + y), "\(x) + \(y)")
      expect(Double(kit_subsf3(x, y)), Double(x - y), "\(x) - \(y)")
      expect(Double(kit_mulsf3(x, y)), Double(x * y), "\(x) * \(y)")
      expect(Double(kit_divsf3(x, y)), Double(x / y), "\(x) / \(y)")
      expect(Double(kit_sqrtf(x)), Double(x.squareRoot()), "square root of \(x)")
      expect(kit_extendsfdf2(x), Double(x), "\(x) as binary64")
    }
  }

  @Test func comparisons() {
    var source = Operands(seed: 0x6b69_7403)
    for _ in 0..<Self.rounds {
      let x = source.double()
      let y = source.bool() ? source.double() : x
      let found = [
        kit_eqdf2(x, y) == 0, kit_nedf2(x, y) != 0, kit_ltdf2(x, y) < 0, kit_ledf2(x, y) <= 0, kit_gtdf2(x, y) > 0,
        kit_gedf2(x, y) >= 0, kit_unorddf2(x, y) != 0,
      ]
      if found != [x == y, x != y, x < y, x <= y, x > y, x >= y, x.isNaN || y.isNaN] {
        Issue.record("comparing \(x) and \(y): \(found)")
      }
    }
  }

  @Test func conversions() {
    var source = Operands(seed: 0x6b69_7404)
    for _ in 0..<Self.rounds {
      let bits = source.integer()
      let signed = Int64(bitPattern: bits)
      expect(kit_floatundidf(bits), Double(bits), "\(bits)")
      expect(kit_floatdidf(signed), Double(signed), "\(signed)")
      expect(Double(kit_floatundisf(bits)), Double(Float(bits)), "\(bits) as binary32")
      expect(Double(kit_floatdisf(signed)), Double(Float(signed)), "\(signed) as binary32")
      let x = source.double()
      if let value = Int64(exactly: x.rounded(.towardZero)) { expect(kit_fixdfdi(x), value, "\(x) to Int64") }
      if x >= 0, let value = UInt64(exactly: x.rounded(.towardZero)) {
        expect(kit_fixunsdfdi(x), value, "\(x) to UInt64")
      }
    }
  }

  @Test func wideIntegers() {
    var source = Operands(seed: 0x6b69_7405)
    for _ in 0..<Self.rounds {
      let (a, b) = (source.integer(), source.integer())
      let amount = Int32(source.integer() & 63)
      expect(kit_ashldi3(a, amount), a << UInt64(amount), "\(a) << \(amount)")
      expect(kit_lshrdi3(a, amount), a >> UInt64(amount), "\(a) >> \(amount)")
      expect(kit_ashrdi3(Int64(bitPattern: a), amount), Int64(bitPattern: a) >> Int64(amount), "\(a) >> \(amount)")
      guard b != 0 else { continue }
      expect(kit_udivdi3(a, b), a / b, "\(a) / \(b)")
      expect(kit_umoddi3(a, b), a % b, "\(a) % \(b)")
      let (x, y) = (Int64(bitPattern: a), Int64(bitPattern: b))
      expect(kit_divdi3(x, y), x.dividedReportingOverflow(by: y).partialValue, "\(x) / \(y)")
      expect(kit_moddi3(x, y), x.remainderReportingOverflow(dividingBy: y).partialValue, "\(x) % \(y)")

      let wide = UInt128(source.integer()) << 64 | UInt128(a)
      let divisor = source.bool() ? UInt128(b) : UInt128(source.integer()) << UInt128(amount) | UInt128(b)
      expect(number(kit_udivti3(words(wide), words(divisor))), wide / divisor, "\(wide) / \(divisor)")
      expect(number(kit_umodti3(words(wide), words(divisor))), wide % divisor, "\(wide) % \(divisor)")
    }
  }

  @Test func memory() {
    var source = Operands(seed: 0x6b69_7406)
    var buffer = [UInt8](repeating: 0, count: 256)
    for _ in 0..<Self.rounds / 4 {
      for index in buffer.indices { buffer[index] = UInt8(truncatingIfNeeded: source.integer()) }
      let (to, from, count) = (source.below(120), source.below(120), source.below(130))
      var expected = buffer
      expected.replaceSubrange(to..<to + count, with: buffer[from..<from + count])
      let isApart = to + count <= from || from + count <= to
      buffer.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        _ = isApart ? kit_memcpy(base + to, base + from, count) : kit_memmove(base + to, base + from, count)
      }
      if buffer != expected { Issue.record("copying \(count) bytes from \(from) to \(to)") }
      buffer.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        _ = kit_memset(base + from, 0x5a, count)
      }
      expected.replaceSubrange(from..<from + count, with: repeatElement(0x5a, count: count))
      if buffer != expected { Issue.record("filling \(count) bytes at \(from)") }
    }
  }

  private func words(_ value: UInt128) -> kit_wide {
    func word(_ shift: UInt128) -> UInt32 { UInt32(truncatingIfNeeded: value >> shift) }
    return kit_wide(words: (word(0), word(32), word(64), word(96)))
  }

  private func number(_ value: kit_wide) -> UInt128 {
    let (a, b, c, d) = value.words
    return UInt128(a) | UInt128(b) << 32 | UInt128(c) << 64 | UInt128(d) << 96
  }

  private func expect(_ found: Double, _ expected: Double, _ what: @autoclosure () -> String) {
    if found.isNaN && expected.isNaN || found.bitPattern == expected.bitPattern { return }
    Issue.record("\(what()): \(found) instead of \(expected)")
  }

  private func expect<Integer: FixedWidthInteger>(
    _ found: Integer, _ expected: Integer, _ what: @autoclosure () -> String
  ) {
    if found != expected { Issue.record("\(what()): \(found) instead of \(expected)") }
  }
}

/// Random operands, many of them near an edge.
private struct Operands {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed) }

  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }
  mutating func bool() -> Bool { generator.next() & 1 == 1 }

  /// Of random length, some with all bits turned.
  mutating func integer() -> UInt64 {
    let value = generator.next() >> (generator.next() & 63)
    return generator.next() & 3 == 0 ? ~value : value
  }

  mutating func double() -> Double {
    let bits = generator.next()
    let fraction = bits & (1 << 52 - 1)
    let sign = bits & (1 << 63)
    switch generator.next() & 7 {
    case 0: return Double(bitPattern: bits)
    case 1: return Double(bitPattern: sign | fraction)  // subnormal
    case 2: return [0, -0.0, .infinity, -.infinity, .nan, 1, 0.5, -1.5, .leastNonzeroMagnitude][below(9)]
    case 3: return Double(bitPattern: sign | UInt64(2046 - below(60)) << 52 | fraction)  // near the greatest
    case 4: return Double(bitPattern: sign | UInt64(1 + below(60)) << 52 | fraction)  // near the smallest
    case 5: return Double(Int64(bitPattern: integer())) * 0.5
    default: return Double(bitPattern: sign | UInt64(958 + below(130)) << 52 | fraction >> UInt64(below(53)))
    }
  }

  mutating func float() -> Float {
    let bits = UInt32(truncatingIfNeeded: generator.next())
    switch generator.next() & 3 {
    case 0: return Float(bitPattern: bits)
    case 1: return Float(bitPattern: bits & 0x807f_ffff | UInt32(102 + below(50)) << 23)
    case 2: return Float(bitPattern: bits & 0x80ff_ffff)
    default: return [0, -0.0, .infinity, -.infinity, .nan, 1, .greatestFiniteMagnitude][below(7)]
    }
  }
}
