/// The components of a pipeline as what is checked against one another.
///
/// Every misfit is found at once: what is missing, given twice or of no use, points that a component cannot take,
/// capabilities that one part needs and another does not offer, settings that do not go with the rest. Each has the path of
/// the part that is to be changed, the reason, and what would fit.
package struct Composition {
  private var trees: [ComponentFamily: PartTree] = [:]
  private(set) var metrics: [any Metric] = []
  let batch: Int
  /// Whether training is done: what it alone needs, such as chains that are kept, does not matter any more.
  private let isTrained: Bool
  private var doubled: [ConfigurationProblem] = []

  /// - Parameters:
  ///   - batch: chains of a training step.
  ///   - isTrained: whether training is done.
  package init(_ components: [any Component], batch: Int, isTrained: Bool = false) {
    self.batch = batch
    self.isTrained = isTrained
    for component in components {
      let family = type(of: component).family
      if let metric = component as? any Metric {
        metrics.append(metric)
      } else if let first = trees[family]?.component {
        doubled.append(
          ConfigurationProblem(
            path: family.rawValue, what: "given twice: \(type(of: first).name) and \(type(of: component).name)",
            expected: "one"))
      } else {
        trees[family] = PartTree(component)
      }
    }
  }

  /// The component of each family.
  package var parts: [ComponentFamily: any Component] { trees.mapValues(\.component) }

  /// The same with another component in the place of one.
  package func replacing(_ family: ComponentFamily, with component: (any Component)?) -> Composition {
    var other = self
    other.trees[family] = component.map(PartTree.init)
    other.doubled = []
    return other
  }

  /// What is missing or doubled: without these parts nothing else can be told.
  package var gaps: [ConfigurationProblem] {
    let always: [(ComponentFamily, String)] = [
      (.dataset, "where batches come from"), (.energy, "what is learned"), (.objective, "what is minimised"),
      (.optimizer, "how parameters follow their gradient"),
    ]
    let missing = always.filter { parts[$0.0] == nil }.map { ConfigurationProblem(missing: $0.0, $0.1) }
    guard let objective = parts[.objective] else { return doubled + missing }
    let needed = objective.needs.compactMap { need -> ConfigurationProblem? in
      if case .part = need { unmet(need, of: objective, at: "objective", given: [], levels: nil) } else { nil }
    }
    return doubled + missing + needed
  }

  /// Everything that does not fit, in the order of a recipe's sections.
  ///
  /// - Parameter levels: the schedule's; nil without.
  package func misfits(levels: NoiseLevels?) -> [ConfigurationProblem] {
    let parts = parts
    guard let dataset = parts[.dataset] as? any Dataset, let objective = parts[.objective] as? any Objective else {
      return []
    }
    var problems: [(place: Int, problem: ConfigurationProblem)] = []
    func add(_ found: [ConfigurationProblem]) {
      for problem in found where !problems.contains(where: { $0.problem == problem }) {
        let section = problem.path.split(separator: ".").first.map(String.init) ?? ""
        let place = RecipeSection.allCases.firstIndex { $0.rawValue == section } ?? RecipeSection.allCases.count
        problems.append((place, problem))
      }
    }
    for section in RecipeSection.allCases {
      guard let family = section.family, family != .dataset, let part = trees[family] else { continue }
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
      if part.offers.contains(capability) || isTrained && capability == .keptChains { return nil }
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
    var (needs, used): ([Need], Set<ComponentFamily>) = ([], [])
    trees[.objective]?.forEachPart(at: "", given: [], over: SampleSpace(shape: [])) { component, _, _, _ in
      needs += component.needs
      if let objective = component as? any Objective { used.formUnion(objective.mayUse) }
    }
    for case .part(let family) in needs { used.insert(family) }
    return optional.filter { parts[$0] != nil && !used.contains($0) }.compactMap { family in
      // What is refused for a reason has been named already.
      if needs.contains(where: { if case .noPart(family, _) = $0 { true } else { false } }) { return nil }
      return ConfigurationProblem(
        path: family.rawValue, what: "\(type(of: objective).name) does not use \(family.phrase)",
        expected: "\(family.rawValue)=null, or an objective that does")
    }
  }
}
