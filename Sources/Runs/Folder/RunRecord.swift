public import EBMCore
internal import FileFormats

/// What a run says about itself: `run.json`, the mark by which a folder is a run's.
public struct RunRecord: Codable, Sendable, Equatable {
  /// How far a run has come.
  public enum State: String, Codable, Sendable {
    /// Somebody trains or evaluates; or, when nobody holds the run's lock, was killed while doing it.
    case running
    /// An interruption ended it; its state was saved.
    case interrupted
    /// An error ended it.
    case failed
    /// Training diverged and was given up.
    case diverged
    /// Everything is done: trained, measured, reported.
    case complete
  }

  /// A plugin and the components that the run has from it.
  public struct Origin: Codable, Sendable, Equatable {
    /// The plugin.
    public var plugin: String
    /// Full names, such as `sampler.mala`, sorted.
    public var components: [String]
  }

  /// Something that happened to the run.
  public struct Event: Codable, Sendable, Equatable {
    /// When: ISO 8601, in UTC.
    public var date: String
    /// What: a state and how it came about.
    public var event: String
    /// The parameter updates that were done.
    public var iteration: Int
  }

  /// The version of the record's form that this framework writes.
  static let currentVersion = 1
  /// What tells the file from any other of its name.
  static let currentFormat = "swift-ebm run"

  /// `swift-ebm run`.
  public var format = RunRecord.currentFormat
  /// The version of the record's form.
  public var version = RunRecord.currentVersion
  /// The framework's version that started the run.
  public var framework = FrameworkVersion.current
  /// Where the components come from.
  public var plugins: [Origin] = []
  /// How far it has come.
  public var state = State.running
  /// Why it ended as it did; nil where the state says it all.
  public var reason: String?
  /// Parameter updates that were done when the state was written.
  public var iteration = 0
  /// Parameter updates that the recipe asks for.
  public var iterations = 0
  /// Seconds of training until then, those of all its parts together.
  public var trainingSeconds = 0.0
  /// The files that the run has written, or was about to write, beside its checkpoints and this record.
  public var files: [String] = []
  /// What happened, in order.
  public var history: [Event] = []

  /// A run that has begun and done nothing yet.
  public init() {}
}

extension RunRecord {
  /// The origins of the components that a recipe names, wherever in it.
  ///
  /// - Parameters:
  ///   - recipe: a resolved recipe.
  ///   - registry: what it was resolved with.
  public static func origins(of recipe: Recipe, in registry: ComponentRegistry) -> [Origin] {
    var names: Set<String> = []
    func collect(_ value: JSONValue) {
      if let type = value[componentTypeKey]?.stringValue { names.insert(type) }
      for member in value.objectValue?.members ?? [] { collect(member.value) }
      for element in value.arrayValue ?? [] { collect(element) }
    }
    collect(.object(recipe.sections))
    let used = registry.entries().filter { names.contains($0.name) }
    return Dictionary(grouping: used, by: \.plugin).sorted { $0.key < $1.key }.map {
      Origin(plugin: $0.key, components: $0.value.map(\.fullName).sorted())
    }
  }

  /// Makes sure that a registry knows every component of the run.
  ///
  /// - Throws: a ``ConfigurationError`` that names the plugins of those that are missing.
  public func check(against registry: ComponentRegistry) throws(ConfigurationError) {
    let known = Set(registry.entries().map(\.fullName))
    let problems = plugins.flatMap { origin in
      origin.components.filter { !known.contains($0) }.map { name in
        ConfigurationProblem(
          path: name, what: "this program has no such component; the run has it from the plugin \(origin.plugin)",
          expected: "a program with that plugin")
      }
    }
    if !problems.isEmpty { throw ConfigurationError(problems) }
  }
}
