import EBM
import Foundation
import Testing

/// Every setting of every component, and of the sections that are none, at what no sane person writes: refused in one line,
/// or built, compiled and found to fit the memory. Nothing is run; a crash or a hang ends the tests.
@Suite struct SettingExtremesTests {
  private static let values: [JSONValue] = [
    .integer(.max), .integer(1 << 31), .integer(1 << 31 - 1), 0, -1, .number(.nan), .number(.infinity), 1e308,
    .number(.leastNonzeroMagnitude),
    .array([.integer(.max)]), .array([.integer(1 << 31 - 1), .integer(1 << 31 - 1)]),
  ]
  static let names = (try? ComponentRegistry(plugins: .standard))?.entries().map(\.fullName) ?? []

  private let registry: ComponentRegistry

  init() throws { registry = try ComponentRegistry(plugins: .standard) }

  /// The paths of a table's settings, those of groups inside included.
  private func paths(_ settings: [SettingDescription]) -> [[String]] {
    settings.flatMap { setting -> [[String]] in
      if case .group(let inner) = setting.allowed { return paths(inner).map { [setting.key] + $0 } }
      return [[setting.key]]
    }
  }

  /// An object that holds one value at a path.
  private func object(_ path: ArraySlice<String>, _ value: JSONValue) -> JSONValue {
    guard let key = path.first else { return value }
    return .object(JSONObject([(key, object(path.dropFirst(), value))]))
  }

  /// Tries a recipe: nothing happens, or an error says why in lines that are not long.
  private func expectAnswer(_ recipe: Recipe, _ what: String) {
    MachineMemory.$available.withValue(256 << 20) {
      do throws(ConfigurationError) {
        let trainer = try Trainer(try Pipeline(recipe, registry: registry), seed: 1)
        try trainer.checkMemory()
      } catch {
        for problem in error.problems {
          let line = problem.description
          #expect(!line.contains("\n") && line.count < 2_000 && !problem.path.isEmpty, "\(what): \(line)")
        }
      }
    }
  }

  private func base(_ family: ComponentFamily) throws -> Recipe {
    let words = family == .objective ? SmallRecipe.persistent : SmallRecipe.recovery
    return try Recipe.load(words[0], from: registry).applying(overrides: Array(words.dropFirst()))
  }

  @Test(arguments: names)
  func components(_ name: String) throws {
    let entry = try #require(registry.entries().first { $0.fullName == name })
    let base = try base(entry.family)
    for path in paths(entry.settings) {
      for value in Self.values {
        var component = object(path[...], value).objectValue ?? [:]
        component["type"] = .string(entry.name)
        var recipe = base
        switch entry.family {
        case .metric: recipe[.metrics] = .array([.object(component)])
        case .network: recipe[.initializer] = ["type": "learned-gaussian", "network": .object(component)]
        case .transform: recipe[.optimizer] = ["type": "chain", "transforms": [.object(component), "adam"]]
        case .rate: recipe[.optimizer] = ["type": "adam", "rate": .object(component)]
        default: recipe.sections[entry.family.rawValue] = .object(component)
        }
        expectAnswer(recipe, "\(name) \(path.joined(separator: ".")) = \(value)")
      }
    }
  }

  @Test func sections() throws {
    let tables = [(RecipeSection.training, TrainingSettings.settings), (.evaluation, EvaluationSettings.settings)]
    for (section, settings) in tables {
      for path in paths(settings) {
        for value in Self.values {
          var recipe = try base(.objective)
          recipe[section] = object(path[...], value)
          expectAnswer(recipe, "\(section.rawValue).\(path.joined(separator: ".")) = \(value)")
        }
      }
    }
  }
}
