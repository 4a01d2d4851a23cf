import Algebra
import Foundation
import StarkProver
import StarkVerifier
import TestSupport
import Testing

@testable import Outrigger

@Suite("Benchmarks and reports")
struct BenchmarkTests {
  @Test("Names are the command line's, and unknown ones say what there is")
  func names() throws {
    for benchmark in Benchmark.allCases {
      #expect(try Benchmark(named: benchmark.rawValue) == benchmark)
      #expect(!benchmark.summary.isEmpty)
    }
    let names = ["poseidon2", "ntt", "merkle", "grind", "keccak", "fib", "lookups", "keccak-leaf", "keccak-internal"]
    #expect(Set(names).isSubset(of: Benchmark.allCases.map(\.rawValue)))
    do {
      _ = try Benchmark(named: "keccack")
      Issue.record("an unknown benchmark was found")
    } catch { #expect(error.description.contains("keccak-leaf")) }
  }

  @Test("A result has every key, with null where a figure does not apply")
  func resultKeys() throws {
    let result = BenchmarkResult(
      name: "x", work: "y", threads: 2, machine: .current, proveSeconds: nil, verifySeconds: .infinity,
      proofBytes: nil, peakBytes: 1, phases: [("commit", 1), ("commit", 2), ("gkr", 0.5)], metrics: [],
      isValidProof: nil, note: nil)
    let text = JSONReport.encode(result)
    #expect(!text.contains("\n"))
    let json = try JSON(parsing: Data(text.utf8))
    for key in ["prove_seconds", "verify_seconds", "peak_bytes", "proof_bytes", "phases", "valid_proof"] {
      #expect(json.keys.contains(key))
    }
    #expect(json["prove_seconds"].isNull && json["verify_seconds"].string == "inf")
    #expect(json["phases"]["commit"].double == 3 && json["phases"]["gkr"].double == 0.5)
  }

  @Test("Memory estimates grow with the cells and never overflow")
  func memoryEstimates() throws {
    let parameters = try SystemParameters.app(logStackedHeight: 21)
    let keccak = ProverMemory.estimate(cells: 32768 * 2633, messages: 0, parameters: parameters)
    #expect(keccak > 1 << 30 && keccak < 4 << 30)
    #expect(ProverMemory.estimate(cells: 1, messages: 0, parameters: parameters) < keccak)
    #expect(ProverMemory.estimate(cells: .max, messages: 0, parameters: parameters) == .max)
    // Every further commitment is padded to a whole stacked column.
    let one = ProverMemory.estimate(cells: 1, messages: 0, parameters: parameters)
    #expect(
      ProverMemory.estimate(cells: 1, messages: 0, separateCommitments: 3, parameters: parameters) - one == 3 * 4 << 22)
    #expect(throws: ArtefactError.self) {
      try MemoryEstimate.demand(
        [(widths: [1 << 40], log: 20)], separateCommitments: 0, parameters: parameters, file: "traces.json")
    }
  }

  @Test("The process's memory is known")
  func processMemory() {
    #expect(ProcessMemory.peakBytes >= ProcessMemory.residentBytes && ProcessMemory.residentBytes > 1 << 20)
  }

  @Test("A proof that claims more memory than there is is refused by the shape benchmark")
  func enormousShape() throws {
    let sample = try VectorCase("small_2_8_3/fib_log3")
    let scratch = try ScratchDirectory()
    var bytes = try sample.bytes(sample.proof)
    // Version, commitment, number of AIRs, presence bitmap; then the only AIR's log height.
    #expect(bytes[41] == 3)
    bytes[41] = 26
    let proof = try scratch.file("proof.bin", bytes)
    do {
      _ = try ShapeBenchmark.run(key: sample.key, proof: proof, workers: Workers(1))
      Issue.record("a height above the parameters' was accepted")
    } catch { #expect(error.description.contains("log_height") && error.description.contains("at most 10")) }
  }
}
