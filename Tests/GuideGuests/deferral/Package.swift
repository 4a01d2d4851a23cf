// swift-tools-version: 6.2
import PackageDescription

// Guests that docs/guests.md quotes.
let package = Package(
  name: "deferral",
  dependencies: [.package(path: "../../../Sources/GuestKit")],
  targets: [
    .executableTarget(name: "by-value", dependencies: [.product(name: "GuestKit", package: "GuestKit")]),
    .executableTarget(name: "by-commitment", dependencies: [.product(name: "GuestKit", package: "GuestKit")]),
    .executableTarget(name: "by-value-c", dependencies: [.product(name: "CGuestKit", package: "GuestKit")]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)
