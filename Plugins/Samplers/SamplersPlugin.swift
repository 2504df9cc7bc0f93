public import EBMCore

/// The framework's samplers.
public struct SamplersPlugin: Plugin {
  public init() {}

  public func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    for type in SamplersPlugin.components { try registry.add(type) }
  }

  private static let components: [any Component.Type] = [
    AnnealedLangevin.self, GeneralizedHMC.self, Gibbs.self, GibbsWithGradients.self, HMC.self, Langevin.self,
    MALA.self, Masked.self, NUTS.self, ParallelTempering.self, PreconditionedLangevin.self, RandomWalkMetropolis.self,
    ReducedSteps.self, RejectionSampling.self, UnderdampedLangevin.self,
  ]
}
