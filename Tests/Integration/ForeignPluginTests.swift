import EBM
import EBMCommand
import Testing

/// A researcher's sampler, with everything that the public interface asks for and nothing else: Langevin dynamics
/// with momentum.
private struct Underdamped: Sampler {
  static let name = "underdamped"
  static let summary = "Langevin dynamics with momentum."
  @Setting("steps a chain", .integers(1...)) var steps = 5
  @Setting("γ", .range(0...1)) var friction: Float = 0.2
  @Setting("h, in units of the target's scale", .positive) var stepSize: Float = 0.5

  struct State: TensorGroup {
    var position: Tensor
    var momentum: Tensor
  }

  func start(at position: Tensor, target: Target) -> State { State(position: position, momentum: position * 0) }

  func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let h = stepSize * target.scale(for: state.position)
    let gradient = target.energyWithGradient(state.position).gradient
    let kept = 1 - friction
    let noise = (1 - kept * kept).squareRoot() * random.normal(state.position.shape)
    state.momentum = kept * (state.momentum - h * gradient) + noise
    state.position = state.position + h * state.momentum
    return StepInfo()
  }

  func position(of state: State) -> Tensor { state.position }
}

private struct MyLab: Plugin {
  func register(in registry: inout ComponentRegistry) throws(ConfigurationError) { try registry.add(Underdamped.self) }
}

@Suite struct ForeignPluginTests {
  @Test(arguments: [SmallRecipe.recovery, SmallRecipe.persistent])
  func itsSamplerTrainsAndSamples(recipe: [String]) async throws {
    let scratch = try ScratchFolder()
    let run = scratch.file("run")
    let trained = await ebm(
      ["train"] + recipe + ["sampler=underdamped", "sampler.steps=3", "sampler.friction=0.5", "--output", run],
      plugins: [MyLab()])
    #expect(trained.status == .done, "\(trained.messages)")
    let recipeText = try scratch.text("run/recipe.json")
    #expect(recipeText.contains("\"underdamped\"") && recipeText.contains("\"friction\": 0.5"))
    #expect(!recipeText.contains("\"langevin\""))
    let sampled = await ebm(["sample", run, "--count", "7", "--output", scratch.file("x.npy")], plugins: [MyLab()])
    #expect(sampled.status == .done, "\(sampled.messages)")
    // Without its plugin the run cannot be read, and the message says what is missing.
    let stranger = await ebm(["sample", run, "--output", scratch.file("y.npy")])
    #expect(stranger.status == .wrongUsage && stranger.messages.contains("underdamped"))
    #expect(!scratch.exists("y.npy"))
  }

  @Test func itIsListedWithItsOrigin() async {
    let listed = await ebm(["list", "sampler"], plugins: [MyLab()])
    let line = listed.result.split(separator: "\n").first { $0.contains("underdamped") }
    #expect(line?.contains("MyLab") == true && line?.contains(Underdamped.summary) == true)
    let described = await ebm(["describe", "sampler.underdamped"], plugins: [MyLab()])
    #expect(described.status == .done && described.result.contains("friction") && described.result.contains("γ"))
  }

  /// A name that is taken is the plugin's fault, not the command's.
  @Test func aTakenNameIsAFailure() async {
    let outcome = await ebm(["list"], plugins: [MyLab(), MyLab()])
    #expect(outcome.status == .failed && outcome.messages.contains("sampler.underdamped: this name is taken"))
  }
}
