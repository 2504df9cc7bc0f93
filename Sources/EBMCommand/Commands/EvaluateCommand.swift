/// `ebm evaluate runs/x --count 20000`: measures a trained run again.
struct EvaluateCommand: Command {
  let name = "evaluate"
  let summary = "Measures a trained run again, on other or more samples, and renews its report."
  let syntax = CommandSyntax(
    positionals: [Positional("run", "the run's folder")],
    overrides: "settings that its weights allow: sampler=hmc, sampler.steps=5, dataset.rows.part=test, metrics=[…]",
    options: [
      CommandOption("count", value: "number", "samples, and points of data; what the recipe says by default"),
      CommandOption("seed", value: "number", "the seed of the chains; the run's own by default"),
    ])
  let sharesWork = true
  let details = """
    With settings, the figures are those of the run used in another way: they are shown, and the run's own stay.
    """

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    try RunMeasuring(arguments: arguments, context: context).measure(page: nil)
    return .done
  }
}
