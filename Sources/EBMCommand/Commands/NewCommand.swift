import EBMCore
import FileFormats
import ProjectTemplates

/// `ebm new sampler BarkerWalk --into ../barker`: writes a package to start from.
struct NewCommand: Command {
  let name = "new"
  let summary = "Writes a package of its own with a component to start from, its plugin, tests and command line."
  let syntax = CommandSyntax(
    positionals: [
      Positional("kind", "what to start: \(ProjectTemplate.names.joined(separator: ", "))"),
      Positional("Name", "the component's type, such as BarkerWalk"),
    ],
    options: [
      CommandOption("into", value: "folder", "where; a new folder of the component's name by default"),
      CommandOption("framework", value: "folder", "where swift-ebm's package is; the working directory by default"),
    ])

  let isOutputItsProduct = false

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let (kind, type) = (arguments.positionals[0], arguments.positionals[1])
    guard let template = ProjectTemplate(named: kind) else {
      throw ConfigurationError([
        ConfigurationProblem(
          unknown: kind, path: "", what: "there is no template of \"\(kind)\"", known: ProjectTemplate.names)
      ])
    }
    guard let first = type.first, first.isUppercase, type.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
    else {
      throw ConfigurationError(
        path: "Name", found: "\"\(type)\"",
        expected: "a type's name: letters and digits, the first an upper-case letter")
    }
    let component = kebab(type)
    let framework = Files.absolute(arguments.options["framework"] ?? ".")
    guard let manifest = try? Files.readText("\(framework)/Package.swift"), manifest.contains("name: \"swift-ebm\"")
    else {
      throw ConfigurationError(
        path: "--framework", found: framework, expected: "the folder of swift-ebm's Package.swift")
    }
    let folder = Files.absolute(arguments.options["into"] ?? component)
    if Files.exists(folder), try !Files.list(folder).isEmpty {
      throw FileError(path: folder, action: "cannot write the package", reason: "the folder is not empty")
    }
    for (path, text) in template.filled(type: type, component: component, framework: framework) {
      let file = "\(folder)/\(path)"
      try Files.createFolder(Files.parent(of: file))
      try Files.replace(file, with: text.utf8)
      context.output.message("\(file)\n")
    }
    context.output.result("\(folder)/README.md says how to build and test it\n")
    return .done
  }

  /// `BarkerWalk` as `barker-walk`, `MALA2` as `mala2`.
  private func kebab(_ type: String) -> String {
    let letters = Array(type)
    return letters.indices.reduce(into: "") { name, index in
      let startsWord =
        index > 0 && letters[index].isUppercase
        && (!letters[index - 1].isUppercase || (index + 1 < letters.count && letters[index + 1].isLowercase))
      name += (startsWord ? "-" : "") + letters[index].lowercased()
    }
  }
}
