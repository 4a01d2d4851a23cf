// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "sha256",
  products: [.library(name: "SHA2", targets: ["SHA2"])],
  dependencies: [.package(path: "../../Sources/GuestKit")],
  targets: [
    // Other guests use the hash as a library.
    .target(name: "SHA2"),
    .executableTarget(name: "sha256", dependencies: ["SHA2", .product(name: "GuestKit", package: "GuestKit")]),
  ],
  swiftLanguageModes: [.v6]
)
