import EBMCommand
import EBMCore
import Synchronization

struct Mala: Component {
  static let name = "mala"
  static let summary = "Metropolis-adjusted Langevin algorithm."
  static let family = ComponentFamily.sampler
  static let settings = [
    Setting("steps", "steps a chain", .integers(1...)), Setting("stepSize", "step size ε", .positive),
    Setting("limits", "when to give up", .group([Setting("energy", "energy that counts as runaway", .positive)])),
  ]
  struct Limits: Codable { var energy: Float = 1e6 }
  var steps = 20
  var stepSize: Float = 0.001
  var limits = Limits()
}

struct Well: Component {
  static let name = "double-well"
  static let summary = "Two wells."
  static let family = ComponentFamily.energy
  static let settings: [Setting] = []
}

struct LearnedWell: Component {
  static let name = "double-well"
  static let summary = "Two wells, as a start."
  static let family = ComponentFamily.initializer
  static let settings = [Setting("inner", "what is drawn through", .component(.energy))]
  @Part var inner: any Component = Well()
}

struct FakePlugin: Plugin {
  func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    try registry.add(Mala.self)
    try registry.add(Well.self)
    try registry.add(LearnedWell.self)
    try registry.add(
      recipe: BuiltInRecipe(
        "two-wells", summary: "A double well.", sections: ["energy": "double-well", "sampler": "mala"]))
  }
}

/// What one command line wrote and told the shell.
struct Outcome: Equatable {
  var status: ExitStatus
  var result: String
  var messages: String
}

/// Output that is kept.
final class Recorder: Sendable {
  private let texts = Mutex<(result: String, messages: String)>(("", ""))

  func output(isTerminal: Bool = false, width: Int = 80) -> CommandOutput {
    CommandOutput(isTerminal: isTerminal, width: width) { text in
      self.texts.withLock { $0.result += text }
    } message: { text in
      self.texts.withLock { $0.messages += text }
    }
  }

  var result: String { texts.withLock { $0.result } }
  var messages: String { texts.withLock { $0.messages } }
}

func run(_ words: String..., plugins: [any Plugin] = [FakePlugin()]) async -> Outcome {
  await run(words, plugins: plugins)
}

func run(_ words: [String], plugins: [any Plugin]) async -> Outcome {
  let recorder = Recorder()
  let status = await CommandLineTool(plugins: plugins, output: recorder.output()).run(arguments: words)
  return Outcome(status: status, result: recorder.result, messages: recorder.messages)
}
