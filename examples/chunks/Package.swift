// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "chunks",
  dependencies: [.package(path: "../../Sources/GuestKit")],
  targets: [
    .executableTarget(name: "chunks", dependencies: [.product(name: "GuestKit", package: "GuestKit")])
  ],
  swiftLanguageModes: [.v6]
)
