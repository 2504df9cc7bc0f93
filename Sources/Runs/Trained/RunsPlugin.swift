public import EBMCore

/// The components that trained runs are parts of others through.
public struct RunsPlugin: Plugin {
  public init() {}

  public func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    try registry.add(TrainedEnergy.self)
    try registry.add(TrainedNetwork.self)
  }
}
