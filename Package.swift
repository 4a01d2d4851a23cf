// swift-tools-version: 6.2
import PackageDescription

// Modules in layers: an arrow points from a module to those it imports, always to a lower layer
// (`Tests/PackageTests` keeps it so). See docs/architecture.md.
let package = Package(
  name: "outrigger",
  products: [
    .library(name: "Outrigger", targets: ["Outrigger"]),
    .library(name: "MachineCircuits", targets: ["MachineCircuits"]),
    .library(name: "MachineVerifier", targets: ["MachineVerifier"]),
    .library(name: "StarkVerifier", targets: ["StarkVerifier"]),
    .library(name: "StarkProver", targets: ["StarkProver"]),
    .library(name: "AIR", targets: ["AIR"]),
    .library(name: "Hashing", targets: ["Hashing"]),
    .library(name: "Algebra", targets: ["Algebra"]),
    .library(name: "SampleCircuits", targets: ["SampleCircuits"]),
    .library(name: "PluginKit", targets: ["PluginKit"]),
    .executable(name: "outrigger", targets: ["outrigger"]),
    .executable(name: "outrigger-plugin-worker", targets: ["outrigger-plugin-worker"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "3.12.3"),
  ],
  targets: [
    // Layer 0
    .target(name: "CKernels"),
    .target(name: "CMachine"),
    .target(name: "CGuestFiles", exclude: ["unicode"]),
    .target(name: "COutriggerPlugin"),
    .target(name: "CPluginFiles", exclude: ["c", "swift", "exports.map", "outrigger.toml.in"]),
    .systemLibrary(name: "CFFI", pkgConfig: "libffi", providers: [.apt(["libffi-dev"]), .brew(["libffi"])]),
    .target(name: "CPluginRuntime", dependencies: ["COutriggerPlugin", "CKernels", "CFFI"]),
    // Layer 1
    .target(name: "Algebra", dependencies: ["CKernels"]),
    // Layer 2
    .target(name: "Hashing", dependencies: ["Algebra", "CKernels"]),
    // Layer 3
    .target(name: "AIR", dependencies: ["Algebra"]),
    // Layer 4
    .target(name: "StarkVerifier", dependencies: ["Algebra", "Hashing", "AIR"]),
    .target(name: "StarkProver", dependencies: ["CKernels", "Algebra", "Hashing", "AIR", "StarkVerifier"]),
    .target(name: "SampleCircuits", dependencies: ["Algebra", "AIR"]),
    // Layer 5
    .target(name: "MachineVerifier", dependencies: ["Algebra", "Hashing", "StarkVerifier"]),
    .target(name: "Machine", dependencies: ["CMachine", "Algebra", "Hashing"]),
    .target(
      name: "MachineCircuits",
      dependencies: [
        "CMachine", "Machine", "MachineVerifier", "Algebra", "Hashing", "AIR", "StarkVerifier", "StarkProver",
      ]),
    // Layer 6
    .target(
      name: "Deferral",
      dependencies: [
        "Machine", "MachineCircuits", "MachineVerifier", "Algebra", "Hashing", "AIR", "StarkVerifier", "StarkProver",
      ]),
    // Layer 7
    .target(name: "PluginKit", dependencies: ["COutriggerPlugin", "Algebra", "AIR"]),
    .target(
      name: "PluginHost",
      dependencies: [
        "COutriggerPlugin", "CPluginRuntime", "CPluginFiles", "Deferral", "Machine", "MachineVerifier", "Algebra",
        "Hashing", "AIR", "StarkVerifier", "StarkProver", .product(name: "TOMLKit", package: "TOMLKit"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    // Layer 8
    .target(
      name: "Outrigger",
      dependencies: [
        "CKernels", "CGuestFiles", "Machine", "MachineCircuits", "MachineVerifier", "Deferral", "PluginHost", "Algebra",
        "Hashing", "AIR", "StarkVerifier", "StarkProver", "SampleCircuits",
      ]),
    // Layer 9
    .executableTarget(
      name: "outrigger",
      dependencies: [
        "Outrigger", "PluginHost", "MachineCircuits", "MachineVerifier", "StarkVerifier", "Hashing", "Algebra",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "outrigger-plugin-worker", dependencies: ["CPluginRuntime"]),
    // Tests
    .target(
      name: "TestSupport",
      dependencies: ["CKernels", "Algebra", "Hashing", "AIR", "StarkVerifier", "StarkProver", "SampleCircuits"],
      path: "Tests/TestSupport"),
    .testTarget(name: "AlgebraTests", dependencies: ["Algebra", "CKernels", "TestSupport", "BigInt"]),
    .testTarget(name: "HashingTests", dependencies: ["Hashing", "Algebra", "CKernels", "TestSupport", "BigInt"]),
    .testTarget(name: "AIRTests", dependencies: ["AIR", "Algebra", "SampleCircuits", "TestSupport"]),
    .testTarget(
      name: "StarkVerifierTests",
      dependencies: ["StarkVerifier", "StarkProver", "SampleCircuits", "Hashing", "AIR", "Algebra", "TestSupport"]),
    .testTarget(
      name: "StarkProverTests",
      dependencies: ["StarkProver", "StarkVerifier", "SampleCircuits", "Hashing", "AIR", "Algebra", "TestSupport"]),
    .target(
      name: "CGuestArithmetic", path: "Tests/CGuestArithmetic",
      cSettings: [.headerSearchPath("../../Sources/GuestKit/Sources/CGuestKit/include")]),
    .testTarget(name: "GuestKitTests", dependencies: ["CGuestArithmetic", "TestSupport"]),
    .testTarget(
      name: "OutriggerTests",
      dependencies: [
        "Outrigger", "PluginHost", "Deferral", "Machine", "MachineCircuits", "MachineVerifier", "StarkProver",
        "StarkVerifier", "SampleCircuits", "Hashing", "AIR", "Algebra", "TestSupport", "outrigger",
        "outrigger-plugin-worker",
      ]),
    .testTarget(name: "MachineTests", dependencies: ["Machine", "CMachine", "Hashing", "Algebra", "TestSupport"]),
    .testTarget(
      name: "MachineCircuitsTests",
      dependencies: [
        "MachineCircuits", "Machine", "CMachine", "MachineVerifier", "StarkProver", "StarkVerifier", "Hashing", "AIR",
        "Algebra", "TestSupport",
      ]),
    .testTarget(
      name: "MachineVerifierTests",
      dependencies: [
        "MachineVerifier", "MachineCircuits", "Machine", "StarkProver", "StarkVerifier", "Hashing", "AIR", "Algebra",
      ]),
    .testTarget(
      name: "DeferralTests",
      dependencies: [
        "Deferral", "MachineCircuits", "MachineVerifier", "StarkProver", "StarkVerifier", "SampleCircuits", "Hashing",
        "AIR",
        "Algebra", "TestSupport",
      ]),
    .testTarget(
      name: "PluginHostTests",
      dependencies: [
        "PluginHost", "PluginKit", "CPluginRuntime", "COutriggerPlugin", "Deferral", "MachineVerifier", "StarkProver",
        "StarkVerifier", "Hashing", "AIR", "Algebra", "TestSupport", "outrigger-plugin-worker",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["Broken", "Golden"]),
    // The plugins' circuits, compiled in for their tests. The plugins themselves are packages of their own.
    .target(
      name: "SHA256Circuit", dependencies: ["PluginKit", "AIR", "Algebra"],
      path: "Plugins/SHA256/Sources/SHA256Circuit"),
    .target(
      name: "Keccak256Circuit", dependencies: ["PluginKit", "AIR", "Algebra"],
      path: "Plugins/Keccak256/Sources/Keccak256Circuit"),
    .target(
      name: "CSumOfSquares", dependencies: ["COutriggerPlugin"], path: "Plugins/SumOfSquares",
      sources: ["sum_of_squares.c"], publicHeadersPath: ".",
      cSettings: [.define("outrigger_plugin_entry_v1", to: "sum_of_squares_entry_v1")]),
    .testTarget(
      name: "PluginsTests",
      dependencies: [
        "SHA256Circuit", "Keccak256Circuit", "CSumOfSquares", "PluginKit", "COutriggerPlugin", "AIR", "Algebra",
        "TestSupport",
      ]),
    .testTarget(
      name: "InventoryTests",
      dependencies: [
        "MachineCircuits", "Deferral", "SHA256Circuit", "Keccak256Circuit", "CSumOfSquares", "PluginKit",
        "COutriggerPlugin", "StarkVerifier", "AIR", "Algebra",
      ]),
    .testTarget(name: "GuideTests", dependencies: ["StarkProver", "StarkVerifier", "Hashing", "AIR", "Algebra"]),
    .testTarget(name: "PackageTests"),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11
)
