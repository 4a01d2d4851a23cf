// swift-tools-version: 6.2
import PackageDescription

// What plugins in Swift are built with: the kit and what it stands on, as a package of its own, so that a plugin
// resolves nothing of the host's. The sources are links to the host's.
let package = Package(
  name: "Kit",
  products: [
    .library(name: "PluginKit", targets: ["PluginKit", "AIR", "Algebra", "COutriggerPlugin"]),
    .library(name: "COutriggerPlugin", targets: ["COutriggerPlugin"]),
  ],
  targets: [
    .target(name: "CKernels"),
    .target(name: "COutriggerPlugin"),
    .target(name: "Algebra", dependencies: ["CKernels"]),
    .target(name: "AIR", dependencies: ["Algebra"]),
    .target(name: "PluginKit", dependencies: ["COutriggerPlugin", "Algebra", "AIR"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11
)
