import AIR
import Algebra
import Hashing

extension InlineArray where Element: BitwiseCopyable {
  /// The elements as an array.
  var elements: [Element] { indices.map { self[$0] } }
}

extension InnerDigest {
  init(cells: [8 of BabyBear]) {
    self.init(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7])
  }

  var cells: [8 of BabyBear] { [e0, e1, e2, e3, e4, e5, e6, e7] }
}
