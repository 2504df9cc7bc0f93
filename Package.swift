// swift-tools-version: 6.2
import PackageDescription

/// One target of the package: its name, where it lives, and what it imports.
struct Part {
  var name: String
  var folder: String
  var dependencies: [String] = []
}

// Imports run down this list and never up; see Docs/Architecture.md.
let libraries: [Part] = [
  Part(name: "TensorGraph", folder: "Sources"),
  Part(name: "TensorRuntime", folder: "Sources", dependencies: ["TensorGraph", "CKernels", "COpenBLAS"]),
  Part(name: "Tensors", folder: "Sources", dependencies: ["TensorGraph", "TensorRuntime", "COpenBLAS"]),
]

let tests: [Part] = [
  Part(name: "CKernelsTests", folder: "Tests", dependencies: ["CKernels"]),
  Part(name: "TensorsTests", folder: "Tests", dependencies: ["Tensors"]),
]

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

var targets: [Target] = [
  .systemLibrary(
    name: "COpenBLAS", path: "Sources/COpenBLAS", pkgConfig: "openblas",
    providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
  .target(
    name: "CKernels", path: "Sources/CKernels",
    linkerSettings: [.linkedLibrary("m"), .linkedLibrary("pthread", .when(platforms: [.linux]))]),
]
for part in libraries {
  targets.append(
    .target(
      name: part.name, dependencies: part.dependencies.map { .byName(name: $0) }, path: "\(part.folder)/\(part.name)",
      swiftSettings: settings,
      linkerSettings: part.name == "Tensors" ? [.linkedLibrary("lapacke")] : []))
}
for part in tests {
  targets.append(
    .testTarget(
      name: part.name, dependencies: part.dependencies.map { .byName(name: $0) }, path: "\(part.folder)/\(part.name)",
      swiftSettings: settings))
}

let package = Package(
  name: "swift-ebm",
  products: [],
  targets: targets,
  swiftLanguageModes: [.v6]
)
