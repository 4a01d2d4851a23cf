import ArgumentParser
import MachineCircuits
import Outrigger

struct CommitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "commit",
    abstract: "Print the commitments that whoever verifies runs of a guest has to know.",
    discussion: """
      app_exe_commit stands for the guest: its code, its initial memory, the deferral circuits that the memory names, \
      and where it starts. app_vk_pre_hash stands \
      for the machine with its parameters. Compute them from a guest that you have read or built yourself: a proof is \
      about nothing else.
      """)

  @OptionGroup var application: ApplicationOptions
  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let progress = ProgressPrinter(quiet: output.quiet)
    do {
      defer { progress.finish() }
      let loaded = try application.load(workers: workerOptions, progress: progress, json: output.json)
      let configuration = loaded.configuration
      let key = try AppSetup.key(configuration, workers: workerOptions.workers)
      let committed = try AppSetup.commit(
        loaded.guest, deferral: loaded.extension, configuration: configuration, workers: workerOptions.workers)
      let commitments = AppCommitments(key: key, guest: committed)
      progress.finish()
      if output.json { return Terminal.print(JSONReport.encode(commitments)) }
      Terminal.print("app_exe_commit  \(commitments.executable)")
      Terminal.print("app_vk_pre_hash \(commitments.keyPreHash)")
      application.machine.warn()
    } catch let error as AppError { throw CommandFailure(error, json: output.json) }
  }
}
