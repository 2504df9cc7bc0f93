public import FileFormats

/// The components, recipes and other items a program knows: a value, filled explicitly and then only read.
///
/// ```swift
/// let registry = try ComponentRegistry(plugins: .standard + [MyLab()])
/// let sampler = try registry.component(["type": "mala", "steps": 30], as: .sampler, at: "sampler")
/// ```
public struct ComponentRegistry: Sendable {
  /// What is known of one component.
  public struct Entry: Sendable {
    /// The component's type.
    public let type: any Component.Type
    /// The plugin that added it.
    public let plugin: String
    /// The plugin whose component of this name it replaces; nil where it replaces none.
    public let replaces: String?
    /// Its settings with their defaults, complete, without `type`.
    public let defaults: JSONObject
    /// The table of settings, read once, when the component is added.
    public let settings: [SettingDescription]

    /// The name in recipes: `mala`.
    public var name: String { type.name }
    /// The family: `sampler`.
    public var family: ComponentFamily { type.family }
    /// The name everywhere: `sampler.mala`.
    public var fullName: String { "\(family.rawValue).\(name)" }
    /// What it is, in one line.
    public var summary: String { type.summary }
    /// Where it comes from, in words: `Samplers`, or `MyLab, replacing that of Samplers`.
    public var origin: String { replaces.map { "\(plugin), replacing that of \($0)" } ?? plugin }
  }

  /// Entries by full name.
  private var entries: [String: Entry] = [:]
  private var recipesByName: [String: BuiltInRecipe] = [:]
  private var origins: [Origin<any PluginItem>] = []
  /// The plugin that is being registered.
  private var plugin = ""

  /// A registry that knows nothing.
  public init() {}

  /// A registry with everything these plugins offer.
  ///
  /// - Parameter plugins: in any order; no two may offer the same name.
  /// - Throws: a ``ConfigurationError`` with the first problem of each plugin.
  public init(plugins: [any Plugin]) throws(ConfigurationError) {
    var problems: [ConfigurationProblem] = []
    for plugin in plugins {
      do throws(ConfigurationError) { try add(plugin) } catch { problems += error.problems }
    }
    if !problems.isEmpty { throw ConfigurationError(problems) }
  }

  /// Adds everything a plugin offers.
  ///
  /// - Parameter plugin: the plugin; its name becomes the origin of what it adds.
  /// - Throws: the first problem it meets.
  public mutating func add(_ plugin: some Plugin) throws(ConfigurationError) {
    let outer = self.plugin
    self.plugin = plugin.name
    defer { self.plugin = outer }
    try plugin.register(in: &self)
  }

  /// Adds a component.
  ///
  /// - Parameter type: the component's type.
  /// - Throws: a ``ConfigurationError`` with every problem: a name that is taken or is not lower-case words joined
  ///   by hyphens, an empty summary, a stored property that is no setting, or a default outside its own range.
  public mutating func add<C: Component>(_ type: C.Type) throws(ConfigurationError) {
    try enter(type, over: nil)
  }

  /// Adds a component in the place of another one of its family and name, which recipes and components that hold it by
  /// name get from here on.
  ///
  /// - Parameter type: the component's type. It has all settings of the one that it replaces, as recipes hold them.
  /// - Throws: a ``ConfigurationError`` with every problem: those of ``add(_:)-(C.Type)``, nothing there to replace, a
  ///   component that is a replacement already, or a setting that is missing.
  public mutating func replace<C: Component>(_ type: C.Type) throws(ConfigurationError) {
    let old = try entry(C.family, C.name, at: "\(C.family.rawValue).\(C.name), which is to be replaced")
    try enter(type, over: old)
  }

  private mutating func enter<C: Component>(_ type: C.Type, over old: Entry?) throws(ConfigurationError) {
    let fullName = "\(C.family.rawValue).\(C.name)"
    var problems = nameProblems(C.name, summary: C.summary, path: fullName)
    if old == nil, let known = entries[fullName] {
      problems.append(
        ConfigurationProblem(
          path: fullName, what: taken(by: known.plugin),
          expected: known.plugin == plugin ? nil : "another name, or replace(\(C.self).self)"))
    }
    if let old, let replaced = old.replaces {
      problems.append(
        ConfigurationProblem(
          path: fullName, what: "the plugin \(old.plugin) has replaced the component of \(replaced) already"))
    }
    let encoded = try JSONValue(encoding: C(), path: fullName)
    let settings = C.settings
    problems += tableProblems(of: settings, defaults: encoded, path: fullName)
    for setting in old?.settings ?? [] where !settings.contains(where: { $0.key == setting.key }) {
      problems.append(
        ConfigurationProblem(
          path: joinedPath(fullName, setting.key),
          what: "recipes may hold this setting of the component that is replaced",
          expected: "a setting of the same name in \(C.self)"))
    }
    if !problems.isEmpty { throw ConfigurationError(problems) }
    entries[fullName] = Entry(
      type: type, plugin: plugin, replaces: old?.plugin, defaults: encoded.objectValue ?? [:], settings: settings)
  }

  /// Adds an item such as a command.
  ///
  /// - Parameter item: the item.
  /// - Throws: a ``ConfigurationError`` for a name that its kind has already or that is malformed, or an empty summary.
  public mutating func add<Item: PluginItem>(_ item: Item) throws(ConfigurationError) {
    let path = "\(Item.kind) \(item.name)"
    var problems = nameProblems(item.name, summary: item.summary, path: path)
    if let known = origins.first(where: { type(of: $0.item).kind == Item.kind && $0.item.name == item.name }) {
      problems.append(ConfigurationProblem(path: path, what: taken(by: known.plugin)))
    }
    if !problems.isEmpty { throw ConfigurationError(problems) }
    origins.append(Origin(item: item, plugin: plugin))
  }

  /// The items of a kind, in the order in which they were added: `items(of: (any Command).self)`.
  public func items<Item: Sendable>(of kind: Item.Type) -> [Origin<Item>] {
    origins.compactMap { origin in (origin.item as? Item).map { Origin(item: $0, plugin: origin.plugin) } }
  }

  /// Adds a built-in recipe. Its sections are checked when it is resolved, when all components are known.
  ///
  /// - Parameter recipe: the recipe.
  /// - Throws: a ``ConfigurationError`` for a name that is taken or malformed, or an empty summary.
  public mutating func add(recipe: BuiltInRecipe) throws(ConfigurationError) {
    let path = "recipe \(recipe.name)"
    var problems = nameProblems(recipe.name, summary: recipe.summary, path: path)
    if let known = recipesByName[recipe.name] {
      problems.append(ConfigurationProblem(path: path, what: taken(by: known.plugin)))
    }
    if !problems.isEmpty { throw ConfigurationError(problems) }
    var recipe = recipe
    recipe.plugin = plugin
    recipesByName[recipe.name] = recipe
  }

  /// The components of a family, or of all, sorted by family and name.
  ///
  /// - Parameter family: the family; nil for all.
  public func entries(in family: ComponentFamily? = nil) -> [Entry] {
    let families = family.map { [$0] } ?? ComponentFamily.allCases
    return families.flatMap { family in
      entries.values.filter { $0.family == family }.sorted { $0.name < $1.name }
    }
  }

  /// The built-in recipes, sorted by name.
  public var recipes: [BuiltInRecipe] { recipesByName.values.sorted { $0.name < $1.name } }

  /// A component of a family by its name.
  ///
  /// - Parameters:
  ///   - family: the family.
  ///   - name: the name in recipes, such as `mala`.
  ///   - path: where the name stands, for messages.
  /// - Throws: a ``ConfigurationError`` with the nearest name.
  public func entry(
    _ family: ComponentFamily, _ name: String, at path: String = ""
  ) throws(ConfigurationError) -> Entry {
    for member in family.members {
      if let entry = entries["\(member.rawValue).\(name)"] { return entry }
    }
    let known = family.members.flatMap { entries(in: $0).map(\.name) }
    throw ConfigurationError([
      ConfigurationProblem(unknown: name, path: path, what: "no \(family.rawValue) is called \"\(name)\"", known: known)
    ])
  }

  /// A built-in recipe by its name.
  ///
  /// - Parameter name: the name, such as `cdrl-checkerboard`.
  /// - Throws: a ``ConfigurationError`` with the nearest name.
  public func recipe(_ name: String) throws(ConfigurationError) -> BuiltInRecipe {
    if let recipe = recipesByName[name] { return recipe }
    let known = recipes.map(\.name)
    throw ConfigurationError([
      ConfigurationProblem(unknown: name, path: "", what: "no built-in recipe is called \"\(name)\"", known: known)
    ])
  }

  private func taken(by plugin: String) -> String {
    plugin.isEmpty ? "this name is taken" : "this name is taken by the plugin \(plugin)"
  }
}
