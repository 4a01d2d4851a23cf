// swift-tools-version: 6.2
import PackageDescription

// The plugin `dev.outrigger.keccak256`: libkeccak256.so. It brings the Swift runtime along and exports its entry alone.
let package = Package(
  name: "Keccak256",
  products: [.library(name: "keccak256", type: .dynamic, targets: ["Keccak256Plugin"])],
  dependencies: [.package(path: "../Kit")],
  targets: [
    .target(name: "Keccak256Circuit", dependencies: [.product(name: "PluginKit", package: "Kit")]),
    .target(
      name: "Keccak256Plugin", dependencies: ["Keccak256Circuit", .product(name: "PluginKit", package: "Kit")],
      linkerSettings: [
        .unsafeFlags([
          "-static-stdlib", "-Xlinker", "--version-script=\(Context.packageDirectory)/../exports.map",
          "-Xlinker", "-z", "-Xlinker", "now", "-Xlinker", "-z", "-Xlinker", "relro", "-Xlinker", "-z", "-Xlinker",
          "noexecstack", "-Xlinker", "--gc-sections", "-Xlinker", "-s",
        ])
      ]),
  ],
  swiftLanguageModes: [.v6]
)
