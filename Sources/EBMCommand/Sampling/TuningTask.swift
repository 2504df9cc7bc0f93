import EBMCore
import FileFormats
import Runs

/// What a command line asks to be tuned.
struct TuningTask {
  /// The recipe as written, with the command line's settings laid over it.
  let recipe: Recipe
  let sampler: any TunableSampler
  let problem: SamplingProblem
  /// What chains run on, for messages.
  let energyName: String

  /// - Parameter report: takes what has to be known of a trained run's model.
  init(_ arguments: Arguments, registry: ComponentRegistry, report: (String) -> Void) throws {
    let run = try arguments.positionals.first.flatMap { Files.isFolder($0) ? try RunDirectory.open(at: $0) : nil }
    var written: Recipe
    if let run {
      written = try run.recipe()
      if let override = arguments.overrides.first(where: { !$0.hasPrefix("sampler") && !$0.hasPrefix("seed=") }) {
        throw ConfigurationError(
          path: "", what: "a trained run's energy is what it is", found: "\"\(override)\"",
          expected: "settings of sampler, or seed")
      }
    } else {
      written = try arguments.positionals.first.map { try Recipe.load($0, from: registry) } ?? Recipe()
    }
    written = try written.applying(overrides: arguments.overrides)
    recipe = written
    let complete = try written.resolved(with: registry)
    sampler = try TuningTask.sampler(of: complete, registry: registry)
    if let run {
      problem = try SamplingProblem(try TrainedModel(run: run, registry: registry, report: report))
      energyName = arguments.positionals[0]
    } else {
      guard let value = complete[.energy],
        let energy = try registry.component(value, as: .energy, at: "energy") as? any Energy
      else {
        throw ConfigurationError(
          path: "energy", what: "missing", expected: "what chains run on, such as energy=gaussian")
      }
      let dimension = try arguments.integer("dimension", in: 1...1_000_000)
      let data = try complete[.dataset].flatMap {
        try registry.component($0, as: .dataset, at: "dataset") as? any Dataset
      }
      problem = try SamplingProblem(
        energy: energy, space: try dimension.map { SampleSpace(shape: [$0]) } ?? data?.opened().space)
      energyName = type(of: energy).name
    }
    try sampler.checkFit(over: problem.space)
  }

  private static func sampler(
    of recipe: Recipe, registry: ComponentRegistry
  ) throws(ConfigurationError) -> any TunableSampler {
    let tunable = registry.entries(in: .sampler).filter { $0.type is any TunableSampler.Type }.map(\.name)
    let choice = "one of " + tunable.joined(separator: ", ")
    guard let value = recipe[.sampler], value != .null else {
      throw ConfigurationError(path: "sampler", what: "missing", expected: choice)
    }
    let component = try registry.component(value, as: .sampler, at: "sampler")
    let name = type(of: component).name
    guard let sampler = component as? any TunableSampler else {
      throw ConfigurationError(
        path: "sampler", what: "\(name) has no acceptance by which its step size could be tuned", expected: choice)
    }
    if !sampler.isExact {
      throw ConfigurationError(
        path: "sampler", what: "\(name) accepts everything with these settings, so that no step size can be told apart")
    }
    return sampler
  }
}
