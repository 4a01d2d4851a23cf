import Algebra
import Hashing
import Machine
import MachineVerifier
import StarkProver

/// A guest with the commitments that proofs of its runs share.
public struct CommittedGuest: Sendable {
  public let executable: Executable
  /// To the program's rows, under the parameters of a machine.
  let program: StackedCommitment<InnerConfiguration>
  /// Memory at the start.
  public let initialMemory: MemoryTree
  /// What verifiers expect.
  public let commit: CommitBytes

  /// Commits to `executable` for machines of `configuration`. `deferralCommits` are the commitments to the deferral
  /// circuits by index, which initial memory holds.
  public init(
    _ executable: Executable, deferralCommits: [InnerDigest] = [], configuration: MachineConfiguration,
    workers: Workers
  ) throws(ExecutionError) {
    // Not to be run: it is asked for its memory.
    let deferrals = deferralCommits.map {
      DeferralBinding(circuitCommit: $0, maxInputBytes: 0) { _ throws(DeferralFailure) in
        throw .fault("the circuit has no function here")
      }
    }
    let machine = try VirtualMachine(
      executable: executable, deferrals: deferrals, publicValueBytes: configuration.publicValueBytes)
    var leaves: [MemoryLeaf] = []
    machine.forEachNonZeroLeaf { leaves.append(MemoryLeaf(addressSpace: $0, label: $1, cells: $2)) }
    let rows = ProgramTrace.cached(executable.program)
    guard rows.height <= 1 << configuration.parameters.logStackedHeight else {
      throw ExecutionError(
        .configuration(
          "expected a program of at most 2^\(configuration.parameters.logStackedHeight) instructions, found more"),
        pc: executable.entry)
    }
    self.executable = executable
    program = StackedCommitment(matrices: [rows], parameters: configuration.parameters, workers: workers)
    initialMemory = MemoryTree(leaves, workers: workers)
    commit = CommitBytes(
      ExecutableCommit.digest(
        programCommit: program.root, initialRoot: initialMemory.root, initialPC: BabyBear(executable.entry)))
  }
}
