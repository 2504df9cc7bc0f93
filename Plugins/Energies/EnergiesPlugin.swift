public import EBMCore

/// The framework's energies.
public struct EnergiesPlugin: Plugin {
  public init() {}

  public func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    for type in EnergiesPlugin.components { try registry.add(type) }
  }

  private static let components: [any Component.Type] = [
    Ackley.self, Banana.self, BoxedEnergy.self, ClassifierEnergy.self, ConceptComposition.self, DoubleWell.self,
    EnergyMixture.self, EnergyPerClass.self, EnergySum.self, Gaussian.self, GaussianMixture.self, GuidedEnergy.self,
    Ising.self, MLP.self, MullerBrown.self, NealFunnel.self, Rastrigin.self, ResidualMLP.self,
    RestrictedBoltzmannMachine.self, Ring.self, Rosenbrock.self, ScaledEnergy.self, TemperedEnergy.self,
  ]
}
