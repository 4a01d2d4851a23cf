import Outrigger

/// What the process ends with. Scripts rely on the numbers.
enum ExitCode: Int32 {
  /// Accepted, or done.
  case success = 0
  /// A proof was read, and is not valid, or a case is not reproduced.
  case rejected = 1
  /// Arguments or files that nothing can be done with.
  case unusable = 2
  /// This program did not do what it should.
  case fault = 3
}

/// The way in which a command fails: what is reported where, and the exit code.
struct CommandFailure: Error {
  var exitCode: ExitCode
  /// For people; nil when the command has said everything already.
  var message: String?
  /// What to do about it, for people.
  var hint: String?
  /// For programs, when `--json` is given.
  var json: String?

  /// A result that was printed already and is not a success.
  static let rejected = CommandFailure(exitCode: .rejected)

  init(exitCode: ExitCode, message: String? = nil, hint: String? = nil, json: String? = nil) {
    self.exitCode = exitCode
    self.message = message
    self.hint = hint
    self.json = json
  }

  init(_ error: ArtefactError, json: Bool) {
    self.init(exitCode: .unusable, message: error.description, hint: Self.hint(for: error))
    guard json else { return }
    self.json = JSONReport.encode(
      ErrorObject(
        kind: error.kind.rawValue, message: error.description, file: error.file, field: error.field,
        offset: error.offset))
  }

  init(_ error: CaseError, json: Bool) {
    switch error {
    case .artefact(let error): self.init(error, json: json)
    case .proving(let reason): self.init(exitCode: .unusable, kind: "proving", reason, json: json)
    }
  }

  init(_ error: BenchmarkError, json: Bool) {
    switch error {
    case .artefact(let error): self.init(error, json: json)
    case .unknown: self.init(exitCode: .unusable, kind: "unknown_benchmark", error.description, json: json)
    case .failed(let reason): self.init(exitCode: .fault, kind: "fault", reason, json: json)
    }
  }

  init(_ error: GuestTemplateError, json: Bool) {
    switch error {
    case .artefact(let error): self.init(error, json: json)
    case .invalidName: self.init(exitCode: .unusable, kind: "invalid_name", error.description, json: json)
    case .exists: self.init(exitCode: .unusable, kind: "exists", error.description, json: json)
    }
  }

  init(_ error: GuestBuildError, json: Bool) {
    if case .artefact(let error) = error {
      self.init(error, json: json)
      return
    }
    let hint: String? =
      switch error {
      case .noPackage: "'outrigger new guest NAME' writes a new guest"
      case .noSwift: "the Swift toolchain, 6.2 or later, is at https://www.swift.org/install"
      case .severalExecutables: "--product NAME chooses one"
      default: nil
      }
    self.init(exitCode: .unusable, kind: error.kind, error.description, hint: hint, json: json)
  }

  init(exitCode: ExitCode, kind: String, _ message: String, hint: String? = nil, json: Bool) {
    self.init(exitCode: exitCode, message: message, hint: hint)
    if json { self.json = JSONReport.encode(ErrorObject(kind: kind, message: message)) }
  }

  /// Prints the failure and ends the process.
  func report() -> Never {
    if let json { Terminal.print(json) }
    if let message { Terminal.printError(Terminal.style("error:", .red, onError: true) + " " + message) }
    if let hint { Terminal.printError(Terminal.style("hint:", .bold, onError: true) + " " + hint) }
    Terminal.exit(exitCode)
  }

  private static func hint(for error: ArtefactError) -> String? {
    switch error.kind {
    case .missing: "check the path; relative paths start at the current directory"
    case .malformed where error.offset == 0 && error.field?.hasPrefix("EI_") == true:
      "a guest is an ELF file, which 'outrigger build' makes"
    case .malformed where error.field?.hasPrefix("container") == true:
      "keys of machines come from 'outrigger keygen', proofs of runs from 'outrigger prove app'"
    case .malformed where error.offset == 0: "'outrigger stark inspect \(error.file)' says what kind of file this is"
    case .inconsistent: "keys, proofs, parameters and traces must come from the same set-up"
    default: nil
    }
  }
}

/// The JSON form of a failure.
private struct ErrorObject: Encodable {
  struct Body: Encodable {
    var kind: String
    var message: String
    var file: String?
    var field: String?
    var offset: Int?
  }

  var error: Body

  init(kind: String, message: String, file: String? = nil, field: String? = nil, offset: Int? = nil) {
    error = Body(kind: kind, message: message, file: file, field: field, offset: offset)
  }
}
