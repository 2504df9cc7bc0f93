import EBMCommand
import EBMCore
import Synchronization

struct Mala: Component {
  static let name = "mala"
  static let summary = "Metropolis-adjusted Langevin algorithm."
  static let family = ComponentFamily.sampler
  struct Limits: Configurable { @Setting("energy that counts as runaway", .positive) var energy: Float = 1e6 }
  @Setting("steps a chain", .integers(1...)) var steps = 20
  @Setting("step size ε", .positive) var stepSize: Float = 0.001
  @Setting("when to give up") var limits = Limits()
}

struct Well: Component {
  static let name = "double-well"
  static let summary = "Two wells."
  static let family = ComponentFamily.energy
}

struct LearnedWell: Component {
  static let name = "double-well"
  static let summary = "Two wells, as a start."
  static let family = ComponentFamily.initializer
  @Part("what is drawn through", .energy) var inner: any Component = Well()
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
