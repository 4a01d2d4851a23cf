// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "notary",
  products: [.library(name: "Notary", targets: ["Notary"])],
  dependencies: [.package(path: "../../Sources/GuestKit")],
  targets: [
    .target(name: "Notary", dependencies: [.product(name: "GuestKit", package: "GuestKit")]),
    .executableTarget(
      name: "notary", dependencies: ["Notary", .product(name: "GuestKit", package: "GuestKit")],
      path: "Sources/notary-guest"),
  ],
  swiftLanguageModes: [.v6]
)
