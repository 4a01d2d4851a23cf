import CKernels

extension BabyBear {
  /// Replaces every element by its inverse, zero by zero. About three products an element.
  public static func batchInvert(_ elements: inout [BabyBear]) {
    let count = elements.count
    elements.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      ck_batch_inverse(base.words, base.words, count)
    }
  }
}

extension Ext4 {
  /// Replaces every element by its inverse, zero by zero: the conjugates' product over the norm, norms inverted together.
  public static func batchInvert(_ elements: inout [Ext4]) {
    var norms: [BabyBear] = []
    norms.reserveCapacity(elements.count)
    for index in elements.indices {
      let element = elements[index]
      let first = element.frobenius
      let second = first.frobenius
      let conjugates = first * second * second.frobenius
      norms.append((element * conjugates).c0)
      elements[index] = conjugates
    }
    BabyBear.batchInvert(&norms)
    for index in elements.indices { elements[index] *= norms[index] }
  }
}
