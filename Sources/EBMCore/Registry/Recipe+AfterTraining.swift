internal import FileFormats

extension Recipe {
  /// The recipe of a trained run with settings replaced for sampling or measuring, as `ebm sample runs/x sampler=hmc` does.
  ///
  /// A component that holds another one of its family, such as `tempered`, `masked` or `classifier-free-guidance`, holds
  /// what the run has there, unless the settings say something else. What matters to training alone is refused.
  ///
  /// - Parameters:
  ///   - overrides: `key=value` each.
  ///   - registry: the components that are known.
  /// - Throws: a ``ConfigurationError`` with every setting that is malformed, unknown or of no use after training.
  package func applying(
    afterTraining overrides: [String], registry: ComponentRegistry
  ) throws(ConfigurationError) -> Recipe {
    let ofTraining: [RecipeSection] = [.training, .optimizer]
    let useless = overrides.compactMap { override -> ConfigurationProblem? in
      let key = override.prefix { $0 != "=" && $0 != "." }
      guard let section = RecipeSection(rawValue: String(key)), ofTraining.contains(section),
        !override.hasPrefix("training.threads=")
      else { return nil }
      return ConfigurationProblem(
        path: String(override.prefix { $0 != "=" }), what: "matters to training alone, which is done")
    }
    if !useless.isEmpty { throw ConfigurationError(useless) }
    var changed = try applying(overrides: overrides)
    for section in RecipeSection.allCases {
      guard let family = section.family, section != .metrics, let old = self[section], let new = changed[section],
        let name = new.stringValue ?? new[componentTypeKey]?.stringValue,
        name != old.stringValue ?? old[componentTypeKey]?.stringValue,
        let entry = try? registry.entry(family, name),
        let holder = entry.settings.first(where: { if case .component(family) = $0.allowed { true } else { false } }),
        new[holder.key] == nil
      else { continue }
      var object = new.objectValue ?? [componentTypeKey: .string(name)]
      object[holder.key] = old
      changed[section] = .object(object)
    }
    return changed
  }
}
