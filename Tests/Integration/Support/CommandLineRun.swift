import EBM
import EBMCommand
import Foundation
import Synchronization

/// What one command line wrote and told the shell.
struct Outcome {
  let status: ExitStatus
  let result: String
  let messages: String
}

/// Runs a command line with the framework's own plugins and others.
func ebm(_ words: [String], plugins: [any Plugin] = []) async -> Outcome {
  let texts = Mutex<(result: String, messages: String)>(("", ""))
  let output = CommandOutput { text in
    texts.withLock { $0.result += text }
  } message: { text in
    texts.withLock { $0.messages += text }
  }
  let status = await CommandLineTool(plugins: .standard + plugins, output: output).run(arguments: words)
  return texts.withLock { Outcome(status: status, result: $0.result, messages: $0.messages) }
}

/// A folder of a test's own, removed when the test lets go of it.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/ebm-integration-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit {
    // A folder that stays behind in the temporary one does no harm, and a test cannot act on it here.
    try? FileManager.default.removeItem(atPath: path)
  }

  func file(_ name: String) -> String { path + "/" + name }

  func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

  func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: file(name), atomically: false, encoding: .utf8)
    return file(name)
  }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file(name))) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
}

/// The built-in recipes made small enough to train in a moment.
enum SmallRecipe {
  static let recovery = [
    "cdrl-checkerboard", "energy.width=16", "energy.multipliers=[1,2]", "initializer.network.width=64",
    "initializer.network.embedding=16", "sampler.steps=3", "training.batch=32", "training.iterations=4",
    "training.checkpointEvery=2", "training.logEvery=1", "seed=5",
  ]
  static let persistent = [
    "pcd-two-moons", "energy.widths=[16,8]", "sampler=langevin", "sampler.steps=4", "sampler.stepSize=0.14",
    "objective.samplingSteps=5", "initializer.capacity=100",
    "training.batch=32", "training.iterations=4", "training.checkpointEvery=2", "training.logEvery=1", "seed=5",
  ]

  /// For tests of runs, to which figures do not matter.
  static let measuredBriefly = ["metrics=[\"frechet-distance\"]", "evaluation.count=100"]

  /// The pipeline of a small recipe with more overrides.
  static func pipeline(_ words: [String], _ overrides: String...) throws -> Pipeline {
    let registry = try ComponentRegistry(plugins: .standard)
    let recipe = try Recipe.load(words[0], from: registry).applying(overrides: Array(words.dropFirst()) + overrides)
    return try Pipeline(recipe, registry: registry)
  }
}
