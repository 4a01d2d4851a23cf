// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "fibonacci",
  dependencies: [.package(path: "../../Sources/GuestKit")],
  targets: [.executableTarget(name: "fibonacci", dependencies: [.product(name: "GuestKit", package: "GuestKit")])],
  swiftLanguageModes: [.v6]
)
