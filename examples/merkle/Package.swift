// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "merkle",
  dependencies: [.package(path: "../../Sources/GuestKit"), .package(path: "../sha256")],
  targets: [
    .executableTarget(
      name: "merkle",
      dependencies: [.product(name: "GuestKit", package: "GuestKit"), .product(name: "SHA2", package: "sha256")])
  ],
  swiftLanguageModes: [.v6]
)
