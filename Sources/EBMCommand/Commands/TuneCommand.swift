import EBMCore
import Samplers
import Tensors

/// `ebm tune sampler=hmc energy=gaussian --into recipe.json`: finds a sampler's step size and mass.
struct TuneCommand: Command {
  let name = "tune"
  let summary = "Finds a sampler's step size and mass on an energy or a trained run."
  let syntax = CommandSyntax(
    positionals: [
      Positional(
        "recipe", "a recipe whose sampler and energy are meant, or a trained run's folder", isRequired: false)
    ],
    overrides: "sampler and energy, and their settings: sampler=hmc sampler.leapfrogSteps=5 energy=banana seed=1",
    options: [
      CommandOption("into", value: "file", "write the sampler into this recipe; without it, it is printed"),
      CommandOption("mass", value: "kind", "diagonal, dense, or none for the sampler's own; diagonal by default"),
      CommandOption("acceptance", value: "number", "acceptance to reach; by default the sampler's own, see below"),
      CommandOption(
        "trajectory", value: "length",
        "leapfrogSteps are chosen for this length; by default π/2, unless the recipe sets leapfrogSteps"),
      CommandOption("steps", value: "number", "steps of the warm-up; 500 by default"),
      CommandOption("chains", value: "number", "chains that warm up together; 64 by default"),
      CommandOption("dimension", value: "number", "coordinates of a point, for energies of any number"),
      CommandOption("threads", value: "number", "threads; all cores by default"),
    ])
  let details = """
    The step size comes from dual averaging of the acceptance, the mass from the covariance of where chains go, in
    windows of growing length as in Stan. In units of the mass a trajectory of length π/2 ends where its start does not
    matter, and longer ones come back: HMC gets as many steps as that takes. Acceptances by default: random-walk-metropolis 0.234 and mala 0.574, optimal
    in high dimensions (Roberts, Gelman & Gilks 1997; Roberts & Rosenthal 1998); hmc and nuts 0.8, above HMC's optimum
    of 0.651 as short steps cost less than rejections (Betancourt, Byrne & Girolami 2014); generalized-hmc 0.9, as each
    rejection turns a chain round. The same seed gives the same result.
    """

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let threads = try arguments.integer("threads", in: 1...1_024) ?? 0
    var warmUp = WarmUp(
      steps: try arguments.integer("steps", in: 20...1_000_000) ?? 500,
      mass: try arguments.word("mass", of: WarmUp.Mass.self) ?? .diagonal, threads: threads)
    warmUp.targetAcceptance = try arguments.number(
      "acceptance", in: NumberInterval(lower: 0, includesLower: false, upper: 1, includesUpper: false))
    warmUp.trajectory = try arguments.number(
      "trajectory", in: NumberInterval(lower: 0, includesLower: false, upper: .infinity, includesUpper: false))
    let chains = try arguments.integer("chains", in: 2...1_000_000) ?? 64
    let task = try TuningTask(arguments, registry: context.registry)
    if warmUp.trajectory == nil, task.recipe[.sampler]?["leapfrogSteps"] == nil { warmUp.trajectory = Double.pi / 2 }
    let file = try arguments.options["into"].map(RecipeFile.init)

    let seed = task.recipe.seed ?? UInt64.random(in: 0..<1_000_000_000)
    let tuning = Tuning(
      sampler: task.sampler, problem: task.problem, warmUp: warmUp, chains: chains, seed: seed)
    let kind = type(of: task.sampler).name
    context.output.message(
      "\(kind) on \(task.energyName), \(task.problem.space.dimension) coordinates, \(chains) chains, seed \(seed)\n")
    let result = tuning.run()
    for line in result.lines { context.output.message("\(line)\n") }
    for line in result.warnings { context.output.message("warning: \(line)\n") }

    let section = try result.sampler.recipeValue()
    guard let file else {
      context.output.result(section.prettyText + "\n")
      return .done
    }
    if let other = file.energyName, other != task.energyName {
      context.output.message("warning: \(file.path) has the energy \(other); this is tuned on \(task.energyName)\n")
    }
    try file.write(sampler: section, otherwise: task.recipe)
    context.output.result("\(kind) written into \(file.path)\n")
    return .done
  }
}

/// What a command line asks to be tuned.
struct TuningTask {
  /// The recipe as written, with the command line's settings laid over it.
  let recipe: Recipe
  let sampler: any TunableSampler
  let problem: SamplingProblem
  /// What chains run on, for messages.
  let energyName: String

  init(_ arguments: Arguments, registry: ComponentRegistry) throws {
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
      problem = try SamplingProblem(try TrainedModel(run: run, registry: registry))
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
    let kind = type(of: sampler)
    if !kind.values.contains(problem.space.values) {
      throw ConfigurationError(
        path: "sampler", what: "\(kind.name) does not move points that are \(problem.space.values.rawValue)")
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
