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
    .executable(name: "outrigger", targets: ["outrigger"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    // Layer 0
    .target(name: "CKernels"),
    .target(name: "CMachine"),
    .target(name: "CGuestFiles", exclude: ["unicode"]),
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
    // Layer 8
    .target(
      name: "Outrigger",
      dependencies: [
        "CKernels", "CGuestFiles", "Machine", "MachineCircuits", "MachineVerifier", "Algebra", "Hashing", "AIR",
        "StarkVerifier", "StarkProver", "SampleCircuits",
      ]),
    // Layer 9
    .executableTarget(
      name: "outrigger",
      dependencies: [
        "Outrigger", "MachineCircuits", "MachineVerifier", "StarkVerifier", "Hashing", "Algebra",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
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
        "Outrigger", "Machine", "MachineCircuits", "MachineVerifier", "StarkProver", "StarkVerifier", "SampleCircuits",
        "Hashing", "AIR", "Algebra", "TestSupport", "outrigger",
      ]),
    .testTarget(name: "MachineTests", dependencies: ["Machine", "CMachine", "Hashing", "Algebra", "TestSupport"]),
    .testTarget(
      name: "MachineCircuitsTests",
      dependencies: [
        "MachineCircuits", "Machine", "CMachine", "MachineVerifier", "StarkProver", "StarkVerifier", "Hashing", "AIR",
        "Algebra", "TestSupport",
      ]),
    .testTarget(name: "GuideTests", dependencies: ["StarkProver", "StarkVerifier", "Hashing", "AIR", "Algebra"]),
    .testTarget(name: "PackageTests"),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11
)
