public import FileFormats

/// A recipe that has a name and comes with a plugin.
public struct BuiltInRecipe: Sendable {
  /// What one types: `cdrl-checkerboard`.
  public let name: String
  /// What it trains, in one line.
  public let summary: String
  /// Its sections. Settings that are left out have their defaults.
  public let sections: JSONObject
  /// The plugin it came with; filled in by the registry.
  public internal(set) var plugin = ""

  /// A recipe.
  ///
  /// - Parameters:
  ///   - name: lower-case words joined by hyphens.
  ///   - summary: what it trains, in one line.
  ///   - sections: its sections; `name` may be left out.
  public init(_ name: String, summary: String, sections: JSONObject) {
    self.name = name
    self.summary = summary
    self.sections = sections
  }
}
