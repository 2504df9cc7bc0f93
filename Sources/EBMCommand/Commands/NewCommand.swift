import EBMCore
import FileFormats
import ProjectTemplates
import Runs

/// `ebm new sampler BarkerWalk --into ../barker`: writes a package to start from.
struct NewCommand: Command {
  let name = "new"
  let summary = "Writes a package of its own to start from: a component, a project, a paper."
  let syntax = CommandSyntax(
    positionals: [
      Positional("template", "what to start; --list shows what there is", isRequired: false),
      Positional("Name", "the type that the package adds, such as BarkerWalk", isRequired: false),
    ],
    options: [
      CommandOption("into", value: "folder", "where, empty or not there; barker-walk for BarkerWalk by default"),
      CommandOption(
        "dependency", value: "place",
        "swift-ebm's folder or URL, a version or branch behind an @; what this program was built from by default"),
      CommandOption("dry-run", "show what would be written, and write nothing"),
      CommandOption("list", "list the templates and stop"),
    ])
  let details = """
    The package has its component, a plugin, conformance tests and a command line of its own. Its README says how to build
    and test it.
    """

  let isOutputItsProduct = false

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let builtIn = try ProjectTemplate.builtIn()
    let added = context.registry.items(of: ProjectTemplate.self)
    if let taken = added.first(where: { template in builtIn.contains { $0.name == template.item.name } }) {
      throw ConfigurationError(
        path: "template \(taken.item.name)",
        what: "the plugin \(taken.plugin) adds a template of a name that is built in")
    }
    let templates = builtIn.map { (template: $0, plugin: "") } + added.map { (template: $0.item, plugin: $0.plugin) }
    if arguments.flags.contains("list") {
      var table = TextTable()
      for (template, plugin) in templates { table.add([template.name, template.summary, plugin]) }
      context.output.result(table.text)
      return .done
    }
    guard arguments.positionals.count == 2 else {
      let missing = syntax.positionals[arguments.positionals.count]
      throw ConfigurationError(path: "", what: "new: <\(missing.name)> is missing", expected: missing.meaning)
    }
    let template = try template(arguments.positionals[0], among: templates.map(\.template))
    let name = try ProjectName(arguments.positionals[1])
    try name.check(for: template, in: context.registry)
    let source = try arguments.options["dependency"].map { try FrameworkSource($0) } ?? FrameworkSource.own()
    let words = ProjectTemplate.Words(
      type: name.type, component: name.component, dependency: source.dependency, package: source.package)
    let place = arguments.options["into"] ?? name.component
    let package = NewPackage(at: place, files: try template.files(filledWith: words))
    let paths = package.files.map { "\(package.folder)/\($0.path)\n" }.joined()
    if arguments.flags.contains("dry-run") {
      try package.checkPlace()
      context.output.result(paths)
      return .done
    }
    try package.write()
    context.output.message(paths)
    let lines = [RunDirectory.shellLine(["cd", place])] + NewCommand.firstSteps(in: package.files)
    context.output.result("next:\n" + lines.map { "  \($0)\n" }.joined())
    return .done
  }

  private func template(
    _ name: String, among templates: [ProjectTemplate]
  ) throws(ConfigurationError) -> ProjectTemplate {
    if let template = templates.first(where: { $0.name == name }) { return template }
    throw ConfigurationError([
      ConfigurationProblem(
        unknown: name, path: "", what: "there is no template of \"\(name)\"", known: templates.map(\.name))
    ])
  }

  /// The lines of the README's first block of code.
  private static func firstSteps(in files: [ProjectTemplate.File]) -> [String] {
    let readme = files.first { $0.path == "README.md" }?.text ?? ""
    let lines = readme.split(separator: "\n").drop { $0 != "```" }.dropFirst().prefix { $0 != "```" }
    return lines.map(String.init)
  }
}
