/// Something that adds components and recipes to a registry.
///
/// ```swift
/// struct MyLab: Plugin {
///   func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
///     try registry.add(MySampler.self)
///   }
/// }
/// ```
public protocol Plugin: Sendable {
  /// What `ebm list` shows as the origin of the components; the type's name by default.
  var name: String { get }

  /// Adds everything this plugin offers.
  ///
  /// - Parameter registry: what to add to.
  /// - Throws: the registry's ``ConfigurationError`` for a name that is taken or malformed.
  func register(in registry: inout ComponentRegistry) throws(ConfigurationError)
}

extension Plugin {
  /// The type's name.
  public var name: String { String(describing: Self.self) }
}
