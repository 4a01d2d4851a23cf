import Algebra
import TestSupport
import Testing

/// The quartic extension against schoolbook arithmetic, the field's axioms and known answers.
struct Ext4Tests {
  static let samples: [Ext4] = {
    var generator = SeededGenerator(2)
    let edge = -BabyBear.one
    let edges: [Ext4] = [
      .zero, .one, -.one, Ext4(.zero, .one, .zero, .zero), Ext4(.zero, .zero, .one, .zero),
      Ext4(.zero, .zero, .zero, .one), Ext4(edge, edge, edge, edge), Ext4(.zero, edge, .zero, edge),
    ]
    return edges + (0..<16).map { _ in generator.extElement() }
  }()

  /// The product by the definition: powers of `X`, then `X^4 = 11`.
  static func product(_ a: Ext4, _ b: Ext4) -> Ext4 {
    let p = UInt64(BabyBear.modulus)
    var columns = [UInt64](repeating: 0, count: 7)
    for i in 0..<4 {
      for j in 0..<4 {
        columns[i + j] = (columns[i + j] + UInt64(a[i].canonical) * UInt64(b[j].canonical) % p) % p
      }
    }
    let c = (0..<4).map { BabyBear(UInt32(($0 < 3 ? columns[$0] + 11 * columns[$0 + 4] : columns[3]) % p)) }
    return Ext4(c[0], c[1], c[2], c[3])
  }

  @Test func productIsThatOfPolynomials() {
    for a in Self.samples {
      #expect(a.squared == Self.product(a, a))
      for b in Self.samples { #expect(a * b == Self.product(a, b)) }
    }
  }

  @Test func fieldAxiomsHold() {
    for a in Self.samples {
      #expect(a + .zero == a && a * Ext4.one == a && a * Ext4.zero == .zero)
      #expect(a + -a == .zero && a - a == .zero)
      #expect(a.inverse * a == (a == .zero ? .zero : .one))
      for b in Self.samples {
        #expect(a + b == b + a && a * b == b * a && a - b == a + -b)
        for c in Self.samples {
          #expect((a + b) + c == a + (b + c))
          #expect((a * b) * c == a * (b * c))
          #expect(a * (b + c) == a * b + a * c)
        }
      }
    }
  }

  @Test func baseElementsAreASubfield() {
    for a in Self.samples {
      for b in BabyBearTests.samples {
        let lifted = Ext4(b)
        #expect(a * b == a * lifted)
        #expect(a + b == a + lifted)
        #expect(a - b == a - lifted)
        #expect(b - a == lifted - a)
        #expect(Ext4(b).inverse == Ext4(b.inverse))
      }
    }
  }

  @Test func assigningOperatorsMatchTheOthers() {
    for a in Self.samples {
      for b in Self.samples {
        var (sum, difference, product, scaled) = (a, a, a, a)
        sum += b
        difference -= b
        product *= b
        scaled *= b.c0
        #expect(sum == a + b && difference == a - b && product == a * b && scaled == a * b.c0)
      }
    }
  }

  @Test func frobeniusIsThePowerP() {
    for a in Self.samples {
      #expect(a.frobenius == a.power(UInt64(BabyBear.modulus)))
      #expect(a.frobenius.frobenius.frobenius.frobenius == a)
      for b in Self.samples { #expect((a * b).frobenius == a.frobenius * b.frobenius) }
    }
  }

  @Test func powersFollowTheExponent() {
    for a in Self.samples {
      #expect(a.power(0) == .one)
      #expect(a.power(7) == a * a * a * a * a * a * a)
      #expect(a.squared(times: 5) == a.power(32))
      #expect(a.squared(times: 0) == a)
    }
  }

  @Test func coefficientsAreReachedByIndex() {
    let a = Ext4(1, 2, 3, 4)
    #expect((0..<4).map { a[$0] } == [1, 2, 3, 4])
    #expect(a[-1] == .zero && a[4] == .zero)
    #expect(a.description == "[1, 2, 3, 4]")
    #expect(Ext4.degree == 4)
  }

  @Test func matchesKnownAnswers() throws {
    let file = try #require(try Vectors.json("vectors/field.json"))
    #expect(file["W"].ext == Ext4(11))
    #expect(file["ext_degree"].int == Ext4.degree)
    let cases = file["ext_ops"].array
    #expect(cases.count == 20)
    for vector in cases {
      let (a, b) = (vector["a"].ext, vector["b"].ext)
      #expect(vector["add"].ext == a + b)
      #expect(vector["sub"].ext == a - b)
      #expect(vector["mul"].ext == a * b)
      #expect(vector["square_a"].ext == a.squared)
      #expect(vector["mul_base"].ext == a * vector["s_base"].element)
      #expect(vector["frobenius_a"].ext == a.frobenius)
      #expect(vector["frobenius2_a"].ext == a.frobenius.frobenius)
      #expect(vector["frobenius3_a"].ext == a.frobenius.frobenius.frobenius)
      #expect(vector["norm_a"].ext == a * a.frobenius * a.frobenius.frobenius * a.frobenius.frobenius.frobenius)
      if vector["inv_a"].array.count == 4 { #expect(vector["inv_a"].ext == a.inverse) }
      let exponent = try #require(vector["exp"].string.flatMap { UInt64($0) })
      #expect(vector["a_pow_exp"].ext == a.power(exponent))
    }
  }

  @Test func twoAdicGeneratorsHaveTheirOrder() throws {
    let file = try #require(try Vectors.json("vectors/field.json"))
    let generators = file["ext_two_adic_generators"].array.map(\.ext)
    #expect(generators.count == 30)
    for (k, generator) in generators.enumerated() {
      if k <= BabyBear.twoAdicity { #expect(generator == Ext4(BabyBear.rootOfUnity(log: k))) }
      if k > 0 {
        #expect(generator.squared == generators[k - 1])
        #expect(generator.squared(times: k - 1) == -.one)
      }
    }
  }
}
