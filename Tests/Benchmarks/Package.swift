// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that users of Outrigger never resolve the benchmark library.
let package = Package(
  name: "outrigger-benchmarks",
  dependencies: [
    .package(name: "outrigger", path: "../.."),
    // Without its default traits it needs neither jemalloc nor an interposer; malloc counts then read 0.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Kernels",
      dependencies: [
        .product(name: "Algebra", package: "outrigger"),
        .product(name: "Hashing", package: "outrigger"),
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "BenchmarkPlugin", package: "benchmark"),
      ],
      path: "Benchmarks/Kernels"),
    .executableTarget(
      name: "Proofs",
      dependencies: [
        .product(name: "Algebra", package: "outrigger"),
        .product(name: "AIR", package: "outrigger"),
        .product(name: "Hashing", package: "outrigger"),
        .product(name: "SampleCircuits", package: "outrigger"),
        .product(name: "StarkProver", package: "outrigger"),
        .product(name: "StarkVerifier", package: "outrigger"),
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "BenchmarkPlugin", package: "benchmark"),
      ],
      path: "Benchmarks/Proofs"),
  ],
  swiftLanguageModes: [.v6]
)
