// swift-tools-version: 6.2
import PackageDescription

// What every guest is built with. A package of its own without dependencies: a guest resolves nothing else.
// Built for riscv32 by `outrigger build`, never for the host.
let package = Package(
  name: "GuestKit",
  products: [
    .library(name: "GuestKit", targets: ["GuestKit"]),
    .library(name: "CGuestKit", targets: ["CGuestKit"]),
  ],
  targets: [
    .target(name: "CGuestKit"),
    .target(name: "GuestKit", dependencies: ["CGuestKit"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11
)
