// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "sha256-c",
  dependencies: [.package(path: "../../Sources/GuestKit")],
  targets: [.executableTarget(name: "sha256-c", dependencies: [.product(name: "CGuestKit", package: "GuestKit")])],
  cLanguageStandard: .c11
)
