import EBMCore

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
    seed alone are summarised by mean ± standard deviation.
    """

  /// What is known of one run.
  private struct Row {
    let name: String
    let recipe: Recipe
    let figures: [Figure]
    let seconds: Double?

    subscript(figure: String) -> Figure? { figures.first { $0.name == figure } }
  }

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let rows = try arguments.positionals.map { path in
      let run = try RunDirectory.open(at: path)
      let (figures, seconds) = try run.evaluation()
      return Row(name: path, recipe: try run.recipe(), figures: figures, seconds: seconds)
    }
    let names = try names(arguments.options["figures"], in: rows)
    if arguments.flags.contains("json") {
      context.output.result(JSONValue.array(rows.map { json($0, names) }).prettyText + "\n")
      return .done
    }
    let cells = [["run", "seconds"] + names] + rows.map { line($0, names) } + groups(rows).map { line($0, names) }
    context.output.result(arguments.flags.contains("markdown") ? markdown(cells) : text(cells))
    return .done
  }

  /// Names of the figures to show, each in a run at least.
  private func names(_ wanted: String?, in rows: [Row]) throws(ConfigurationError) -> [String] {
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

  // MARK: Text

  private func line(_ row: Row, _ names: [String]) -> [String] {
    [row.name, row.seconds.map(ProgressText.short) ?? ""] + names.map { row[$0].map(FigureText.text) ?? "" }
  }

  /// Mean and standard deviation over the runs of a group.
  private func line(_ group: [Row], _ names: [String]) -> [String] {
    let means = names.map { name -> String in
      let values = group.compactMap { $0[name]?.value }
      guard values.count == group.count else { return "" }
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
      return FigureText.text(
        Figure(name, mean, standardError: (squares / Double(values.count - 1)).squareRoot()))
    }
    return ["mean of \(group.count) seeds, \(group[0].recipe.name ?? "")", ""] + means
  }

  private func text(_ cells: [[String]]) -> String {
    var table = TextTable(header: cells[0])
    for row in cells.dropFirst() { table.add(row) }
    return table.text
  }

  private func markdown(_ cells: [[String]]) -> String {
    let rule = cells[0].map { _ in "---" }
    return ([cells[0], rule] + cells.dropFirst()).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }

  private func json(_ row: Row, _ names: [String]) -> JSONValue {
    let figures = names.compactMap { row[$0] }.map { figure -> JSONValue in
      var entry = JSONObject([("name", .string(figure.name)), ("value", number(figure.value))])
      if let error = figure.standardError { entry["standardError"] = number(error) }
      return .object(entry)
    }
    var object = JSONObject([("run", .string(row.name))])
    if let seconds = row.seconds { object["trainingSeconds"] = number(seconds) }
    object["figures"] = .array(figures)
    return .object(object)
  }

  /// JSON has no word for what is not finite.
  private func number(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .string("\(value)") }
}
