import StarkVerifier

/// System parameters as JSON.
///
/// Two spellings are read: the usual one, with `"rounds": [{"num_queries": 193}]` and
/// `"proximity": {"ListDecoding": {"m": 2}}`, and the one of the golden examples, with `"num_queries": [193]` and
/// `"proximity": "ListDecoding { m: 2 }"`. The usual one is written.
public enum ParameterFile {
  /// Reads the file at `path`.
  public static func read(_ path: String) throws(ArtefactError) -> SystemParameters {
    try parse(ArtefactFile.read(path, limit: ArtefactFile.Limit.parameters), file: path)
  }

  /// Reads the file at `path` and checks that the protocol is defined for the parameters in it.
  public static func readUsable(_ path: String) throws(ArtefactError) -> SystemParameters {
    let parameters = try read(path)
    do { try parameters.validate() } catch {
      throw ArtefactError(
        .malformed, file: path, field: error.field, "expected \(error.expected), found \(error.found)")
    }
    return parameters
  }

  /// Parses the bytes of a parameter file; `file` is for error messages.
  public static func parse(_ bytes: [UInt8], file: String) throws(ArtefactError) -> SystemParameters {
    var scanner = JSONScanner(bytes, file: file)
    let parameters = try self.parameters(&scanner)
    try scanner.end()
    return parameters
  }

  /// The usual spelling, with a newline at the end.
  public static func encode(_ parameters: SystemParameters) -> [UInt8] {
    let whir = parameters.whir
    let rounds = whir.queriesPerRound.map { "{\"num_queries\":\($0)}" }.joined(separator: ",")
    let proximity =
      switch whir.proximity {
      case .uniqueDecoding: "\"UniqueDecoding\""
      case .splitUniqueList(let m, let start): "{\"SplitUniqueList\":{\"list_start_round\":\(start),\"m\":\(m)}}"
      case .listDecoding(let m): "{\"ListDecoding\":{\"m\":\(m)}}"
      }
    let text = """
      {"l_skip":\(parameters.lSkip),"log_blowup":\(parameters.logBlowup),"logup":{\
      "log_max_message_length":\(parameters.logup.logMaxMessageLength),\
      "max_interaction_count":\(parameters.logup.maxInteractionCount),"pow_bits":\(parameters.logup.powBits)},\
      "max_constraint_degree":\(parameters.maxConstraintDegree),"n_stack":\(parameters.nStack),\
      "w_stack":\(parameters.wStack),"whir":{"folding_pow_bits":\(whir.foldingPowBits),"k":\(whir.k),\
      "mu_pow_bits":\(whir.muPowBits),"proximity":\(proximity),\
      "query_phase_pow_bits":\(whir.queryPhasePowBits),"rounds":[\(rounds)]}}

      """
    return [UInt8](text.utf8)
  }

  // MARK: Reading

  /// Values above these are no parameters of any proof system that runs on a computer; the verifier's own check of
  /// parameters is stricter.
  private enum Bound {
    static let log = 64
    static let width = 1 << 30
    static let rounds = 64
    static let queries = 1 << 20
  }

  static func parameters(_ scanner: inout JSONScanner) throws(ArtefactError) -> SystemParameters {
    var lSkip: Int?
    var nStack: Int?
    var wStack: Int?
    var logBlowup: Int?
    var degree: Int?
    var whir: WHIRParameters?
    var logup: LogUpParameters?
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      switch key {
      case "l_skip": try set(&lSkip, &scanner, upTo: Bound.log)
      case "n_stack": try set(&nStack, &scanner, upTo: Bound.log)
      case "w_stack": try set(&wStack, &scanner, upTo: Bound.width)
      case "log_blowup": try set(&logBlowup, &scanner, upTo: Bound.log)
      case "max_constraint_degree": try set(&degree, &scanner, upTo: 255)
      case "whir":
        guard whir == nil else { throw scanner.malformed("the key appears twice") }
        whir = try self.whir(&scanner)
      case "logup":
        guard logup == nil else { throw scanner.malformed("the key appears twice") }
        logup = try self.logup(&scanner)
      case "derived": try scanner.skipValue()  // written by some tools for the reader's convenience
      default: throw scanner.unknownKey()
      }
    }
    return SystemParameters(
      lSkip: try required(lSkip, "l_skip", scanner), nStack: try required(nStack, "n_stack", scanner),
      wStack: try required(wStack, "w_stack", scanner), logBlowup: try required(logBlowup, "log_blowup", scanner),
      whir: try required(whir, "whir", scanner), logup: try required(logup, "logup", scanner),
      maxConstraintDegree: try required(degree, "max_constraint_degree", scanner))
  }

  private static func whir(_ scanner: inout JSONScanner) throws(ArtefactError) -> WHIRParameters {
    var k: Int?
    var muPow: Int?
    var queryPow: Int?
    var foldingPow: Int?
    var queries: [Int]?
    var proximity: ProximityRegime?
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      switch key {
      case "k": try set(&k, &scanner, upTo: Bound.log)
      case "mu_pow_bits": try set(&muPow, &scanner, upTo: Bound.log)
      case "query_phase_pow_bits": try set(&queryPow, &scanner, upTo: Bound.log)
      case "folding_pow_bits": try set(&foldingPow, &scanner, upTo: Bound.log)
      case "rounds", "num_queries":
        guard queries == nil else { throw scanner.malformed("the rounds appear twice") }
        queries = try self.queries(&scanner, areObjects: key == "rounds")
      case "proximity":
        guard proximity == nil else { throw scanner.malformed("the key appears twice") }
        proximity = try self.proximity(&scanner)
      default: throw scanner.unknownKey()
      }
    }
    return WHIRParameters(
      k: try required(k, "k", scanner), queriesPerRound: try required(queries, "rounds", scanner),
      muPowBits: try required(muPow, "mu_pow_bits", scanner),
      queryPhasePowBits: try required(queryPow, "query_phase_pow_bits", scanner),
      foldingPowBits: try required(foldingPow, "folding_pow_bits", scanner),
      proximity: try required(proximity, "proximity", scanner))
  }

  private static func queries(_ scanner: inout JSONScanner, areObjects: Bool) throws(ArtefactError) -> [Int] {
    var queries: [Int] = []
    try scanner.beginArray()
    while try scanner.nextElement() {
      guard queries.count < Bound.rounds else { throw scanner.malformed("more than \(Bound.rounds) rounds") }
      guard areObjects else {
        queries.append(try scanner.unsigned(upTo: Bound.queries))
        continue
      }
      var count: Int?
      try scanner.beginObject()
      while let key = try scanner.nextKey() {
        guard key == "num_queries" else { throw scanner.unknownKey() }
        try set(&count, &scanner, upTo: Bound.queries)
      }
      queries.append(try required(count, "num_queries", scanner))
    }
    return queries
  }

  private static func logup(_ scanner: inout JSONScanner) throws(ArtefactError) -> LogUpParameters {
    var count: Int?
    var length: Int?
    var pow: Int?
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      switch key {
      case "max_interaction_count": try set(&count, &scanner, upTo: Int(UInt32.max))
      case "log_max_message_length": try set(&length, &scanner, upTo: Bound.log)
      case "pow_bits": try set(&pow, &scanner, upTo: Bound.log)
      default: throw scanner.unknownKey()
      }
    }
    return LogUpParameters(
      maxInteractionCount: UInt32(try required(count, "max_interaction_count", scanner)),
      logMaxMessageLength: UInt32(try required(length, "log_max_message_length", scanner)),
      powBits: try required(pow, "pow_bits", scanner))
  }

  private static func proximity(_ scanner: inout JSONScanner) throws(ArtefactError) -> ProximityRegime {
    var name: String
    var fields: [String: Int] = [:]
    if scanner.isString() {
      // `Name` or `Name { field: 1, other: 2 }`
      let words = try scanner.string().split { " {}:,".contains($0) }.map(String.init)
      name = words.first ?? ""
      for pair in stride(from: 1, to: words.count, by: 2) {
        guard pair + 1 < words.count, let value = Int(words[pair + 1]), (0...Bound.log).contains(value) else {
          throw scanner.malformed("'\(words[pair])' has no small unsigned integer after it")
        }
        fields[words[pair]] = value
      }
    } else {
      try scanner.beginObject()
      guard let key = try scanner.nextKey() else { throw scanner.malformed("expected a decoding regime") }
      name = key
      try scanner.beginObject()
      while let field = try scanner.nextKey() { fields[field] = try scanner.unsigned(upTo: Bound.log) }
      guard try scanner.nextKey() == nil else { throw scanner.malformed("expected one decoding regime") }
    }
    switch (name, fields.count) {
    case ("UniqueDecoding", 0): return .uniqueDecoding
    case ("ListDecoding", 1):
      if let m = fields["m"] { return .listDecoding(m: m) }
    case ("SplitUniqueList", 2):
      if let m = fields["m"], let start = fields["list_start_round"] {
        return .splitUniqueList(m: m, listStartRound: start)
      }
    default: break
    }
    throw scanner.malformed(
      "expected UniqueDecoding, ListDecoding with m, or SplitUniqueList with m and list_start_round, found '\(name)'"
        + (fields.isEmpty ? "" : " with " + fields.keys.sorted().joined(separator: ", ")))
  }

  private static func set(
    _ value: inout Int?, _ scanner: inout JSONScanner, upTo limit: Int
  ) throws(ArtefactError) {
    guard value == nil else { throw scanner.malformed("the key appears twice") }
    value = try scanner.unsigned(upTo: limit)
  }

  private static func required<T>(_ value: T?, _ name: String, _ scanner: JSONScanner) throws(ArtefactError) -> T {
    guard let value else { throw scanner.malformed("the key '\(name)' is missing") }
    return value
  }
}
