// swift-tools-version: 6.2
import PackageDescription

/// One target of the package: its name, what it imports, and where it lies when that does not follow from its name.
struct Part {
  var name: String
  var dependencies: [Target.Dependency]
  var path: String?
  var sources: [String]?
  var resources: [Resource]

  init(
    _ name: String, _ dependencies: [String] = [], path: String? = nil, sources: [String]? = nil,
    resources: [Resource] = []
  ) {
    self.name = name
    self.dependencies = dependencies.map { .byName(name: $0) }
    self.path = path
    self.sources = sources
    self.resources = resources
  }
}

/// Component plugins: a folder and a product each in `Plugins`, importing Sampling and what is below it alone.
let plugins = [
  "Datasets", "Energies", "Initializers", "Metrics", "NoiseSchedules", "Objectives", "Optimizers", "Samplers",
]

/// Folders of `Templates`: what all have, then one for each template of `ebm new`.
let templates = [
  "package", "dataset", "energy", "initializer", "metric", "noise-schedule", "objective", "optimizer", "paper",
  "project",
  "sampler",
]

// Imports run down this list and never up; see Docs/Architecture.md.
let libraries: [Part] = [
  Part("TensorGraph"),
  Part("TensorRuntime", ["TensorGraph", "CKernels", "COpenBLAS"]),
  Part("Tensors", ["TensorGraph", "TensorRuntime", "COpenBLAS"]),
  Part("Processes", ["Tensors"]),
  Part("FileFormats", ["Tensors"]),
  Part("Networks", ["Tensors"]),
  Part("Figures"),
  Part("EBMCore", ["FileFormats", "Networks", "Tensors"]),
  Part("Sampling", ["EBMCore", "FileFormats", "Tensors"]),
  Part("Runs", ["EBMCore", "Figures", "FileFormats", "Networks", "Tensors"]),
  Part("EBM", plugins + ["EBMCore", "FileFormats", "Networks", "Runs", "Sampling", "Tensors"]),
  Part("EBMTesting", ["EBMCore", "FileFormats", "Networks", "Tensors"]),
  Part(
    "ProjectTemplates", ["EBMCore"], path: "Templates",
    sources: ["FrameworkModules.swift", "ProjectTemplate.swift", "ProjectTemplate+BuiltIn.swift"],
    resources: templates.map { .copy($0) }),
  Part(
    "EBMCommand",
    [
      "EBMCore", "EBMTesting", "Figures", "FileFormats", "Networks", "Processes", "ProjectTemplates", "Runs",
      "Sampling", "Tensors",
    ]),
]

let tests: [Part] =
  [
    Part("CKernelsTests", ["CKernels"]),
    Part("TensorGraphTests", ["TensorGraph", "ReferenceEvaluator"]),
    Part("TensorsTests", ["Tensors", "TensorRuntime", "TensorGraph", "ReferenceEvaluator", "AllocationCounter"]),
    Part(
      "ProcessesTests",
      [
        "EBM", "EBMCommand", "EBMCore", "FileFormats", "ReferenceEvaluator", "Runs", "TensorGraph", "TensorRuntime",
        "Tensors", "TestSupport",
      ]),
    Part("FileFormatsTests", ["FileFormats", "Tensors"]),
    Part("NetworksTests", ["Networks", "Tensors"]),
    Part("FiguresTests", ["Figures"]),
    Part("EBMCoreTests", ["EBMCore", "FileFormats", "TestSupport"]),
    Part("EBMTestingTests", ["EBMTesting", "EBMCore", "Networks", "Tensors"]),
    Part("SamplingTests", ["EBMCore", "Sampling", "Tensors"]),
    Part("RunsTests", ["EBMCore", "FileFormats", "Runs", "Tensors", "TestSupport"]),
    Part("EBMCommandTests", ["EBM", "EBMCommand", "EBMCore", "FileFormats", "Runs"]),
    Part(
      "Integration", ["EBM", "EBMCommand", "EBMTesting", "FileFormats", "ReferenceEvaluator"],
      resources: [.copy("Fixtures")]),
  ]
  + plugins.map {
    Part(
      "\($0)Tests",
      [$0, "EBM", "EBMCore", "FileFormats", "Networks", "Sampling", "Tensors", "ReferenceEvaluator", "TestSupport"],
      resources: $0 == "Optimizers" ? [.copy("Fixtures")] : [])
  }

/// What `Processes` needs beside what its `Part` says, where the package is built with MPI.
let messagePassing: [Target.Dependency] = [.target(name: "CProcesses", condition: .when(traits: ["MPI"]))]

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
  .systemLibrary(
    name: "COpenMPI", path: "Sources/COpenMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
  .target(
    name: "CProcesses", dependencies: [.target(name: "COpenMPI", condition: .when(traits: ["MPI"]))],
    path: "Sources/CProcesses", cSettings: [.define("EBM_MPI", .when(traits: ["MPI"]))]),
]
for part in libraries {
  targets.append(
    .target(
      name: part.name,
      dependencies: part.dependencies + (part.name == "Processes" ? messagePassing : []),
      path: part.path ?? "Sources/\(part.name)",
      sources: part.sources, resources: part.resources, swiftSettings: settings,
      linkerSettings: part.name == "Tensors" ? [.linkedLibrary("lapacke")] : []))
}
for plugin in plugins {
  targets.append(
    .target(
      name: plugin, dependencies: ["EBMCore", "FileFormats", "Networks", "Sampling", "Tensors"],
      path: "Plugins/\(plugin)",
      resources: plugin == "Datasets" ? [.copy("Resources")] : [], swiftSettings: settings))
}
targets += [
  .executableTarget(name: "ebm", dependencies: ["EBM", "EBMCommand"], path: "Sources/ebm", swiftSettings: settings),
  // The tests' own libraries.
  .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
  .target(
    name: "Fuzzing", dependencies: ["AllocationCounter", "Datasets", "EBM", "EBMCommand", "FileFormats", "Tensors"],
    path: "Tests/Fuzzing/Inputs", swiftSettings: settings),
  .executableTarget(name: "fuzz", dependencies: ["Fuzzing"], path: "Tests/Fuzzing/Driver", swiftSettings: settings),
  .testTarget(
    name: "FuzzingTests", dependencies: ["fuzz"], path: "Tests/Fuzzing/Tests", resources: [.copy("Corpus")],
    swiftSettings: settings),
  .executableTarget(
    name: "crossing", dependencies: ["EBM", "EBMCore", "FileFormats", "Networks", "Runs", "Tensors"],
    path: "Tests/Crossing", swiftSettings: settings),
  .target(
    name: "ReferenceEvaluator", dependencies: ["TensorGraph"], path: "Tests/ReferenceEvaluator", swiftSettings: settings
  ),
  .target(
    name: "TestSupport", dependencies: ["EBMCore", "FileFormats"], path: "Tests/TestSupport", swiftSettings: settings),
]
for part in tests {
  targets.append(
    .testTarget(
      name: part.name, dependencies: part.dependencies, path: "Tests/\(part.name)", resources: part.resources,
      swiftSettings: settings))
}

let package = Package(
  name: "swift-ebm",
  products: [
    .library(name: "EBM", targets: ["EBM"]),
    .library(name: "EBMCommand", targets: ["EBMCommand"]),
    .library(name: "EBMTesting", targets: ["EBMTesting"]),
    .library(name: "Figures", targets: ["Figures"]),
    .library(name: "FileFormats", targets: ["FileFormats"]),
    .library(name: "Tensors", targets: ["Tensors"]),
    .executable(name: "ebm", targets: ["ebm"]),
  ] + plugins.map { .library(name: $0, targets: [$0]) },
  traits: [.trait(name: "MPI", description: "Several processes share the work: mpirun -n 4 ebm train …")],
  targets: targets,
  swiftLanguageModes: [.v6]
)
