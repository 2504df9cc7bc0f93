public import FileFormats

/// A part of an energy-based model that can be swapped: an energy, a sampler, a metric, …
///
/// A component is a struct of settings with defaults. Conforming to it, usually through a family's protocol,
/// makes it printable in recipes, settable from command lines and listable:
///
/// ```swift
/// public struct Langevin: Sampler {
///   public static let name = "langevin"
///   public static let summary = "Unadjusted Langevin dynamics."
///   public static let settings = [
///     Setting("steps", "Langevin steps a chain", .integers(1...)),
///     Setting("stepSize", "step size ε", .positive),
///   ]
///   public var steps = 15
///   public var stepSize: Float = 0.1
///   public init() {}
/// }
/// ```
///
/// A stored component is wrapped in ``Part``, a list of them in ``Parts``.
///
/// ## Requirements on conforming types
/// - Those of ``Configurable``.
/// - ``name`` is lower-case words of letters and digits joined by hyphens, and stays the same for ever: recipes
///   hold it. No setting is called `type`.
public protocol Component: Configurable {
  /// The name in recipes, such as `mala`; unique in its family.
  static var name: String { get }
  /// What it is, in one line.
  static var summary: String { get }
  /// The family it belongs to.
  static var family: ComponentFamily { get }

  /// What it can do for the other parts of a pipeline; nothing by default. A component that holds others says what is left
  /// of what they offer.
  var offers: Set<Capability> { get }

  /// What it tells the components inside it, besides what it is told itself; nothing by default.
  var gives: Set<Capability> { get }

  /// What it needs of the other parts; nothing by default. What the components inside it need is asked of them.
  var needs: [Need] { get }

  /// What does not go with what it is put into, such as numbers for other points than those there are, the paths of
  /// settings being its own; none by default.
  func misfits(in surroundings: Surroundings) -> [ConfigurationProblem]

  /// The points that components inside it see where it sees those of `space`; the same by default.
  func spaceOfParts(in space: SampleSpace) -> SampleSpace
}

extension Component {
  public var offers: Set<Capability> { [] }
  public var gives: Set<Capability> { [] }
  public var needs: [Need] { [] }
  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] { [] }
  public func spaceOfParts(in space: SampleSpace) -> SampleSpace { space }

  /// The component as it stands in a recipe: its type, then every setting.
  ///
  /// - Parameter path: where it stands, for messages.
  /// - Throws: a ``ConfigurationError`` for a setting that is not finite.
  public func recipeValue(at path: String = Self.family.rawValue) throws(ConfigurationError) -> JSONValue {
    let settings = try JSONValue(encoding: self, path: path).objectValue ?? [:]
    return .object(JSONObject([(componentTypeKey, .string(Self.name))] + settings.members.map { ($0.key, $0.value) }))
  }
}
