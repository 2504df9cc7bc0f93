public import EBMCore

/// The framework's optimizers.
public struct OptimizersPlugin: Plugin {
  public init() {}

  public func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    for type in OptimizersPlugin.components { try registry.add(type) }
  }

  private static let components: [any Component.Type] = [
    Adam.self
  ]
}
