@_exported public import Datasets
@_exported public import EBMCore
@_exported public import Energies
@_exported public import Initializers
@_exported public import Metrics
@_exported public import Networks
@_exported public import NoiseSchedules
@_exported public import Objectives
@_exported public import Optimizers
@_exported public import Samplers
@_exported public import Tensors

/// The components and recipes that come with the framework.
public struct StandardPlugin: Plugin {
  public let name = "standard"

  public init() {}

  public func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    try registry.add(MLP.self)
    try registry.add(ResidualMLP.self)
    try registry.add(ResidualUNetMLP.self)
    try registry.add(CosineLogSNR.self)
    try registry.add(Langevin.self)
    try registry.add(MALA.self)
    try registry.add(GaussianNoise.self)
    try registry.add(LearnedGaussian.self)
    try registry.add(ReplayBuffer.self)
    try registry.add(CooperativeRecovery.self)
    try registry.add(PersistentContrastiveDivergence.self)
    try registry.add(Adam.self)
    try registry.add(Checkerboard.self)
    try registry.add(TwoMoons.self)
    try registry.add(GridDivergence.self)
    try registry.add(SupportCoverage.self)
    for recipe in try StandardRecipes.all() { try registry.add(recipe: recipe) }
  }
}

extension [any Plugin] {
  /// The framework's own plugins: `EBMCommand.main(plugins: .standard + [MyLab()])`.
  public static var standard: [any Plugin] { [StandardPlugin()] }
}
