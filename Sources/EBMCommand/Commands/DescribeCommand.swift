import EBMCore
import FileFormats

/// `ebm describe sampler.mala`: a component's settings. `ebm describe cdrl-checkerboard`: a recipe, complete.
struct DescribeCommand: Command {
  let name = "describe"
  let summary = "Shows a component's settings, or a recipe with every default filled in."
  let syntax = CommandSyntax(
    positionals: [Positional("name", "a component such as sampler.mala, a built-in recipe, or a recipe's file")],
    overrides: "replaces a setting of a recipe before it is shown: sampler.steps=30",
    options: [CommandOption("json", "print JSON; recipes are JSON anyway")])
  let details = "A recipe is printed as a file that `train` takes."

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let name = arguments.positionals[0]
    if let entry = component(name, in: context.registry) {
      if let override = arguments.overrides.first {
        throw ConfigurationError(
          path: "", what: "describe: \(entry.fullName) is a component, only recipes take key=value",
          found: "\"\(override)\"")
      }
      let isJSON = arguments.flags.contains("json")
      context.output.result(isJSON ? json(entry).prettyText + "\n" : text(entry))
      return .done
    }
    let recipe: Recipe
    do throws(ConfigurationError) { recipe = try Recipe.load(name, from: context.registry) } catch {
      throw isPath(name) ? error : unknown(name, in: context.registry)
    }
    let complete = try recipe.applying(overrides: arguments.overrides).resolved(with: context.registry)
    context.output.result(complete.text)
    return .done
  }

  /// The component of a full name, or of a short one that only one component has.
  private func component(_ name: String, in registry: ComponentRegistry) -> ComponentRegistry.Entry? {
    let entries = registry.entries()
    if let entry = entries.first(where: { $0.fullName == name }) { return entry }
    if registry.recipes.contains(where: { $0.name == name }) { return nil }
    let same = entries.filter { $0.name == name }
    return same.count == 1 ? same.first : nil
  }

  private func isPath(_ name: String) -> Bool {
    name.contains("/") || name.hasSuffix(".json") || Files.isFile(name)
  }

  private func unknown(_ name: String, in registry: ComponentRegistry) -> ConfigurationError {
    let entries = registry.entries()
    let same = entries.filter { $0.name == name }.map(\.fullName)
    if !same.isEmpty {
      return ConfigurationError(
        path: "", what: "several components are called \"\(name)\"", expected: "one of " + same.joined(separator: ", "))
    }
    if let family = ComponentFamily.allCases.first(where: { $0.rawValue == name || $0.plural == name }) {
      return ConfigurationError(
        path: "", what: "\"\(name)\" is a family",
        expected: "one of its components, such as \(entries.first { $0.family == family }?.fullName ?? "none")")
    }
    let recipes = registry.recipes.map(\.name)
    let what = "no component or built-in recipe is called \"\(name)\""
    var problem = ConfigurationProblem(
      unknown: name, path: "", what: what, known: entries.map(\.fullName) + recipes)
    if problem.nearest == nil, let short = nearestName(to: name, among: entries.map(\.name)) {
      problem.nearest = entries.first { $0.name == short }?.fullName
      problem.expected = nil
    }
    return ConfigurationError([problem])
  }

  private func text(_ entry: ComponentRegistry.Entry) -> String {
    var text = "\(entry.fullName): \(entry.summary)\n"
    if !entry.plugin.isEmpty { text += "From the plugin \(entry.origin).\n" }
    let rows = SettingRow.rows(of: entry)
    if rows.isEmpty { return text + "\nIt has no settings.\n" }
    var table = TextTable(header: ["setting", "default", "allowed", "meaning"])
    for row in rows { table.add([row.key, row.shortInitial, row.allowed, row.meaning]) }
    return text + "\n" + table.text
  }

  private func json(_ entry: ComponentRegistry.Entry) -> JSONValue {
    let settings = SettingRow.rows(of: entry).map { row -> JSONValue in
      [
        "key": .string(row.key), "default": row.initial, "allowed": .string(row.allowed),
        "meaning": .string(row.meaning),
      ]
    }
    return [
      "name": .string(entry.fullName), "family": .string(entry.family.rawValue), "summary": .string(entry.summary),
      "plugin": .string(entry.plugin), "settings": .array(settings),
    ]
  }
}
