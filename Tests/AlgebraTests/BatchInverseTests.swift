import Algebra
import TestSupport
import Testing

@Suite(.serialized) struct BatchInverseTests {
  @Test(arguments: [0, 1, 2, 15, 16, 17, 1023, 1024, 1025, 3000])
  func invertsLikeTheSingleInverseOnEveryLevel(count: Int) {
    var generator = SeededGenerator(UInt64(count))
    var elements = (0..<count).map { _ in BabyBear(UInt32.random(in: 0..<BabyBear.modulus, using: &generator)) }
    // Zeros at both ends and inside: they must not spoil their neighbours.
    for index in [0, count / 2, count - 1] where elements.indices.contains(index) { elements[index] = .zero }
    if count > 3 { elements[1] = -.one }
    withEachSIMDLevel { _ in
      var inverted = elements
      BabyBear.batchInvert(&inverted)
      #expect(inverted == elements.map(\.inverse))
      var extensions = elements.map { Ext4($0, $0 + .one, .zero, $0) }
      extensions.append(.zero)
      let expected = extensions.map(\.inverse)
      Ext4.batchInvert(&extensions)
      #expect(extensions == expected)
    }
  }
}
