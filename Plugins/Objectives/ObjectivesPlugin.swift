public import EBMCore

/// The framework's objectives.
public struct ObjectivesPlugin: Plugin {
  public init() {}

  public func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    for type in ObjectivesPlugin.components { try registry.add(type) }
  }

  private static let components: [any Component.Type] = [
    ClassifierFreeGuidance.self, ContrastiveDivergence.self, CooperativeRecovery.self, DenoisingScoreMatching.self,
    DiffusionRecovery.self, ExplicitScoreMatching.self, JointEnergyModel.self, MaximumLikelihood.self,
    NoiseContrastiveEstimation.self, PersistentContrastiveDivergence.self, PseudoLikelihood.self,
    RecoveryLikelihood.self, SlicedScoreMatching.self,
  ]
}
