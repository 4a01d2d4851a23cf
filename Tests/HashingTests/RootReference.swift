import Algebra
import BigInt
import Hashing
import TestSupport

/// The root configuration by the letter of chapter 10, in arbitrary-precision integers, with the constants of the
/// specification's tables: what the kernels are compared with.
struct RootReference {
  static let q =
    BigUInt(
      "21888242871839275222246405745257275088548364400416034343698204186575808495617", radix: 10) ?? 0
  static let p = BigUInt(UInt64(BabyBear.modulus))

  /// A table of round constants.
  struct Table {
    var initial: [[BigUInt]]
    var inner: [BigUInt]
    var final: [[BigUInt]]
    var diagonal: [BigUInt]

    init?(_ path: String) throws {
      guard let json = try Vectors.json(path) else { return nil }
      func rows(_ key: String) -> [[BigUInt]] {
        json[key].array.map { $0.array.compactMap { BigUInt(hex: $0.string) } }
      }
      initial = rows("external_initial")
      inner = json["internal"].array.compactMap { BigUInt(hex: $0.string) }
      final = rows("external_final")
      diagonal = json["internal_diag_minus_one"].ints.map { BigUInt($0) }
    }
  }

  var width2: Table
  var width3: Table

  init?() throws {
    guard let width2 = try Table("spec/data/poseidon2-bn254-w2.json"),
      let width3 = try Table("spec/data/poseidon2-bn254-w3.json")
    else { return nil }
    self.width2 = width2
    self.width3 = width3
  }

  /// Section 2.2.
  func permute(_ state: [BigUInt]) -> [BigUInt] {
    let table = state.count == 3 ? width3 : width2
    func power(_ x: BigUInt) -> BigUInt {
      let x2 = x * x % Self.q
      return x2 * x2 % Self.q * x % Self.q
    }
    func external(_ s: [BigUInt]) -> [BigUInt] {
      let sum = s.reduce(0, +)
      return s.map { ($0 + sum) % Self.q }
    }
    func fullRound(_ s: [BigUInt], _ constants: [BigUInt]) -> [BigUInt] {
      external(zip(s, constants).map { power($0 + $1) })
    }
    var s = table.initial.reduce(external(state), fullRound)
    for constant in table.inner {
      s[0] = power(s[0] + constant)
      let sum = s.reduce(0, +)
      s = zip(s, table.diagonal).map { (sum + $0 * $1) % Self.q }
    }
    return table.final.reduce(s, fullRound)
  }

  static func pack(_ elements: some Sequence<BabyBear>) -> BigUInt {
    elements.enumerated().reduce(0) { $0 + BigUInt($1.element.canonical) << (31 * $1.offset) }
  }

  /// Section 2.4.
  func hash(_ elements: [BabyBear]) -> BigUInt {
    var s: [BigUInt] = [0, 0, 0]
    for start in stride(from: 0, to: elements.count, by: 16) {
      let block = elements[start..<min(start + 16, elements.count)]
      s[0] = Self.pack(block.prefix(8))
      if block.count > 8 { s[1] = Self.pack(block.dropFirst(8)) }
      s = permute(s)
    }
    return s[0]
  }

  func compress(_ left: BigUInt, _ right: BigUInt) -> BigUInt { permute([left, right])[0] }
}

/// Section 3.3, as its pseudocode stands.
struct RootReferenceTranscript {
  let reference: RootReference
  private var cells: [BigUInt] = [0, 0, 0]
  private var absorbIndex = 0
  private var squeezable = 0
  private var observations: [BabyBear] = []
  private var samples: [BabyBear] = []

  init(_ reference: RootReference) { self.reference = reference }

  private mutating func absorb(_ value: BigUInt) {
    cells[absorbIndex] = value
    absorbIndex += 1
    if absorbIndex == 2 { permute() }
  }

  private mutating func permute() {
    cells = reference.permute(cells)
    absorbIndex = 0
    squeezable = 2
  }

  private mutating func flush() {
    guard !observations.isEmpty else { return }
    absorb(RootReference.pack(observations))
    observations = []
  }

  mutating func observe(_ element: BabyBear) {
    samples = []
    observations.append(element)
    if observations.count == 8 { flush() }
  }

  mutating func observe(_ digest: BigUInt) {
    samples = []
    flush()
    absorb(digest)
  }

  mutating func sample() -> BabyBear {
    if samples.isEmpty {
      flush()
      if absorbIndex != 0 || squeezable == 0 { permute() }
      squeezable -= 1
      var rest = cells[squeezable]
      for _ in 0..<5 {
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: RootReference.p)
        samples.append(BabyBear(UInt32(digit)))
        rest = quotient
      }
    }
    return samples.removeFirst()
  }
}

extension BigUInt {
  /// The integer of a `0x` string; nil when there is none.
  init?(hex: String?) {
    guard let hex, hex.hasPrefix("0x") else { return nil }
    self.init(hex.dropFirst(2), radix: 16)
  }

  /// The scalar with this canonical integer, which must be below `q`.
  var scalar: BN254Scalar? {
    let bytes = serialize()
    guard bytes.count <= 32 else { return nil }
    return BN254Scalar(canonicalBigEndian: [UInt8](repeating: 0, count: 32 - bytes.count) + bytes)
  }
}

extension BN254Scalar {
  /// The scalar of a `0x` string of its canonical integer.
  init?(hex: String?) {
    guard let scalar = BigUInt(hex: hex)?.scalar else { return nil }
    self = scalar
  }

  /// The canonical integer.
  var bigInteger: BigUInt { canonicalBigEndian.reduce(0) { $0 << 8 | BigUInt($1) } }
}
