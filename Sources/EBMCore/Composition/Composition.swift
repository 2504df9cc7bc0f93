/// The components of a pipeline as what is checked against one another.
///
/// Every misfit is found at once: what is missing, given twice or of no use, points that a component cannot take,
/// capabilities that one part needs and another does not offer, settings that do not go with the rest. Each has the path of
/// the part that is to be changed, the reason, and what would fit.
package struct Composition {
  package private(set) var parts: [ComponentFamily: any Component] = [:]
  private(set) var metrics: [any Metric] = []
  let batch: Int
  private var doubled: [ConfigurationProblem] = []

  /// - Parameter batch: chains of a training step.
  package init(_ components: [any Component], batch: Int) {
    self.batch = batch
    for component in components {
      let family = type(of: component).family
      if let metric = component as? any Metric {
        metrics.append(metric)
      } else if let first = parts[family] {
        doubled.append(
          ConfigurationProblem(
            path: family.rawValue, what: "given twice: \(type(of: first).name) and \(type(of: component).name)",
            expected: "one"))
      } else {
        parts[family] = component
      }
    }
  }

  /// The same with another component in the place of one.
  package func replacing(_ family: ComponentFamily, with component: (any Component)?) -> Composition {
    var other = self
    other.parts[family] = component
    other.doubled = []
    return other
  }

  private var objective: (any Objective)? { parts[.objective] as? any Objective }

  /// What is missing or doubled: without these parts nothing else can be told.
  package var gaps: [ConfigurationProblem] {
    let always: [(ComponentFamily, String)] = [
      (.dataset, "where batches come from"), (.energy, "what is learned"), (.objective, "what is minimised"),
      (.optimizer, "how parameters follow their gradient"),
    ]
    return doubled
      + always.filter { parts[$0.0] == nil }.map { ConfigurationProblem(missing: $0.0, $0.1) }
  }

  /// Everything that does not fit, in the order of a recipe's sections.
  ///
  /// - Parameter levels: the schedule's; nil without.
  package func misfits(levels: NoiseLevels?) -> [ConfigurationProblem] {
    guard let dataset = parts[.dataset] as? any Dataset, let objective else { return [] }
    var problems: [(place: Int, problem: ConfigurationProblem)] = []
    func add(_ found: [ConfigurationProblem]) {
      for problem in found where !problems.contains(where: { $0.problem == problem }) {
        let section = problem.path.split(separator: ".").first.map(String.init) ?? ""
        let place = RecipeSection.allCases.firstIndex { $0.rawValue == section } ?? RecipeSection.allCases.count
        problems.append((place, problem))
      }
    }
    for section in RecipeSection.allCases {
      guard let family = section.family, family != .dataset, let part = parts[family] else { continue }
      part.forEachPart(at: family.rawValue, given: objective.offers, over: dataset.space) {
        component, path, given, space in
        if type(of: component).family == .dataset { return }
        let surroundings = Surroundings(space: space, batch: batch, levels: levels)
        add(component.spaceProblems(surroundings, at: path))
        add(component.needs.compactMap { unmet($0, of: component, at: path, given: given, levels: levels) })
      }
    }
    add(unused(by: objective))
    return problems.sorted { $0.place < $1.place }.map(\.problem)
  }

  /// What a need that is about other parts finds missing.
  private func unmet(
    _ need: Need, of component: any Component, at path: String, given: Set<Capability>, levels: NoiseLevels?
  ) -> ConfigurationProblem? {
    let name = type(of: component).name
    switch need {
    case .points, .vectors, .labels: return nil
    case .part(let family):
      return parts[family] == nil ? ConfigurationProblem(missing: family, "which \(name) needs") : nil
    case .noPart(let family, let reason):
      return parts[family] == nil
        ? nil
        : ConfigurationProblem(path: family.rawValue, what: "\(name) \(reason)", expected: "no \(family.rawValue)")
    case .given(let capability):
      if given.contains(capability) { return nil }
      let objective = parts[.objective].map { type(of: $0).name } ?? "the objective"
      return ConfigurationProblem(
        path: path, what: "\(name) needs \(capability.thing), which \(objective) does not give")
    case .from(let family, let capability):
      guard let part = parts[family] else { return ConfigurationProblem(missing: family, "which \(name) needs") }
      if part.offers.contains(capability) { return nil }
      // One model alone has no other level to tell it from.
      if capability == .levels, levels?.steps == 1 { return nil }
      return ConfigurationProblem(
        path: family.rawValue,
        what: "\(name) needs \(family.phrase) that \(capability.ofPart), which \(type(of: part).name) does not")
    }
  }

  /// Parts that the objective neither needs nor may use.
  private func unused(by objective: any Objective) -> [ConfigurationProblem] {
    let optional: [ComponentFamily] = [.schedule, .initializer, .sampler]
    let used = objective.usedParts
    return optional.filter { parts[$0] != nil && !used.contains($0) }.compactMap { family in
      // What is refused for a reason has been named already.
      if objective.allNeeds.contains(where: { if case .noPart(family, _) = $0 { true } else { false } }) { return nil }
      return ConfigurationProblem(
        path: family.rawValue, what: "\(type(of: objective).name) does not use \(family.phrase)",
        expected: "\(family.rawValue)=null, or an objective that does")
    }
  }
}

extension Objective {
  /// The needs of the objective and of those inside it.
  var allNeeds: [Need] {
    var found: [Need] = []
    forEachPart(at: "") { component, _, _, _ in found += component.needs }
    return found
  }

  /// Families of the components that the objective needs or may use, those inside it included.
  var usedParts: Set<ComponentFamily> {
    var found: Set<ComponentFamily> = []
    forEachPart(at: "") { component, _, _, _ in
      for case .part(let family) in component.needs { found.insert(family) }
      if let objective = component as? any Objective { found.formUnion(objective.mayUse) }
    }
    return found
  }
}
