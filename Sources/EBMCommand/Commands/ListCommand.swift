import EBMCore
import FileFormats

/// `ebm list [family]`: the components and recipes there are.
struct ListCommand: Command {
  let name = "list"
  let summary = "Lists components, built-in recipes and what else plugins add, each with the plugin that it comes from."
  let syntax = CommandSyntax(
    positionals: [Positional("family", "only these: \(Topic.names.joined(separator: ", "))", isRequired: false)],
    options: [CommandOption("json", "print JSON: a list of objects with name, family, summary and plugin")])

  /// What can be listed.
  private enum Topic {
    case family(ComponentFamily)
    case recipes
    case items

    static var names: [String] { ComponentFamily.allCases.map(\.rawValue) + ["recipe", "extra"] }

    /// A topic by its name, in the singular or the plural.
    init(named name: String) throws(ConfigurationError) {
      if name == "recipe" || name == "recipes" {
        self = .recipes
      } else if name == "extra" || name == "extras" {
        self = .items
      } else if let family = ComponentFamily.allCases.first(where: { $0.rawValue == name || $0.plural == name }) {
        self = .family(family)
      } else {
        throw ConfigurationError([
          ConfigurationProblem(
            unknown: name, path: "", what: "no family is called \"\(name)\"", known: Self.names)
        ])
      }
    }
  }

  /// One line of the list.
  private struct Row {
    let name: String
    let family: String
    let summary: String
    let plugin: String
  }

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let topic = try arguments.positionals.first.map { try Topic(named: $0) }
    let rows = rows(of: topic, in: context.registry)
    if arguments.flags.contains("json") {
      context.output.result(json(rows).prettyText + "\n")
    } else if rows.isEmpty {
      context.output.message("there are none\n")
    } else {
      var table = TextTable()
      for row in rows { table.add([row.name, row.summary, row.plugin]) }
      context.output.result(table.text)
    }
    return .done
  }

  private func rows(of topic: Topic?, in registry: ComponentRegistry) -> [Row] {
    let recipes = registry.recipes.map {
      Row(name: $0.name, family: "recipe", summary: $0.summary, plugin: $0.plugin)
    }
    func components(_ family: ComponentFamily?) -> [Row] {
      registry.entries(in: family).map {
        Row(name: $0.fullName, family: $0.family.rawValue, summary: $0.summary, plugin: $0.origin)
      }
    }
    let items = registry.items(of: (any PluginItem).self).map { origin in
      let kind = type(of: origin.item).kind
      return Row(
        name: "\(kind).\(origin.item.name)", family: kind, summary: origin.item.summary, plugin: origin.plugin)
    }
    switch topic {
    case .family(let family): return components(family)
    case .recipes: return recipes
    case .items: return items
    case nil: return components(nil) + recipes + items
    }
  }

  private func json(_ rows: [Row]) -> JSONValue {
    .array(
      rows.map { row in
        [
          "name": .string(row.name), "family": .string(row.family), "summary": .string(row.summary),
          "plugin": .string(row.plugin),
        ]
      })
  }
}
