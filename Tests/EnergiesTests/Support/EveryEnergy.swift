import EBMCore
import Energies

/// A plugin with every energy of the family.
struct EveryEnergy: Plugin {
  let name = "energies"

  func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    try registry.add(MLP.self)
    try registry.add(ResidualMLP.self)
    try registry.add(Gaussian.self)
    try registry.add(GaussianMixture.self)
    try registry.add(DoubleWell.self)
    try registry.add(Banana.self)
    try registry.add(Rosenbrock.self)
    try registry.add(NealFunnel.self)
    try registry.add(Ring.self)
    try registry.add(Rastrigin.self)
    try registry.add(Ackley.self)
    try registry.add(MullerBrown.self)
    try registry.add(Ising.self)
    try registry.add(RestrictedBoltzmannMachine.self)
    try registry.add(EnergySum.self)
    try registry.add(EnergyMixture.self)
    try registry.add(ScaledEnergy.self)
    try registry.add(TemperedEnergy.self)
    try registry.add(BoxedEnergy.self)
    try registry.add(EnergyPerClass.self)
    try registry.add(ClassifierEnergy.self)
    try registry.add(GuidedEnergy.self)
    try registry.add(ConceptComposition.self)
  }
}
