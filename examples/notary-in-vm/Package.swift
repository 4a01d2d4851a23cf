// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "notary-in-vm",
  dependencies: [
    .package(path: "../../Sources/GuestKit"), .package(path: "../sha256"), .package(path: "../notary"),
  ],
  targets: [
    .target(name: "Keccak"),
    .executableTarget(
      name: "notary-in-vm",
      dependencies: [
        "Keccak", .product(name: "GuestKit", package: "GuestKit"), .product(name: "SHA2", package: "sha256"),
        .product(name: "Notary", package: "notary"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
