// swift-tools-version: 6.2
import PackageDescription

// A stranger's package, as far as it can be one inside this repository: it sees what is public and nothing else.
let package = Package(
  name: "foreign-lab",
  dependencies: [.package(name: "swift-ebm", path: "../../../..")],
  targets: [
    .executableTarget(
      name: "ForeignLab",
      dependencies: ["EBM", "EBMCommand", "Figures"].map { .product(name: $0, package: "swift-ebm") })
  ],
  swiftLanguageModes: [.v6]
)
