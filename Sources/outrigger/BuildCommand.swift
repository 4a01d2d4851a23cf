import ArgumentParser
import Outrigger

struct BuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Compile a guest for the machine.",
    discussion: """
      Runs the Swift toolchain's package manager with what the machine needs: Embedded Swift, 32-bit RISC-V with \
      multiplication and nothing else, link-time optimisation. A package's manifest is a program that runs while \
      building, so build only what you trust.
      """)

  @Argument(help: "The guest's folder.")
  var directory = "."

  @Option(help: ArgumentHelp("Which of the package's executables to build, if it has several.", valueName: "name"))
  var product: String?

  @Option(
    help: ArgumentHelp(
      "The Swift toolchain's 'swift'; the one on the PATH by default.", valueName: "path"))
  var swift: String?

  @Flag(help: "Show what the package manager says.")
  var verbose = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let progress = ProgressPrinter(quiet: output.quiet)
    let build: GuestBuild
    do throws(GuestBuildError) {
      defer { progress.finish() }
      build = try GuestBuilder(directory: directory, product: product, swift: swift).build(progress: progress.handle)
    } catch {
      throw CommandFailure(error, json: output.json)
    }
    if output.json { return Terminal.print(JSONReport.encode(build)) }
    if verbose { Terminal.printError(build.log) }
    Terminal.print("\(build.path): \(Format.bytes(build.bytes)), built in \(Format.seconds(build.seconds))")
  }
}
