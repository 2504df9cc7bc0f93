import EBMCore
import FileFormats
import Runs
import Sampling

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
    matter, and longer ones come back: HMC gets as many steps as that takes.

    Acceptances by default: random-walk-metropolis 0.234 and mala 0.574, optimal in high dimensions (Roberts, Gelman &
    Gilks 1997; Roberts & Rosenthal 1998); hmc and nuts 0.8, above HMC's optimum of 0.651 as short steps cost less than
    rejections (Betancourt, Byrne & Girolami 2014); generalized-hmc 0.9, as each rejection turns a chain round. The same
    seed gives the same result.
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
    let task = try TuningTask(arguments, registry: context.registry, report: context.output.caution)
    if warmUp.trajectory == nil, task.recipe[.sampler]?["leapfrogSteps"] == nil { warmUp.trajectory = Double.pi / 2 }
    let file = try arguments.options["into"].map(RecipeFile.init)

    try MemoryNeed(
      path: "--chains", what: "\(Tuning.draws) draws of \(chains) chains, before and after",
      numbers: [chains, Tuning.draws] + task.problem.space.shape, copies: 2
    ).check()
    let seed = task.recipe.seed ?? RunTraining.randomSeed()
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
