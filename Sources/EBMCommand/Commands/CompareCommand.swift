import EBMCore

/// `ebm compare runs/a runs/b`: the figures of several runs side by side.
struct CompareCommand: Command {
  let name = "compare"
  let summary = "Shows the figures of several runs in one table."
  let syntax = CommandSyntax(
    positionals: [Positional("run", "folders of trained runs", isRepeated: true)],
    options: [CommandOption("json", "print JSON: an object a run")])
  let details = "Runs of one recipe that differ in their seed alone are summarised by mean and standard deviation."

  /// What is known of one run.
  private struct Row {
    let name: String
    let recipe: Recipe
    let figures: [Figure]
    let seconds: Double?
  }

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let rows = try arguments.positionals.map { path in
      let run = try RunDirectory.open(at: path)
      let (figures, seconds) = try run.evaluation()
      return Row(name: path, recipe: try run.recipe(), figures: figures, seconds: seconds)
    }
    var names: [String] = []
    for figure in rows.flatMap(\.figures) where !names.contains(figure.name) { names.append(figure.name) }
    if arguments.flags.contains("json") {
      context.output.result(JSONValue.array(rows.map(json)).prettyText + "\n")
      return .done
    }
    var table = TextTable(header: ["run", "seconds"] + names)
    for row in rows {
      table.add(
        [row.name, row.seconds.map(ProgressText.short) ?? ""]
          + names.map { name in row.figures.first { $0.name == name }.map(text) ?? "" })
    }
    for group in groups(rows) {
      let means = names.map { name -> String in
        let values = group.compactMap { row in row.figures.first { $0.name == name }?.value }
        guard values.count == group.count else { return "" }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
        return text(Figure(name, mean, standardError: (squares / Double(values.count - 1)).squareRoot()))
      }
      table.add(["mean of \(group.count) seeds, \(group[0].recipe.name ?? "")", ""] + means)
    }
    context.output.result(table.text)
    return .done
  }

  /// Runs whose recipes agree but for the seed, two at least.
  private func groups(_ rows: [Row]) -> [[Row]] {
    var groups: [[Row]] = []
    for row in rows {
      func key(_ row: Row) -> Recipe {
        var recipe = row.recipe
        recipe.seed = nil
        return recipe
      }
      if let index = groups.firstIndex(where: { key($0[0]) == key(row) }) {
        groups[index].append(row)
      } else {
        groups.append([row])
      }
    }
    return groups.filter { $0.count > 1 }
  }

  private func text(_ figure: Figure) -> String {
    RunReport.fixed(figure.value) + (figure.standardError.map { " ± \(RunReport.fixed($0))" } ?? "")
  }

  private func json(_ row: Row) -> JSONValue {
    let figures = row.figures.map { figure -> JSONValue in
      ["name": .string(figure.name), "value": .number(figure.value)]
    }
    return ["run": .string(row.name), "figures": .array(figures)]
  }
}
