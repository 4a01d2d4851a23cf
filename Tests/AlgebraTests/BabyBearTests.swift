import Algebra
import TestSupport
import Testing

/// BabyBear against plain integers, against the field's axioms and against known answers.
struct BabyBearTests {
  static let p = UInt64(BabyBear.modulus)

  /// Edges of the canonical and of the residue range, then uniform ones.
  static let samples: [BabyBear] = {
    var generator = SeededGenerator(1)
    let edges: [UInt32] = [0, 1, 2, 7, 31, 1 << 27, 1 << 30, 0x3c00_0000, 0x3c00_0001, 0x77ff_ffff, 0x7800_0000]
    let residues: [UInt32] = [1, 2, 0x3c00_0000, 0x3c00_0001, 0x7800_0000]
    return edges.map { BabyBear($0) } + residues.map { BabyBear(uncheckedMontgomery: $0) }
      + (0..<40).map { _ in generator.element() }
  }()

  @Test func arithmeticIsThatOfIntegersModuloP() {
    for a in Self.samples {
      let x = UInt64(a.canonical)
      #expect(UInt64((-a).canonical) == (Self.p - x) % Self.p)
      #expect(UInt64(a.squared.canonical) == x * x % Self.p)
      #expect(UInt64(a.halved.canonical) == (x % 2 == 0 ? x / 2 : (x + Self.p) / 2))
      for b in Self.samples {
        let y = UInt64(b.canonical)
        #expect(UInt64((a + b).canonical) == (x + y) % Self.p)
        #expect(UInt64((a - b).canonical) == (x + Self.p - y) % Self.p)
        #expect(UInt64((a * b).canonical) == x * y % Self.p)
      }
    }
  }

  @Test func everyElementIsHeldReduced() {
    for a in Self.samples {
      for b in Self.samples {
        for result in [a + b, a - b, a * b, -a, a.halved] { #expect(result.montgomery < BabyBear.modulus) }
      }
    }
  }

  @Test func fieldAxiomsHold() {
    for a in Self.samples {
      #expect(a + .zero == a && a * .one == a && a * .zero == .zero)
      #expect(a + -a == .zero && a - a == .zero)
      #expect(a.halved + a.halved == a)
      #expect(a.inverse * a == (a == .zero ? .zero : .one))
      for b in Self.samples {
        #expect(a + b == b + a && a * b == b * a)
        for c in Self.samples.prefix(20) {
          #expect((a + b) + c == a + (b + c))
          #expect((a * b) * c == a * (b * c))
          #expect(a * (b + c) == a * b + a * c)
        }
      }
    }
  }

  @Test func assigningOperatorsMatchTheOthers() {
    for a in Self.samples {
      for b in Self.samples {
        var (sum, difference, product) = (a, a, a)
        sum += b
        difference -= b
        product *= b
        #expect(sum == a + b && difference == a - b && product == a * b)
      }
    }
  }

  @Test func crossesToIntegersAndBack() {
    for a in Self.samples {
      #expect(BabyBear(canonical: a.canonical) == a)
      #expect(BabyBear(montgomery: a.montgomery) == a)
      #expect(UInt64(a.montgomery) == (UInt64(a.canonical) << 32) % Self.p)
      #expect(a.description == String(a.canonical))
    }
    #expect(BabyBear(canonical: BabyBear.modulus) == nil)
    #expect(BabyBear(canonical: .max) == nil)
    #expect(BabyBear(montgomery: BabyBear.modulus) == nil)
    #expect(BabyBear(montgomery: .max) == nil)
    #expect(BabyBear(BabyBear.modulus) == .zero)
    #expect(UInt64(BabyBear(UInt32.max).canonical) == UInt64(UInt32.max) % Self.p)
    #expect(BabyBear(-1) == -.one)
    #expect(BabyBear(Int.min) == -BabyBear(2).power(63))
    #expect(BabyBear(Int.max) == BabyBear(2).power(63) - .one)
  }

  @Test func powersFollowTheExponent() {
    for a in Self.samples {
      #expect(a.power(0) == .one)
      #expect(a.power(5) == a * a * a * a * a)
      #expect(a.power(Self.p) == a)
      #expect(a.power(.max) == (0..<64).reduce(.one) { power, _ in power.squared * a })
      #expect(a.squared(times: 3) == a.power(8))
      #expect(a.squared(times: 0) == a)
    }
    for k in 0...40 { #expect(BabyBear.inversePowerOfTwo(k) * BabyBear(2).power(UInt64(k)) == .one) }
  }

  @Test func rootsOfUnityHaveTheirOrder() {
    for k in 1...BabyBear.twoAdicity {
      let root = BabyBear.rootOfUnity(log: k)
      #expect(root.squared(times: k) == .one)
      #expect(root.squared(times: k - 1) == -.one)
      #expect(root.squared == BabyBear.rootOfUnity(log: k - 1))
    }
    #expect(BabyBear.rootOfUnity(log: 0) == .one)
    #expect(BabyBear.rootOfUnity(log: -1) == .zero)
    #expect(BabyBear.rootOfUnity(log: 28) == .zero)
  }

  @Test func generatorGeneratesTheGroup() {
    // p - 1 = 2^27 * 3 * 5
    #expect(BabyBear.generator == 31)
    for prime: UInt64 in [2, 3, 5] { #expect(BabyBear.generator.power((Self.p - 1) / prime) != .one) }
    #expect(BabyBear.generator.power(Self.p - 1) == .one)
    #expect(BabyBear.generator.power(15) == BabyBear.rootOfUnity(log: 27))
  }

  @Test func matchesKnownAnswers() throws {
    let file = try #require(try Vectors.json("vectors/field.json"))
    #expect(file["modulus"].int == Int(BabyBear.modulus))
    #expect(file["multiplicative_generator"].element == BabyBear.generator)
    #expect(file["two_adicity"].int == BabyBear.twoAdicity)
    #expect(file["montgomery"]["serde_of_one"].int == Int(BabyBear.one.montgomery))
    #expect(file["two_adic_generators"].elements == (0...27).map { BabyBear.rootOfUnity(log: $0) })
    let cases = file["base_ops"].array
    #expect(cases.count == 20)
    for vector in cases {
      let (a, b) = (vector["a"].element, vector["b"].element)
      #expect(vector["add"].element == a + b)
      #expect(vector["sub"].element == a - b)
      #expect(vector["neg_a"].element == -a)
      #expect(vector["mul"].element == a * b)
      #expect(vector["square_a"].element == a.squared)
      #expect(vector["halve_a"].element == a.halved)
      if let inverse = vector["inv_a"].int { #expect(BabyBear(inverse) == a.inverse) }
      let exponent = try #require(vector["exp"].int)
      #expect(vector["a_pow_exp"].element == a.power(UInt64(exponent)))
    }
  }
}
