public import FileFormats

/// A training pipeline as data: the JSON form of what the pipeline builder composes.
///
/// ```json
/// {
///   "name": "checkerboard",
///   "seed": 1,
///   "dataset": {"type": "checkerboard", "count": 50000},
///   "energy": "residual-mlp",
///   "sampler": {"type": "langevin", "steps": 15},
///   "objective": "cooperative-recovery",
///   "training": {"iterations": 2000}
/// }
/// ```
///
/// A recipe holds what was written; ``resolved(with:)`` checks it and fills in every default.
public struct Recipe: Sendable, Equatable {
  /// The sections as they were written, in order.
  public var sections: JSONObject

  /// A recipe with these sections.
  ///
  /// - Parameter sections: by name; see ``RecipeSection``.
  public init(sections: JSONObject = [:]) { self.sections = sections }

  /// The recipe of a pipeline made of these components.
  ///
  /// - Parameters:
  ///   - name: what the pipeline is called.
  ///   - seed: the seed; nil for one drawn when the run starts.
  ///   - components: one of each family at most, metrics excepted, of which there may be many.
  ///   - training: how long and how carefully it is trained.
  ///   - evaluation: on how many points it is measured.
  /// - Throws: a ``ConfigurationError`` for a setting that is not finite, a family that comes twice, and a network,
  ///   which is a part of another component.
  public init(
    name: String, seed: UInt64? = nil, components: [any Component], training: TrainingSettings = TrainingSettings(),
    evaluation: EvaluationSettings = EvaluationSettings()
  ) throws(ConfigurationError) {
    var found = JSONObject()
    var metrics: [JSONValue] = []
    for component in components {
      let family = type(of: component).family
      guard let section = RecipeSection.allCases.first(where: { $0.family == family }) else {
        throw ConfigurationError(
          path: type(of: component).name, what: "\(family.phrase) is a part of another component, not of a pipeline")
      }
      if section == .metrics {
        metrics.append(try component.recipeValue(at: "metrics.\(metrics.count)"))
      } else if let first = found[section.rawValue]?[componentTypeKey]?.stringValue {
        throw ConfigurationError(
          path: section.rawValue, found: "\(first) and \(type(of: component).name)",
          expected: "one \(family.rawValue)")
      } else {
        found[section.rawValue] = try component.recipeValue(at: section.rawValue)
      }
    }
    found[RecipeSection.name.rawValue] = .string(name)
    if let seed { found[RecipeSection.seed.rawValue] = try JSONValue(encoding: seed, path: "seed") }
    found[RecipeSection.training.rawValue] = try JSONValue(encoding: training, path: "training")
    found[RecipeSection.evaluation.rawValue] = try JSONValue(encoding: evaluation, path: "evaluation")
    if !metrics.isEmpty { found[RecipeSection.metrics.rawValue] = .array(metrics) }
    sections = JSONObject(
      RecipeSection.allCases.compactMap { section in found[section.rawValue].map { (section.rawValue, $0) } })
  }

  /// A section as it was written.
  ///
  /// - Parameter section: which one.
  public subscript(section: RecipeSection) -> JSONValue? {
    get { sections[section.rawValue] }
    set { sections[section.rawValue] = newValue }
  }

  /// The recipe's name, where it has one.
  public var name: String? { self[.name]?.stringValue }

  /// The seed, where the recipe has one. Up to 2⁶³ − 1: JSON integers have a sign.
  public var seed: UInt64? {
    get { self[.seed]?.integerValue.flatMap { UInt64(exactly: $0) } }
    set { self[.seed] = newValue.flatMap { Int(exactly: $0) }.map(JSONValue.integer) }
  }

  /// The recipe as a JSON file holds it, with a newline at the end.
  public var text: String { JSONValue.object(sections).prettyText + "\n" }
}

/// The sections of a recipe in the order in which they are written.
public enum RecipeSection: String, Sendable, CaseIterable {
  /// What the pipeline is called.
  case name
  /// The seed of all randomness.
  case seed
  /// Where batches come from.
  case dataset
  /// How much signal and noise there is at a level.
  case schedule
  /// What E(x) is.
  case energy
  /// Where chains start.
  case initializer
  /// How chains move.
  case sampler
  /// What is minimised.
  case objective
  /// How parameters follow their gradient.
  case optimizer
  /// How long and how carefully: ``TrainingSettings``.
  case training
  /// On how many points it is measured: ``EvaluationSettings``.
  case evaluation
  /// A list of what is measured.
  case metrics

  /// The family of the section's component or components; nil where it holds something else.
  public var family: ComponentFamily? {
    self == .metrics ? .metric : ComponentFamily(rawValue: rawValue)
  }
}
