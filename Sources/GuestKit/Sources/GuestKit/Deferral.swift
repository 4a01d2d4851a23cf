import CGuestKit

/// A commitment to an input or an output of a deferral circuit: eight field elements, each below 0x78000001.
public struct DeferralCommit: BitwiseCopyable, Equatable, Sendable {
  /// The elements, canonical.
  public var words: [8 of UInt32]

  public init(words: [8 of UInt32]) { self.words = words }

  /// From 32 bytes: each element as four bytes, little-endian.
  public init(_ bytes: [UInt8]) {
    Guest.require(bytes.count == 32, "a commitment has 32 bytes")
    words = InlineArray { index in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[4 * index + $1]) << UInt32(8 * $1) }
    }
  }

  /// The 32 bytes, each element as four, little-endian.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for index in words.indices {
      for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: words[index] >> UInt32(8 * shift))) }
    }
    return bytes
  }

  public static func == (a: DeferralCommit, b: DeferralCommit) -> Bool {
    var difference: UInt32 = 0
    for index in a.words.indices { difference |= a.words[index] ^ b.words[index] }
    return difference == 0
  }
}

/// Names the output of a deferral call: 40 bytes, as the machine writes them.
///
/// Only ``Deferral/compute(_:)`` makes keys. The length is a claim of whoever proves until
/// ``Deferral/output(of:upTo:)`` has checked it together with the bytes: do not act on it before.
public struct DeferralOutputKey: BitwiseCopyable, Sendable {
  public let commit: DeferralCommit
  /// In bytes, a multiple of eight. Unchecked.
  public let claimedLength: UInt32
  let claimedLengthHigh: UInt32

  // Filled by the machine.
  init() {
    commit = DeferralCommit(words: InlineArray(repeating: 0))
    claimedLength = 0
    claimedLengthHigh = 0
  }
}

/// A deferral circuit of the application: an expensive function that is proven outside of the machine, by a circuit of
/// its own. `index` is its place in the application's manifest, 0 to 1023.
///
///     let digest = Deferral<0>.call(message, outputLength: 32)
///
/// The circuit's answer is part of what the proof says: a proof exists only if the function, on these bytes, gives
/// these bytes.
public enum Deferral<let index: Int> {
  /// Calls the function with bytes that the guest has, and returns its output of `outputLength` bytes. Panics if the
  /// output has another length.
  ///
  /// The circuit must use the standard input hash; the manifest's check says so otherwise.
  public static func call(_ input: [UInt8], outputLength: Int) -> [UInt8] {
    let key = compute(commit(to: input))
    Guest.require(key.claimedLength == UInt32(truncatingIfNeeded: outputLength), "a deferred output of another length")
    return output(of: key, upTo: outputLength)
  }

  /// Calls the function with bytes that the guest has, and returns its output of at most `limit` bytes. Panics if the
  /// output is longer.
  public static func call(_ input: [UInt8], upTo limit: Int) -> [UInt8] {
    output(of: compute(commit(to: input)), upTo: limit)
  }

  /// The commitment to `input` as an input of this circuit, computed by the machine.
  public static func commit(to input: [UInt8]) -> DeferralCommit {
    requireIndex()
    var commit = guest_commit()
    input.withUnsafeBytes { bytes in
      // SAFE: the elements of an array start at a multiple of four; the machine reads `count` bytes from there.
      var descriptor = guest_input_descriptor(bytes: bytes.baseAddress, length: UInt32(bytes.count))
      guest_deferral_commit(UInt32(index), &commit, &descriptor)
    }
    return unsafeBitCast(commit, to: DeferralCommit.self)
  }

  /// Calls the function with the input that `commit` stands for, and returns the name of its output.
  ///
  /// The host must have an input of that commitment: one of ``commit(to:)``, or one that it was given by the user. A
  /// commitment that the guest merely read says that *somebody* has such an input, and nothing about its bytes.
  public static func compute(_ commit: DeferralCommit) -> DeferralOutputKey {
    requireIndex()
    var key = guest_output_key()
    var input = unsafeBitCast(commit, to: guest_commit.self)
    guest_deferral_call(UInt32(index), &key, &input)
    return unsafeBitCast(key, to: DeferralOutputKey.self)
  }

  /// The output that `key` names, checked against its commitment. Panics if it has more than `limit` bytes: the length
  /// is the prover's to claim until then, so say what your application can expect.
  public static func output(of key: DeferralOutputKey, upTo limit: Int) -> [UInt8] {
    requireIndex()
    Guest.require(key.claimedLengthHigh == 0, "a deferred output longer than the memory")
    Guest.require(key.claimedLength <= UInt32(truncatingIfNeeded: limit), "a deferred output longer than expected")
    let length = Int(truncatingIfNeeded: key.claimedLength)
    var key = unsafeBitCast(key, to: guest_output_key.self)
    return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      // SAFE: the elements of an array start at a multiple of four, and there is room for the key's length.
      guest_deferral_output(UInt32(index), buffer.baseAddress, &key)
      count = length
    }
  }

  @inline(__always)
  private static func requireIndex() {
    Guest.require(index >= 0 && index < 1024, "deferral circuits have the indices 0 to 1023")
  }
}

// The same as functions, with the circuit as an argument: `deferredCall(Deferral<0>.self, message, upTo: 64)`.

/// Calls the function with the input that `commit` stands for: see ``Deferral/compute(_:)``.
public func deferredCompute<let index: Int>(
  _ circuit: Deferral<index>.Type, _ commit: DeferralCommit
) -> DeferralOutputKey {
  circuit.compute(commit)
}

/// The output that `key` names, checked against its commitment: see ``Deferral/output(of:upTo:)``.
public func getDeferredOutput<let index: Int>(
  _ circuit: Deferral<index>.Type, _ key: DeferralOutputKey, upTo limit: Int
) -> [UInt8] {
  circuit.output(of: key, upTo: limit)
}

/// Calls the function with bytes that the guest has: see ``Deferral/call(_:upTo:)``.
public func deferredCall<let index: Int>(
  _ circuit: Deferral<index>.Type, _ input: [UInt8], upTo limit: Int
) -> [UInt8] {
  circuit.call(input, upTo: limit)
}
