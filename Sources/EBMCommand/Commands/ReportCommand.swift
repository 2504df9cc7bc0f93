import EBMCore
import FileFormats
import Runs

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
  let sharesWork = true

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
    try RunMeasuring(arguments: arguments, context: context).measure(page: page)
    return .done
  }
}
