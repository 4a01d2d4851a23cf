// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "sort",
  dependencies: [.package(path: "../../Sources/GuestKit")],
  targets: [.executableTarget(name: "sort", dependencies: [.product(name: "GuestKit", package: "GuestKit")])],
  swiftLanguageModes: [.v6]
)
