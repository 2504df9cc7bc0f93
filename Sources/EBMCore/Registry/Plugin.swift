/// Something that adds to what a program knows: components, recipes, and items such as commands and report panels.
///
/// ```swift
/// struct MyLab: Plugin {
///   func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
///     try registry.add(MySampler.self)
///     try registry.replace(MyMALA.self)
///     try registry.add(HalfLifeCommand())
///   }
/// }
/// ```
public protocol Plugin: Sendable {
  /// What `ebm list` shows as the origin of what it adds; the type's name by default, without `Plugin` at its end.
  var name: String { get }

  /// Adds everything this plugin offers.
  ///
  /// - Parameter registry: what to add to.
  /// - Throws: the registry's ``ConfigurationError`` for a name that is taken or malformed.
  func register(in registry: inout ComponentRegistry) throws(ConfigurationError)
}

extension Plugin {
  /// The type's name, `Samplers` for a `SamplersPlugin`.
  public var name: String {
    let (type, ending) = (String(describing: Self.self), "Plugin")
    return type.hasSuffix(ending) && type != ending ? String(type.dropLast(ending.count)) : type
  }
}
