public import FileFormats

extension ComponentRegistry {
  /// A component as it was written, with every default filled in.
  ///
  /// - Parameters:
  ///   - value: a name, or an object with `type` and settings.
  ///   - family: the family it has to be of.
  ///   - path: where it stands, for messages: `sampler`.
  /// - Returns: an object that begins with `type`, its members in the order of the table of settings.
  /// - Throws: a ``ConfigurationError`` with every unknown name, wrong type and value out of range.
  public func resolved(
    _ value: JSONValue, as family: ComponentFamily, at path: String
  ) throws(ConfigurationError) -> JSONValue {
    var resolver = SettingsResolver(registry: self)
    let result = resolver.component(value, over: .null, family: family, path: path)
    if !resolver.problems.isEmpty { throw ConfigurationError(resolver.problems) }
    return result
  }

  /// A component as it was written, ready for use.
  ///
  /// - Parameters:
  ///   - value: a name, or an object with `type` and settings.
  ///   - family: the family it has to be of.
  ///   - path: where it stands, for messages: `sampler`.
  /// - Throws: a ``ConfigurationError`` with every problem; settings that do not go together included.
  public func component(
    _ value: JSONValue, as family: ComponentFamily, at path: String
  ) throws(ConfigurationError) -> any Component {
    let complete = try resolved(value, as: family, at: path)
    let entry = try entry(family, complete[componentTypeKey]?.stringValue ?? "", at: path)
    return try decode(complete, as: entry.type, at: path)
  }

  /// A plain value with settings, such as ``TrainingSettings``, as it was written.
  ///
  /// - Parameters:
  ///   - value: an object with settings; the others have their defaults.
  ///   - type: what to read.
  ///   - path: where it stands, for messages: `training`.
  /// - Throws: a ``ConfigurationError`` with every problem.
  public func settings<C: Configurable>(
    _ value: JSONValue, as type: C.Type, at path: String
  ) throws(ConfigurationError) -> C {
    var resolver = SettingsResolver(registry: self)
    let complete = resolver.plain(value, as: type, path: path)
    if !resolver.problems.isEmpty { throw ConfigurationError(resolver.problems) }
    return try decode(complete, as: type, at: path)
  }

  /// The components of any family with that name: what a ``Part`` chooses from.
  func entries(named name: String) -> [Entry] { entries().filter { $0.name == name } }

  /// Decodes a complete object and asks the value whether its settings go together.
  func decode<C: Configurable>(_ value: JSONValue, as type: C.Type, at path: String) throws(ConfigurationError) -> C {
    let decoded = try value.decoded(as: type, at: path, with: self)
    let conflicts = decoded.conflicts()
    if !conflicts.isEmpty {
      throw ConfigurationError(conflicts.map { ConfigurationProblem(path: path, what: $0) })
    }
    return decoded
  }
}
