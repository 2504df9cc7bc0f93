public import EBMCore

/// The framework's initializers and the networks in them.
public struct InitializersPlugin: Plugin {
  public init() {}

  public func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    for type in InitializersPlugin.components { try registry.add(type) }
  }

  private static let components: [any Component.Type] = [
    DataPoints.self, GaussianNoise.self, Generator.self, LearnedGaussian.self, NoisierPartner.self, NoisyData.self,
    PersistentChains.self, PointPerceptron.self, ReplayBuffer.self, UniformNoise.self,
  ]
}
