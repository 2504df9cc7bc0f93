/// A component inside another one, and where: `sampler`, `terms.0`.
package struct HeldPart {
  package let key: String
  package let component: any Component
}

/// A property wrapper that holds components: ``Part`` or ``Parts``.
protocol PartHolder {
  var held: [any Component] { get }
  /// Whether there may be many, which are counted then.
  var isList: Bool { get }
}

extension Part: PartHolder {
  var held: [any Component] { (wrappedValue as? any Component).map { [$0] } ?? [] }
  var isList: Bool { false }
}

extension Parts: PartHolder {
  var held: [any Component] { wrappedValue.compactMap { $0 as? any Component } }
  var isList: Bool { true }
}

extension Component {
  /// The components that this one holds, in the order of its settings.
  package var heldParts: [HeldPart] {
    Mirror(reflecting: self).children.flatMap { child -> [HeldPart] in
      guard let label = child.label, let holder = child.value as? any PartHolder else { return [] }
      let key = String(label.drop { $0 == "_" })
      return holder.held.enumerated().map { HeldPart(key: holder.isList ? "\(key).\($0)" : key, component: $1) }
    }
  }

  /// Visits this component and all inside it, with their paths, what those around them tell, and the points that they see.
  func forEachPart(
    at path: String, given: Set<Capability> = [], over space: SampleSpace = SampleSpace(shape: []),
    _ body: (_ component: any Component, _ path: String, _ given: Set<Capability>, _ space: SampleSpace) -> Void
  ) {
    PartTree(self).forEachPart(at: path, given: given, over: space, body)
  }

  /// What in this component and those inside it does not fit points of a space, whatever else there is.
  ///
  /// - Parameters:
  ///   - space: what a point is.
  ///   - path: where the component stands, for messages; its family by default.
  public func misfits(
    over space: SampleSpace, at path: String = Self.family.rawValue
  ) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    forEachPart(at: path, over: space) { component, path, _, space in
      // Data inside a component, such as outliers, is of a space of its own.
      if type(of: component).family == .dataset { return }
      problems += component.spaceProblems(Surroundings(space: space), at: path)
    }
    return problems
  }

  /// Throws where this component, or one inside it, does not fit points of a space.
  public func checkFit(
    over space: SampleSpace, at path: String = Self.family.rawValue
  ) throws(ConfigurationError) {
    let problems = misfits(over: space, at: path)
    if !problems.isEmpty { throw ConfigurationError(problems) }
  }

  /// What the component itself says of points, and its settings of the surroundings.
  func spaceProblems(_ surroundings: Surroundings, at path: String) -> [ConfigurationProblem] {
    let (space, name) = (surroundings.space, Self.name)
    let needs = needs.compactMap { need -> ConfigurationProblem? in
      switch need {
      case .points(let values) where !values.contains(space.values):
        ConfigurationProblem(
          path: path, what: "\(name) takes \(values.words) points", found: "\(space.values.rawValue) ones")
      case .vectors where space.shape.count != 1:
        ConfigurationProblem(
          path: path, what: "\(name) takes points that are vectors", found: "points of shape \(space.shape)")
      case .labels where space.classes == 0:
        ConfigurationProblem(path: path, what: "\(name) needs points with classes", found: "points without")
      default: nil
      }
    }
    return needs
      + misfits(in: surroundings).map { problem in
        var problem = problem
        problem.path = problem.path.isEmpty ? path : joinedPath(path, problem.path)
        return problem
      }
  }
}

/// A component with all inside it, found once: looking into a value takes longer than asking it anything.
struct PartTree {
  let component: any Component
  private let parts: [(key: String, tree: PartTree)]

  init(_ component: any Component) {
    self.component = component
    parts = component.heldParts.map { ($0.key, PartTree($0.component)) }
  }

  func forEachPart(
    at path: String, given: Set<Capability>, over space: SampleSpace,
    _ body: (_ component: any Component, _ path: String, _ given: Set<Capability>, _ space: SampleSpace) -> Void
  ) {
    body(component, path, given, space)
    if parts.isEmpty { return }
    let (told, inner) = (given.union(component.gives), component.spaceOfParts(in: space))
    for part in parts { part.tree.forEachPart(at: joinedPath(path, part.key), given: told, over: inner, body) }
  }
}
