// swift-tools-version: 6.2
import PackageDescription

// The plugin `dev.outrigger.sha256`: libsha256.so. It brings the Swift runtime along and exports its entry alone.
let package = Package(
  name: "SHA256",
  products: [.library(name: "sha256", type: .dynamic, targets: ["SHA256Plugin"])],
  dependencies: [.package(path: "../Kit")],
  targets: [
    .target(name: "SHA256Circuit", dependencies: [.product(name: "PluginKit", package: "Kit")]),
    .target(
      name: "SHA256Plugin", dependencies: ["SHA256Circuit", .product(name: "PluginKit", package: "Kit")],
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
