internal import FileFormats

extension Recipe {
  /// The recipe checked and complete: known sections in their order, every setting of every component present.
  ///
  /// Which sections a pipeline needs is not asked here; those that are missing stay so, except `training` and
  /// `evaluation`, which have a default for everything. A seed that is missing stays missing.
  ///
  /// - Parameter registry: the components that are known.
  /// - Throws: a ``ConfigurationError`` with every problem of every section.
  public func resolved(with registry: ComponentRegistry) throws(ConfigurationError) -> Recipe {
    var resolver = SettingsResolver(registry: registry)
    for key in sections.keys where RecipeSection(rawValue: key) == nil {
      resolver.add(unknownSection(key, registry: registry))
    }
    var complete: [(String, JSONValue)] = []
    for section in RecipeSection.allCases {
      let key = section.rawValue
      let written = self[section]
      switch section {
      case .name:
        guard let written else { continue }
        let name = resolver.value(written, over: "", allowed: .text, path: key)
        if let text = name.stringValue, written.stringValue == text, !isName(text) {
          resolver.add(ConfigurationProblem(path: key, found: name.excerpt, expected: Self.nameRule))
        }
        complete.append((key, name))
      case .seed:
        guard let written, written != .null else { continue }
        complete.append((key, resolver.value(written, over: 0, allowed: .integers(0...Int.max), path: key)))
      case .training:
        complete.append((key, resolver.plain(written ?? [:], as: TrainingSettings.self, path: key)))
      case .evaluation:
        complete.append((key, resolver.plain(written ?? [:], as: EvaluationSettings.self, path: key)))
      case .metrics:
        guard let written, written != .null else { continue }
        complete.append((key, resolver.value(written, over: [], allowed: .list(of: .component(.metric)), path: key)))
      default:
        // A section can be switched off: `schedule=null`.
        guard let written, written != .null, let family = section.family else { continue }
        complete.append((key, resolver.component(written, over: .null, family: family, path: key)))
      }
    }
    if !resolver.problems.isEmpty { throw ConfigurationError(resolver.problems) }
    let recipe = Recipe(sections: JSONObject(complete))
    // Settings that do not go together show only when the components exist.
    _ = try recipe.components(with: registry)
    return recipe
  }

  /// The components of the recipe, in the order of its sections, metrics last.
  ///
  /// - Parameter registry: the components that are known.
  /// - Throws: a ``ConfigurationError`` with every problem of every component.
  public func components(with registry: ComponentRegistry) throws(ConfigurationError) -> [any Component] {
    var problems: [ConfigurationProblem] = []
    var components: [any Component] = []
    for section in RecipeSection.allCases {
      guard let family = section.family, let written = self[section], written != .null else { continue }
      let list = section == .metrics ? written.arrayValue ?? [written] : [written]
      for (index, value) in list.enumerated() {
        let path = section == .metrics ? "metrics.\(index)" : section.rawValue
        do throws(ConfigurationError) {
          components.append(try registry.component(value, as: family, at: path))
        } catch { problems += error.problems }
      }
    }
    if !problems.isEmpty { throw ConfigurationError(problems) }
    return components
  }

  /// The section `training`, its defaults filled in.
  ///
  /// - Throws: a ``ConfigurationError`` with every problem.
  public func trainingSettings() throws(ConfigurationError) -> TrainingSettings {
    try ComponentRegistry().settings(self[.training] ?? [:], as: TrainingSettings.self, at: "training")
  }

  /// The section `evaluation`, its defaults filled in.
  ///
  /// - Throws: a ``ConfigurationError`` with every problem.
  public func evaluationSettings() throws(ConfigurationError) -> EvaluationSettings {
    try ComponentRegistry().settings(self[.evaluation] ?? [:], as: EvaluationSettings.self, at: "evaluation")
  }

  private static let nameRule =
    "a name that a folder can have: 1 to 200 bytes, no slash, no dot in front, no control character"

  /// Whether a run's folder can be called so, inside the folder of all runs.
  private func isName(_ text: String) -> Bool {
    (1...200).contains(text.utf8.count) && !text.contains("/") && !text.hasPrefix(".") && text.onOneLine() == text
  }

  /// A section that does not exist. The setting of a section that was written alone is pointed to its place.
  private func unknownSection(_ key: String, registry: ComponentRegistry) -> ConfigurationProblem {
    var problem = ConfigurationProblem(
      unknown: key, path: key, what: "a recipe has no such section", known: RecipeSection.allCases.map(\.rawValue))
    let owners = RecipeSection.allCases.filter { section in
      if section == .training { return TrainingSettings.settings.contains { $0.key == key } }
      guard let family = section.family, section != .metrics, let written = self[section],
        let name = written.stringValue ?? written[componentTypeKey]?.stringValue
      else { return false }
      return (try? registry.entry(family, name))?.settings.contains { $0.key == key } ?? false
    }
    if let owner = owners.first(where: { $0 == .training }) ?? owners.first {
      problem.nearest = "\(owner.rawValue).\(key)"
      problem.expected = nil
    }
    return problem
  }
}
