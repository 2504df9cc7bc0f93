import EBMCore
import FileFormats
import Runs

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
  let details = """
    With settings, the figures are those of the run used in another way: they are shown, and the run's own stay.
    """

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    try RunMeasuring(arguments, context).measure(page: nil)
    return .done
  }
}

/// `ebm report runs/x sampler.steps=5 --output five-steps.html`: the page of a run, also of one used in another way.
struct ReportCommand: Command {
  let name = "report"
  let summary = "Measures a trained run and writes its page, also with other settings."
  let syntax = CommandSyntax(
    positionals: [Positional("run", "the run's folder")],
    overrides: "settings that its weights allow: sampler=hmc, sampler.steps=5, energy=tempered",
    options: [
      CommandOption("output", value: "file", "the page; the run's report.html by default, needed with settings"),
      CommandOption("count", value: "number", "samples, and points of data; what the recipe says by default"),
      CommandOption("seed", value: "number", "the seed of the chains; the run's own by default"),
      CommandOption("force", "replace the file when it is there"),
    ])

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let page = arguments.options["output"]
    if page == nil, !arguments.overrides.isEmpty {
      throw ConfigurationError(
        path: "--output", what: "missing", expected: "a file: the run's own report is that of its own settings")
    }
    if let page, Files.exists(page), !arguments.flags.contains("force") {
      throw FileError(
        path: page, action: "cannot write the report", reason: "the file exists; choose another one or add --force")
    }
    try RunMeasuring(arguments, context).measure(page: page)
    return .done
  }
}

/// A trained run that is measured, as it is or with other settings.
private struct RunMeasuring {
  let arguments: Arguments
  let context: CommandContext

  init(_ arguments: Arguments, _ context: CommandContext) {
    self.arguments = arguments
    self.context = context
  }

  /// - Parameter page: where the report goes when it is not the run's own.
  func measure(page: String?) throws {
    let count = try arguments.integer("count", in: 2...10_000_000)
    let seed = try arguments.integer("seed", in: 0...Int.max).map(UInt64.init)
    let run = try RunDirectory.open(at: arguments.positionals[0])
    // Whoever trains keeps the folder; what cannot be written is shown all the same.
    var writer: RunDirectory?
    if arguments.overrides.isEmpty, page == nil {
      do throws(FileError) { writer = try run.opened(for: context.commandLine) } catch {
        context.output.caution("the figures are shown and not saved: \(error.reason)")
      }
    }
    let trained = try TrainedModel(
      run: writer ?? run, overrides: arguments.overrides, registry: context.registry, report: context.output.caution)
    let chosen = seed ?? trained.pipeline.seed ?? 0
    let seconds = try run.record().trainingSeconds
    try RunMeasurement(
      run: writer ?? run, trained: trained, seed: chosen, count: count, seconds: seconds,
      caution: trained.iteration.flatMap { (writer ?? run).caution(at: $0) }, isSaved: writer != nil, page: page,
      panels: context.registry.panels)(
        events: TrainingMonitor(output: context.output).show)
  }
}
