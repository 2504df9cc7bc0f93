import EBMCore
import FileFormats
import Foundation
import Runs

/// `ebm compare runs/a runs/b`: the figures of several runs side by side.
struct CompareCommand: Command {
  let name = "compare"
  let summary = "Shows the figures of several runs in one table."
  let syntax = CommandSyntax(
    positionals: [Positional("run", "folders of trained runs", isRepeated: true)],
    options: [
      CommandOption("figures", value: "names", "figures to show, in this order, separated by commas; all by default"),
      CommandOption("markdown", "print the table in Markdown"),
      CommandOption("json", "print JSON: an object a run"),
    ])
  let details = """
    Each figure has its standard error, which says how many digits are shown. Runs of one recipe that differ in their \
    seed alone are summarised by mean ± standard deviation. A run without figures has a line that says why; a run that \
    is named twice is shown once. Tables that are wider than the terminal are wrapped, or have a line a figure.
    """

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    var (rows, places): ([ComparedRun], Set<String>) = ([], [])
    for path in arguments.positionals {
      let run = try RunDirectory.open(at: path)
      guard places.insert(URL(fileURLWithPath: run.path).resolvingSymlinksInPath().path).inserted else {
        context.output.message("\(path) is named twice and shown once\n")
        continue
      }
      let row = try ComparedRun(run, name: path)
      if let caution = row.caution { context.output.caution("\(path): \(caution)") }
      rows.append(row)
    }
    let names = try names(arguments.options["figures"], in: rows)
    if arguments.flags.contains("json") {
      context.output.result(JSONValue.array(rows.map { $0.json(names) }).prettyText + "\n")
      return .done
    }
    let table = ComparisonTable(rows, figures: names)
    context.output.result(
      arguments.flags.contains("markdown") ? table.markdown : table.text(width: context.output.width))
    return .done
  }

  /// Names of the figures to show, each in a run at least.
  private func names(_ wanted: String?, in rows: [ComparedRun]) throws(ConfigurationError) -> [String] {
    var known: [String] = []
    for figure in rows.flatMap(\.figures) where !known.contains(figure.name) { known.append(figure.name) }
    guard let wanted else { return known }
    // A figure's name may have a comma in it: the longest name that fits comes first.
    var (rest, names) = (wanted[...], [String]())
    while !rest.isEmpty {
      let fitting = known.filter { rest == $0 || rest.hasPrefix($0 + ",") }
      guard let name = fitting.max(by: { $0.count < $1.count }) else {
        throw ConfigurationError([
          ConfigurationProblem(
            unknown: String(rest), path: "--figures", what: "no run has a figure \"\(rest)\"", known: known)
        ])
      }
      names.append(name)
      rest = rest.dropFirst(name.count + 1)
    }
    return names
  }
}
