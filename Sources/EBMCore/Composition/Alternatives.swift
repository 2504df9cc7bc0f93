internal import FileFormats

extension Composition {
  /// Names at most that a message shows.
  private static let shown = 6

  /// The problems, each with the components of its family that would fit in the place of the one that does not, where a
  /// message does not say already what is expected.
  func adding(
    alternativesFrom registry: ComponentRegistry, to problems: [ConfigurationProblem], levels: NoiseLevels?
  ) -> [ConfigurationProblem] {
    problems.map { problem in
      guard problem.expected == nil, problem.nearest == nil, let family = ComponentFamily(rawValue: problem.path),
        parts[family] != nil
      else { return problem }
      var problem = problem
      let names = fitting(family, among: registry, levels: levels)
      if !names.isEmpty {
        let rest = names.count > Composition.shown ? ", …" : ""
        problem.expected = names.prefix(Composition.shown).joined(separator: ", ") + rest
      }
      return problem
    }
  }

  /// Components of a family that would fit: their names, with a flag that has to be set where that is what it takes.
  private func fitting(
    _ family: ComponentFamily, among registry: ComponentRegistry, levels: NoiseLevels?
  ) -> [String] {
    func fits(_ component: any Component) -> Bool {
      let other = replacing(family, with: component)
      return !other.misfits(levels: levels).contains {
        $0.path == family.rawValue || $0.path.hasPrefix(family.rawValue + ".")
      }
    }
    return registry.entries(in: family).compactMap { entry in
      if fits(entry.type.init()) { return entry.name }
      for setting in entry.settings {
        guard case .flag = setting.allowed, let value = entry.defaults[setting.key]?.boolValue else { continue }
        let changed = JSONObject([
          (componentTypeKey, .string(entry.name)), (setting.key, .bool(!value)),
        ])
        if let component = try? registry.component(.object(changed), as: family, at: ""), fits(component) {
          return "\(entry.name) with \(setting.key)=\(!value)"
        }
      }
      return nil
    }
  }
}
