import ArgumentParser
import Outrigger

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure kernels and provers on this machine.",
    discussion: "Benchmarks:\n"
      + Benchmark.allCases.map { benchmark in
        "  \(benchmark.rawValue)\(String(repeating: " ", count: 17 - benchmark.rawValue.count))\(benchmark.summary)"
      }.joined(separator: "\n")
        + """


        The environment variable OUTRIGGER_SIMD (scalar, avx2, avx512) limits the kernels, for comparisons.
        --shape proves random traces of the shape of a key and a proof. The result is no valid proof, and is labelled \
        so; only the time counts.
        """)

  @Argument(help: "The benchmark; 'all' for all of them.")
  var name: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Prove random traces of the shape of this key and proof.", valueName: "vk proof"))
  var shape: [String] = []

  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var configurationOptions: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard shape.isEmpty || shape.count == 2 else {
      throw ValidationError("--shape takes a key and a proof, found \(shape.count) files")
    }
    guard (name == nil) != shape.isEmpty else {
      throw ValidationError("name one benchmark, or give --shape with a key and a proof")
    }
  }

  func run() throws {
    let progress = ProgressPrinter(quiet: output.quiet)
    var results: [BenchmarkResult] = []
    do {
      if let name {
        let chosen = name == "all" ? Benchmark.allCases : [try Benchmark(named: name)]
        for benchmark in chosen {
          results.append(try benchmark.run(workers: workerOptions.workers, progress: progress.handle))
        }
      } else {
        results = [
          try ShapeBenchmark.run(
            key: shape[0], proof: shape[1], configuration: configurationOptions.configuration,
            workers: workerOptions.workers, progress: progress.handle)
        ]
      }
      progress.finish()
    } catch {
      progress.finish()
      throw CommandFailure(error, json: output.json)
    }
    guard output.json else { return results.forEach(Self.show) }
    if let only = results.first, results.count == 1 {
      Terminal.print(JSONReport.encode(only))
    } else {
      Terminal.print(JSONReport.encode(["results": results]))
    }
  }

  static func show(_ result: BenchmarkResult) {
    Terminal.print(Terminal.style(result.name, .bold) + ": \(result.work)")
    if let note = result.note { Terminal.print("  " + Terminal.style(note, .yellow)) }
    var table = TextTable()
    if let seconds = result.proveSeconds { table.add("prove", Format.seconds(seconds)) }
    for phase in result.phases { table.add("  \(phase.name)", Format.seconds(phase.seconds)) }
    if let seconds = result.verifySeconds { table.add("verify", Format.seconds(seconds)) }
    if let bytes = result.proofBytes { table.add("proof", Format.bytes(bytes)) }
    for metric in result.metrics {
      let name = metric.name.split(separator: "_").joined(separator: " ")
      let value =
        switch metric.unit {
        case "s": Format.seconds(metric.value)
        case "1/s" where metric.value >= 1e4: "\(Format.fixed(metric.value / 1e6, 2)) M/s"
        case "1/s": "\(Format.fixed(metric.value, 2)) /s"
        default: "\(Format.fixed(metric.value, 2)) \(metric.unit)"
        }
      table.add(name, value)
    }
    table.add("peak memory", Format.bytes(result.peakBytes))
    table.add("machine", "\(result.machine.processor), \(result.threads) threads, \(result.machine.simdLevel.rawValue)")
    table.allLeft.print()
  }
}
