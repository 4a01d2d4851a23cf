import Algebra
import BigInt
import TestSupport
import Testing

extension BN254Scalar {
  /// The canonical integer.
  var bigInteger: BigUInt { BigUInt(words: (0..<4).map { integer[$0] }) }

  init(_ value: BigUInt) {
    let reduced = value % BN254ScalarTests.q
    func word(_ index: Int) -> UInt64 { UInt64(truncatingIfNeeded: reduced >> (64 * index)) }
    self.init(reducing: [word(0), word(1), word(2), word(3)])
  }
}

extension BigUInt {
  /// The integer with the given 64-bit words, least significant first.
  init(words: [UInt64]) { self = words.reversed().reduce(0) { $0 << 64 | BigUInt($1) } }
}

/// The BN254 scalar field against arbitrary-precision integers.
struct BN254ScalarTests {
  static let q = BigUInt(words: (0..<4).map { BN254Scalar.modulus[$0] })

  static let samples: [BN254Scalar] = {
    var generator = SeededGenerator(3)
    let edges: [BigUInt] = [
      0, 1, 2, q - 1, q - 2, q / 2, q / 2 + 1, BigUInt(1) << 64, (BigUInt(1) << 64) - 1, BigUInt(1) << 128,
      (BigUInt(1) << 192) - 1, BigUInt(1) << 253, (BigUInt(1) << 253) - 1,
    ]
    // Edges of the residue: r stands for r / 2^256.
    let inverse = (BigUInt(1) << 256).inverse(q) ?? 0
    return (edges + edges.map { $0 * inverse % q }).map { BN254Scalar($0) } + (0..<20).map { _ in generator.scalar() }
  }()

  @Test func modulusIsTheCurveOrder() {
    #expect(
      Self.q.description == "21888242871839275222246405745257275088548364400416034343698204186575808495617")
    #expect(Self.q.isPrime(rounds: 20))
  }

  @Test func arithmeticIsThatOfIntegersModuloQ() {
    for a in Self.samples {
      let x = a.bigInteger
      #expect(x < Self.q)
      #expect((-a).bigInteger == (Self.q - x) % Self.q)
      #expect(a.squared.bigInteger == x * x % Self.q)
      for b in Self.samples {
        let y = b.bigInteger
        #expect((a + b).bigInteger == (x + y) % Self.q)
        #expect((a - b).bigInteger == (x + Self.q - y) % Self.q)
        #expect((a * b).bigInteger == x * y % Self.q)
        var (sum, difference, product) = (a, a, a)
        sum += b
        difference -= b
        product *= b
        #expect(sum == a + b && difference == a - b && product == a * b)
      }
    }
  }

  @Test func everyResidueIsReduced() {
    for a in Self.samples {
      for b in Self.samples {
        for result in [a + b, a - b, a * b, -a] {
          let residue = BigUInt(words: (0..<4).map { result.montgomery[$0] })
          #expect(residue < Self.q)
          #expect(residue == (result.bigInteger << 256) % Self.q)
        }
      }
    }
  }

  @Test func integersAreReducedOnTheWayIn() {
    for multiple in 0...5 {
      for offset in [BigUInt(0), 1, Self.q - 1] {
        let value = Self.q * BigUInt(multiple) + offset
        guard value >> 256 == 0 else { continue }
        let words = (0..<4).map { UInt64(truncatingIfNeeded: value >> (64 * $0)) }
        #expect(BN254Scalar(reducing: [words[0], words[1], words[2], words[3]]).bigInteger == offset)
      }
    }
    let largest = BN254Scalar(reducing: .init(repeating: .max))
    #expect(largest.bigInteger == ((BigUInt(1) << 256) - 1) % Self.q)
    #expect(BN254Scalar(.max).bigInteger == (BigUInt(1) << 64) - 1)
  }

  @Test func inversesAndPowers() {
    for a in Self.samples {
      #expect(a.inverse * a == (a == .zero ? .zero : .one))
      #expect(a.inverse.bigInteger == (a.bigInteger.inverse(Self.q) ?? 0))
      #expect(a.power(0) == .one)
      #expect(a.power(5) == a * a * a * a * a)
      #expect(a.power(.max).bigInteger == a.bigInteger.power(BigUInt(UInt64.max), modulus: Self.q))
    }
  }

  @Test func bytesRoundTrip() {
    for a in Self.samples {
      #expect(BN254Scalar(canonicalBigEndian: a.canonicalBigEndian) == a)
      #expect(BN254Scalar(montgomeryLittleEndian: a.montgomeryLittleEndian) == a)
      #expect(a.canonicalBigEndian.reduce(BigUInt(0)) { $0 << 8 | BigUInt($1) } == a.bigInteger)
      let residue = a.montgomeryLittleEndian.reversed().reduce(BigUInt(0)) { $0 << 8 | BigUInt($1) }
      #expect(residue == (a.bigInteger << 256) % Self.q)
      #expect(a.canonicalBigEndian.count == BN254Scalar.byteCount)
      #expect(a.montgomeryLittleEndian.count == BN254Scalar.byteCount)
    }
  }

  @Test func rejectsBytesThatAreNotCanonical() {
    func bigEndian(_ value: BigUInt) -> [UInt8] {
      (0..<32).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let accepted = [BigUInt(0), 1, Self.q - 1]
    let rejected =
      [Self.q, Self.q + 1, Self.q * 2, (BigUInt(1) << 254) - 1, (BigUInt(1) << 256) - 1]
      + (0..<4).map { Self.q + (BigUInt(1) << (64 * $0)) }
    for value in accepted {
      #expect(BN254Scalar(canonicalBigEndian: bigEndian(value)) != nil)
      #expect(BN254Scalar(montgomeryLittleEndian: bigEndian(value).reversed()) != nil)
    }
    for value in rejected {
      #expect(BN254Scalar(canonicalBigEndian: bigEndian(value)) == nil)
      #expect(BN254Scalar(montgomeryLittleEndian: bigEndian(value).reversed()) == nil)
    }
    for count in [0, 1, 31, 33, 64] {
      #expect(BN254Scalar(canonicalBigEndian: [UInt8](repeating: 0, count: count)) == nil)
      #expect(BN254Scalar(montgomeryLittleEndian: [UInt8](repeating: 0, count: count)) == nil)
    }
  }

  @Test func descriptionIsDecimal() {
    for a in Self.samples { #expect(a.description == a.bigInteger.description) }
  }

  @Test func divisionOfWordsIsThatOfIntegers() {
    for a in Self.samples {
      for divisor: UInt64 in [1, 2, 10, UInt64(BabyBear.modulus), .max] {
        var words = a.integer
        let remainder = BN254Scalar.divide(&words, by: divisor)
        let expected = a.bigInteger.quotientAndRemainder(dividingBy: BigUInt(divisor))
        #expect(BigUInt(words: (0..<4).map { words[$0] }) == expected.quotient)
        #expect(BigUInt(remainder) == expected.remainder)
      }
      var untouched = a.integer
      #expect(BN254Scalar.divide(&untouched, by: 0) == 0)
      #expect((0..<4).allSatisfy { untouched[$0] == a.integer[$0] })
    }
  }
}
