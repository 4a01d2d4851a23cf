/// An input that checks try.
struct Probe: Hashable {
  /// Where it comes from, for reasons: "known answer 2", "33 random bytes".
  var name: String
  var input: [UInt8]
}

/// The inputs that a circuit is tried with: its known answers, none and few bytes, random ones of awkward lengths, and
/// small changes of all of those. The same seed gives the same probes.
struct ProbeSet {
  /// In the order in which they are tried, each input once.
  private(set) var probes: [Probe] = []
  /// As long as the circuit allows, and anybody can afford. Not among `probes` unless short.
  let maximal: Probe

  /// Inputs of probes are no longer, whatever the circuit allows.
  static let longest = 4096
  /// The same for the maximal one.
  static let longestMaximal = 1 << 20

  private static let lengths = [0, 1, 7, 8, 9, 16, 24, 31, 32, 33, 64, 96, 100, 128, 160, 256, 1000, 4096]

  init(knownAnswers: [KnownAnswer], maxInputBytes: Int, seed: UInt64) {
    var generator = ProbeGenerator(seed)
    let maximum = max(0, maxInputBytes)
    maximal = Probe(
      name: "\(min(maximum, Self.longestMaximal)) random bytes",
      input: generator.bytes(min(maximum, Self.longestMaximal)))

    var seen: Set<[UInt8]> = []
    func add(_ name: String, _ input: [UInt8]) {
      guard input.count <= maximum, seen.insert(input).inserted else { return }
      probes.append(Probe(name: name, input: input))
    }
    let known = knownAnswers.enumerated().filter { $0.element.input.count <= Self.longest }
    for (number, answer) in known.prefix(8) { add("known answer \(number)", answer.input) }
    for length in Self.lengths { add("\(length) random bytes", generator.bytes(length)) }
    add("32 zeros", [UInt8](repeating: 0, count: 32))
    add("32 bytes 255", [UInt8](repeating: 255, count: 32))
    if maximum < Self.longest { add(maximal.name, maximal.input) }
    for (number, answer) in known.prefix(2) {
      for (name, input) in Self.neighbours(of: answer.input) { add("known answer \(number) \(name)", input) }
    }
    for (name, input) in Self.neighbours(of: generator.bytes(8)) { add("8 random bytes \(name)", input) }
  }

  /// Inputs that differ little: what a careless commitment takes for the same.
  static func neighbours(of input: [UInt8]) -> [(name: String, input: [UInt8])] {
    var result: [(String, [UInt8])] = [
      ("and a zero", input + [0]), ("and eight zeros", input + [UInt8](repeating: 0, count: 8)),
    ]
    for (name, place) in [("first", 0), ("middle", input.count / 2), ("last", input.count - 1)]
    where input.indices.contains(place) {
      var changed = input
      changed[place] ^= 1
      result.append(("with its \(name) byte changed", changed))
    }
    if input.count > 1 {
      result.append(("without its last byte", input.dropLast()))
      result.append(("turned round", input.reversed()))
    }
    return result
  }
}
