import EBMCore
import EBMTesting
import FileFormats
import Runs

/// `ebm conform sampler.mala`: checks that components keep what their families promise.
struct ConformCommand: Command {
  let name = "conform"
  let summary = "Checks components against what their families promise."
  let syntax = CommandSyntax(
    positionals: [
      Positional(
        "name", "a component (sampler.mala) or a family (sampler); all components by default", isRequired: false)
    ],
    overrides: "checks one component with this setting and no others: friction=2",
    options: [
      CommandOption("quick", "check on fewer targets and points"),
      CommandOption("json", "print a JSON object a line: component, check, passed, figures, expected, hint"),
      CommandOption("markdown", "print a page of the components with their settings and how many checks they pass"),
    ])
  let details = """
    Each line is a verdict with its figures, and with what they hint at where it fails. After the checks of the family,
    each setting is tried briefly at other values: `setting friction`. Checks draw with a fixed seed, so that verdicts stay
    the same. What takes longest is named at the end. The exit status is 1 when any check fails.
    """

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let entries = try entries(arguments.positionals.first, in: context.registry)
    let options = Conformance.Options(quick: arguments.flags.contains("quick"))
    let isJSON = arguments.flags.contains("json")
    let isPage = arguments.flags.contains("markdown")
    if isJSON && isPage {
      throw ConfigurationError(path: "--markdown", what: "does not go together with --json")
    }
    let changed = try component(of: entries, arguments.overrides, in: context.registry)
    var passed: [String: String] = [:]
    var failures: [Verdict] = []
    var count = 0
    var durations: [(name: String, duration: Duration)] = []
    for entry in entries {
      var verdicts: [Verdict] = []
      let duration = ContinuousClock().measure {
        verdicts =
          changed.map { Conformance.verdicts(of: $0, options: options, registry: context.registry) }
          ?? Conformance.verdicts(of: entry, in: context.registry, options: options)
      }
      durations.append((entry.fullName, duration))
      count += verdicts.count
      failures += verdicts.filter { !$0.passed }
      passed[entry.fullName] = ComponentPage.checks(verdicts.map(\.passed))
      if isPage {
        context.output.message("\(entry.fullName)\n")
      } else if isJSON {
        for verdict in verdicts { context.output.result(json(verdict).compactText + "\n") }
      } else {
        context.output.result(text(verdicts, title: entry.fullName))
      }
    }
    if isPage { context.output.result(ComponentPage(of: entries).text { passed[$0] ?? "" }) }
    context.output.message(
      "\(entries.count) \(entries.count == 1 ? "component" : "components"), \(count) checks, \(failures.count) failed"
        + names(of: failures, among: entries) + "; \(text(durations))\n")
    return failures.isEmpty ? .done : .failed
  }

  /// The components whose checks fail, where there are others: the verdicts stand above.
  private func names(of failures: [Verdict], among entries: [ComponentRegistry.Entry]) -> String {
    if entries.count == 1 || failures.isEmpty { return "" }
    let names = entries.map(\.fullName).filter { name in failures.contains { $0.component == name } }
    return " in \(names.joined(separator: ", "))"
  }

  /// The one component with settings of its own; nil when none are given.
  private func component(
    of entries: [ComponentRegistry.Entry], _ overrides: [String], in registry: ComponentRegistry
  ) throws(ConfigurationError) -> (any Component)? {
    if overrides.isEmpty { return nil }
    guard entries.count == 1, let entry = entries.first else {
      throw ConfigurationError(
        path: "", what: "conform: settings are of one component", found: "\(entries.count) components",
        expected: "its name, such as sampler.mala")
    }
    let section = entry.family.rawValue
    let recipe = Recipe(sections: JSONObject([(section, .string(entry.name))]))
    let value = try recipe.applying(overrides: overrides.map { "\(section).\($0)" }).sections[section]
    return try registry.component(value ?? .string(entry.name), as: entry.family, at: entry.fullName)
  }

  /// The component of a full name or of a short one that only one has, those of a family, or all.
  private func entries(
    _ name: String?, in registry: ComponentRegistry
  ) throws(ConfigurationError) -> [ComponentRegistry.Entry] {
    let all = registry.entries()
    guard let name else { return all }
    if let family = ComponentFamily.allCases.first(where: { $0.rawValue == name || $0.plural == name }) {
      return registry.entries(in: family)
    }
    if let entry = all.first(where: { $0.fullName == name }) { return [entry] }
    let same = all.filter { $0.name == name }
    if same.count == 1 { return same }
    if same.count > 1 {
      throw ConfigurationError(
        path: "", what: "several components are called \"\(name)\"",
        expected: "one of " + same.map(\.fullName).joined(separator: ", "))
    }
    throw ConfigurationError([
      ConfigurationProblem(
        unknown: name, path: "", what: "no component or family is called \"\(name)\"",
        known: all.map(\.fullName) + ComponentFamily.allCases.map(\.rawValue))
    ])
  }

  /// The total time, and the slowest five where there are more.
  private func text(_ durations: [(name: String, duration: Duration)]) -> String {
    func clock(_ duration: Duration) -> String { ProgressText.clock(duration / .seconds(1)) }
    let total = clock(durations.reduce(.zero) { $0 + $1.duration })
    guard durations.count > 5 else { return "took \(total)" }
    let slowest = durations.sorted { $0.duration > $1.duration }.prefix(5)
    return "took \(total), most of it " + slowest.map { "\($0.name) \(clock($0.duration))" }.joined(separator: ", ")
  }

  private func text(_ verdicts: [Verdict], title: String) -> String {
    var table = TextTable()
    for verdict in verdicts {
      table.add([verdict.passed ? "  passed" : "  FAILED", verdict.check, verdict.figures])
      if verdict.passed { continue }
      table.add(["", "  expected", verdict.expected])
      if let hint = verdict.hint { table.add(["", "  hint", hint]) }
    }
    return "\(title)\n\(table.text)"
  }

  private func json(_ verdict: Verdict) -> JSONValue {
    .object(
      JSONObject([
        ("component", .string(verdict.component)), ("check", .string(verdict.check)), ("passed", .bool(verdict.passed)),
        ("figures", .string(verdict.figures)), ("expected", .string(verdict.expected)),
        ("hint", verdict.hint.map(JSONValue.string) ?? .null),
      ]))
  }
}
