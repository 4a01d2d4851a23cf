import Hashing

/// Why a run cannot go on. A guest that ends with an exit code other than 0 is no error.
public struct ExecutionError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: Equatable, Sendable {
    /// There is no instruction at the pc, or one that the machine cannot run.
    case undefinedInstruction
    /// A jump or branch leads out of the program.
    case jumpOutOfRange(target: Int64)
    /// A jump or branch leads between two instructions.
    case misalignedJump(target: Int64)
    /// The address, taken without wrap-around, is not one of memory.
    case accessOutOfRange(address: Int64)
    case misalignedAccess(address: Int64)
    /// A revealed word lies beyond the public values.
    case revealOutOfRange(address: Int64, bytes: Int)
    /// All inputs have been taken.
    case outOfInput(count: Int)
    case hintStreamExhausted(wanted: Int, left: Int)
    /// HINT_BUFFER asks for 1 to 1023 words.
    case hintCount(Int)
    /// More random words than the host hands out at once.
    case tooManyRandomWords(Int)
    case unknownPhantom(UInt32)
    /// The guest asked the host to stop.
    case debugPanic
    /// CALL: neither host nor guest has an input with this commitment.
    case unknownDeferralInput(index: Int, commit: InputCommit)
    /// CALL: the function gave no output.
    case deferralFailed(index: Int, commit: InputCommit, DeferralFailure)
    /// CALL: the function's output is not a multiple of 8 bytes, or more than an OUTPUT can write.
    case deferralOutputLength(index: Int, commit: InputCommit, bytes: Int)
    /// OUTPUT: no call to the circuit has had an output with this commitment.
    case unknownDeferralOutput(index: Int, commit: OutputCommit)
    /// OUTPUT: the key claims another length than the output has.
    case deferralKeyLength(index: Int, commit: OutputCommit, expected: Int, found: UInt64)
    /// COMMIT: the circuit does not use the standard input hash, or has cached parts.
    case deferralCommitRefused(index: Int)
    /// COMMIT: the input is longer than the circuit or the machine allows.
    case deferralInputLength(index: Int, limit: Int, found: Int)
    /// The 32 bytes are no commitment: an element is not below the modulus.
    case nonCanonicalCommit(index: Int, bytes: [UInt8])
    /// More calls of a circuit than can be proven.
    case tooManyDeferralCalls(index: Int)
    /// More bytes of inputs and outputs than the host keeps.
    case deferralStorage
    /// The run did not end within as many instructions as were allowed.
    case instructionLimit(UInt64)
    /// The run has ended before.
    case alreadyTerminated
    /// Even a segment of one instruction is more than the budget allows.
    case segmentBudget
    /// A segment needs more timestamps than there are.
    case segmentTooLong
    /// Something that was asked for when the machine was set up is not possible.
    case configuration(String)
  }

  public var kind: Kind
  /// Address of the instruction that was not executed.
  public var pc: UInt32
  public var instruction: Instruction?
  /// The function that the pc is in, as `name+0x10`.
  public var symbol: String?
  /// Instructions executed before.
  public var instructionCount: UInt64

  public init(
    _ kind: Kind, pc: UInt32, instruction: Instruction? = nil, symbol: String? = nil, instructionCount: UInt64 = 0
  ) {
    self.kind = kind
    self.pc = pc
    self.instruction = instruction
    self.symbol = symbol
    self.instructionCount = instructionCount
  }

  public var description: String {
    let place = symbol.map { " in \($0)" } ?? ""
    let what = instruction.map { ", \($0)" } ?? ""
    return "pc \(hex(pc))\(place)\(what), after \(instructionCount) instructions: \(reason)"
  }

  private var reason: String {
    switch kind {
    case .undefinedInstruction: "expected an instruction, found none"
    case .jumpOutOfRange(let target): "expected a target in the program, found \(hex(target))"
    case .misalignedJump(let target): "expected a target that is a multiple of 4, found \(hex(target))"
    case .accessOutOfRange(let address):
      "expected an address below \(hex(1 << MachineLimits.pointerBits)), found \(hex(address))"
    case .misalignedAccess(let address): "expected an address aligned to the access, found \(hex(address))"
    case .revealOutOfRange(let address, let bytes):
      "expected an index within \(bytes) bytes of public values, found \(address)"
    case .outOfInput(let count): "expected another input, found that all \(count) have been read"
    case .hintStreamExhausted(let wanted, let left): "expected \(wanted) bytes of hints, found \(left)"
    case .hintCount(let count): "expected 1 to \(MachineLimits.maxHintWords) words, found \(count)"
    case .tooManyRandomWords(let count): "expected at most \(MachineLimits.maxRandomWords) words, found \(count)"
    case .unknownPhantom(let number): "expected a known phantom, found \(number)"
    case .debugPanic: "the guest asked to be stopped"
    case .unknownDeferralInput(let index, let commit):
      "deferral \(index): expected an input with commitment \(hex(commit.digest.guestBytes)), found none"
    case .deferralFailed(let index, let commit, let failure):
      "deferral \(index), input \(hex(commit.digest.guestBytes)): \(failure)"
    case .deferralOutputLength(let index, let commit, let bytes):
      "deferral \(index), input \(hex(commit.digest.guestBytes)): expected an output of a multiple of 8 bytes, at most "
        + "\(MachineLimits.maxDeferralBytes), found \(bytes)"
    case .unknownDeferralOutput(let index, let commit):
      "deferral \(index): expected the commitment to an output, found \(hex(commit.digest.guestBytes))"
    case .deferralKeyLength(let index, let commit, let expected, let found):
      "deferral \(index), output \(hex(commit.digest.guestBytes)): expected a key with length \(expected), found "
        + "\(found)"
    case .deferralCommitRefused(let index):
      "deferral \(index): expected a circuit with the standard input hash and without cached parts, found another"
    case .deferralInputLength(let index, let limit, let found):
      "deferral \(index): expected an input of at most \(limit) bytes, found \(found)"
    case .nonCanonicalCommit(let index, let bytes):
      "deferral \(index): expected eight field elements as a commitment, found \(hex(bytes))"
    case .tooManyDeferralCalls(let index):
      "deferral \(index): expected at most \(MachineLimits.maxDeferralCalls) calls, found more"
    case .deferralStorage:
      "expected at most \(MachineLimits.maxDeferralStorage) bytes of deferral inputs and outputs, found more"
    case .instructionLimit(let limit): "expected the end within \(limit) instructions, found none"
    case .alreadyTerminated: "expected a run to go on with, found one that has ended"
    case .segmentBudget: "expected room for at least one instruction in a segment, found none"
    case .segmentTooLong: "expected fewer than 2^\(MachineLimits.timestampBits) timestamps in a segment, found more"
    case .configuration(let message): message
    }
  }
}
