import EBM
import EBMCommand
import Figures

/// A lab's program in one file: an energy, a sampler, an objective, a schedule, a command, a panel of reports and a
/// recipe of its own, and a component that replaces one of the framework's.
@main struct ForeignLab: Plugin {
  static func main() async { await EBMCommand.main(plugins: .standard + [ForeignLab()]) }

  func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    try registry.add(RidgeEnergy.self)
    try registry.add(Underdamped.self)
    try registry.add(HalvingNoise.self)
    try registry.add(LeveledDenoising.self)
    try registry.replace(ShrunkenNoise.self)
    try registry.add(recipe: ForeignLab.recipe())
    try registry.add(BuilderCommand())
    try registry.add(RadiusPanel())
  }

  /// The whole lab, by the builder.
  static func pipeline(iterations: Int) throws(ConfigurationError) -> Pipeline {
    var training = TrainingSettings()
    (training.iterations, training.batch, training.logEvery) = (iterations, 64, 1)
    return try Pipeline("foreign-moons", seed: 3, training: training) {
      TwoMoons()
      HalvingNoise { $0.levels = 4 }
      RidgeEnergy { $0.features = 32 }
      Underdamped {
        $0.steps = 4; $0.stepSize = 0.3
      }
      LeveledDenoising()
      Adam { $0.learningRate = 5e-3 }
      EnergyDistance()
    }
  }

  static func recipe() throws(ConfigurationError) -> BuiltInRecipe {
    BuiltInRecipe(
      "foreign-moons", summary: "Two moons by the lab's own parts.",
      sections: try pipeline(iterations: 200).recipe().sections)
  }
}

/// E(x, i) = ‖x‖²/2 + t_i w · φ(W x + b), with t_i the share of signal at level i.
struct RidgeEnergy: Energy {
  static let name = "ridge"
  static let summary = "Ridges on a bowl, flatter where there is more noise."
  @Setting("number of ridges", .integers(1...10_000)) var features = 64

  var offers: Set<Capability> { [.gradient, .levels] }

  func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    Function(
      inner: Linear(space.dimension, features, in: scope["inner"]),
      outer: Linear(features, 1, hasBias: false, in: scope["outer"]))
  }

  private struct Function: EnergyFunction {
    let inner: Linear
    let outer: Linear

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      let ridges = outer(Activation.silu(inner(x, &context)), &context).reshaped([x.shape[0]])
      let share = condition.level.map { $0.gathering(1 / (1 + (-$0.logSNR).exp())) }
      return 0.5 * x.squared().sumOfFeatures() + (share.map { $0 * ridges } ?? ridges)
    }
  }
}

/// Langevin dynamics with momentum.
struct Underdamped: Sampler {
  static let name = "momentum-langevin"
  static let summary = "Langevin dynamics with momentum."
  @Setting("steps a chain", .integers(1...)) var steps = 5
  @Setting("γ", .range(0...1)) var friction: Float = 0.2
  @Setting("h, in units of the target's scale", .positive) var stepSize: Float = 0.5

  struct State: TensorGroup {
    var position: Tensor
    var momentum: Tensor
  }

  var isExact: Bool { false }

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

/// s_i = s_T 2^(i − T).
struct HalvingNoise: NoiseSchedule {
  static let name = "halving"
  static let summary = "Noise that halves from level to level."
  @Setting("number of levels", .integers(2...60)) var levels = 6
  @Setting("s of the noisiest level", .positive) var maximum = 1.0

  func noiseLevels() throws(ConfigurationError) -> NoiseLevels {
    var noises = [maximum]
    for _ in 1..<levels { noises.insert(noises[0] / 2, at: 0) }
    return try NoiseLevels(signals: noises.map { _ in 1 }, noises: noises)
  }
}

/// L = ½ mean ‖s_i ∇E(x + s_i ε, i) − ε‖².
struct LeveledDenoising: Objective, ObjectiveFunction {
  static let name = "leveled-denoising"
  static let summary = "Denoising at every level, sampled from the noisiest down."

  var offers: Set<Capability> { [.levels] }
  var needs: [Need] { [.continuousPoints, .part(.schedule), .part(.sampler), .from(.energy, .gradient)] }

  func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    guard let noises = model.levels?.noises else { return Losses(energy: Tensor(0)) }
    let place = NoiseLevels.randomPlaces(data.shape[0], among: noises.count, random: &context.random)
    let deviation = entries(noises, at: place).column(for: data)
    let noise = context.random.normal(data.shape)
    let terms = ScoreMatchingTerms(model.energy, at: data + deviation * noise, under: condition(place, model), &context)
    let error = (deviation * terms.gradient - noise).squared().sumOfFeatures().mean()
    return Losses(energy: 0.5 * error, diagnostics: [("error", error)])
  }

  func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    guard let noises = model.levels?.noises, let sampler = model.sampler, let widest = noises.last else { return [] }
    let start = Float(widest) * model.space.noise(count, random: &context.random)
    return LevelSweep.samples(from: start, levels: noises.count, &context) { x, level, context in
      let place = level.broadcast(to: [count])
      let target = model.target(condition(place, model), scale: entries(noises, at: place), in: context)
      return sampler.run(from: x, target: target, random: &context.random).position
    }
  }

  func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    let place = Tensor(Float(level ?? 0)).broadcast(to: [points.shape[0]])
    return model.energy(points, condition(place, model), &context)
  }

  private func condition(_ place: Tensor, _ model: Model) -> Condition {
    Condition(level: .init(index: place, logSNR: model.logSNR))
  }
}

/// Takes the place of the framework's uniform noise, with all of its settings and one more.
struct ShrunkenNoise: Initializer {
  static let name = "uniform-noise"
  static let summary = "Uniform noise, shrunken towards 0."
  @Setting("least value of a coordinate", .any) var lower: Float = -1
  @Setting("largest value of a coordinate", .any) var upper: Float = 1
  @Setting("what is left of it", .range(0...1)) var share: Float = 0.5

  var needs: [Need] { [.continuousPoints] }

  func function(over space: SampleSpace, chains: Int, in scope: ParameterScope) -> any InitializerFunction {
    Function(settings: self)
  }

  private struct Function: InitializerFunction {
    let settings: ShrunkenNoise

    func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor {
      let width = settings.upper - settings.lower
      return settings.share * (settings.lower + width * context.random.uniform(request.shape))
    }
  }
}

/// `by-builder runs/x`: trains the pipeline of the builder, without a recipe in between.
struct BuilderCommand: Command {
  let name = "by-builder"
  let summary = "Trains the lab's pipeline as the builder makes it."
  let syntax = CommandSyntax(
    positionals: [Positional("run", "the run's folder")],
    options: [CommandOption("iterations", value: "number", "updates; 20 by default")])

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let iterations = try arguments.integer("iterations", in: 1...1_000_000) ?? 20
    let outcome = try await ForeignLab.pipeline(iterations: iterations)
      .train(into: arguments.positionals[0], registry: context.registry)
    for figure in outcome.measurement?.figures ?? [] {
      context.output.result("\(figure.name) \(figure.value)\n")
    }
    return outcome.ending == .complete ? .done : .failed
  }
}

/// How far from the origin samples lie.
struct RadiusPanel: ReportPanel {
  let name = "radius"
  let title = "Distance from the origin"

  func blocks(for run: MeasuredRun) -> [ReportBlock] {
    guard let points = run.samples.last?.points, points.rank == 2 else { return [] }
    let radii = points.squared().sumOfFeatures().squareRoot().scalars
    let plot = Plot(x: Axis("radius"), layers: [.bars(.histogram(of: radii))])
    return [
      .figure(Picture(plot: plot), caption: "Of \(radii.count) samples."),
      .html("<p>The mean is <b>\(radii.reduce(0, +) / Float(max(1, radii.count)))</b>.</p>"),
    ]
  }
}
