@_exported public import Datasets
@_exported public import EBMCore
@_exported public import Energies
@_exported public import Initializers
@_exported public import Metrics
@_exported public import Networks
@_exported public import NoiseSchedules
@_exported public import Objectives
@_exported public import Optimizers
@_exported public import Runs
@_exported public import Samplers
@_exported public import Tensors

/// The components and recipes that come with the framework.
public struct StandardPlugin: Plugin {
  public let name = "standard"

  public init() {}

  public func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    for type in StandardPlugin.components { try registry.add(type) }
    for recipe in try StandardRecipes.all() { try registry.add(recipe: recipe) }
  }

  /// Every component, family by family.
  private static let components: [any Component.Type] = [
    // Datasets
    Bar.self, Box.self, CIFARFile.self, CSVFile.self, Checkerboard.self, Digits.self, EightGaussians.self,
    IDXFile.self, IsingSpins.self, NpyFile.self, NpzFile.self, Pinwheel.self, Rings.self, Spirals.self, Sprites.self,
    SwissRoll.self, TwentyFiveGaussians.self, TwoMoons.self,
    // Energies
    Ackley.self, Banana.self, BoxedEnergy.self, ClassifierEnergy.self, ConceptComposition.self, DoubleWell.self,
    EnergyMixture.self, EnergyPerClass.self, EnergySum.self, Gaussian.self, GaussianMixture.self, GuidedEnergy.self,
    Ising.self, MLP.self, MullerBrown.self, NealFunnel.self, Rastrigin.self, ResidualMLP.self,
    RestrictedBoltzmannMachine.self, Ring.self, Rosenbrock.self, ScaledEnergy.self, TemperedEnergy.self,
    // Initializers
    DataPoints.self, GaussianNoise.self, Generator.self, LearnedGaussian.self, NoisierPartner.self, NoisyData.self,
    PersistentChains.self, ReplayBuffer.self, ResidualUNetMLP.self, UniformNoise.self,
    // Metrics
    CalibrationError.self, ClassifierTwoSample.self, EnergyDistance.self, FrechetDistance.self, GridDivergence.self,
    HistogramDivergence.self, KernelSteinDiscrepancy.self, LogNormalizer.self, MaximumMeanDiscrepancy.self,
    OutOfDistribution.self, PrecisionRecall.self, SlicedWasserstein.self, StateDivergence.self, SupportCoverage.self,
    // NoiseSchedules
    ContinuousLinearBeta.self, CosineLogSNR.self, GeometricSigma.self, LinearBeta.self, MergedBeta.self,
    Respaced.self, SquaredCosine.self,
    // Objectives
    ClassifierFreeGuidance.self, ContrastiveDivergence.self, CooperativeRecovery.self, DenoisingScoreMatching.self,
    DiffusionRecovery.self, ExplicitScoreMatching.self, JointEnergyModel.self, MaximumLikelihood.self,
    NoiseContrastiveEstimation.self, PersistentContrastiveDivergence.self, PseudoLikelihood.self,
    RecoveryLikelihood.self, SlicedScoreMatching.self,
    // Optimizers
    Adam.self, AdamW.self, Lion.self, OptimizerChain.self, PerNetwork.self, RMSprop.self, SGD.self,
    ClipNorm.self, ClipValue.self, WeightDecay.self,
    ConstantRate.self, CosineRate.self, InverseSquareRootRate.self, LinearRate.self, StepRate.self, WarmUpRate.self,
    // Samplers
    AnnealedLangevin.self, GeneralizedHMC.self, Gibbs.self, GibbsWithGradients.self, HMC.self, Langevin.self,
    MALA.self, Masked.self, NUTS.self, ParallelTempering.self, PreconditionedLangevin.self, RandomWalkMetropolis.self,
    ReducedSteps.self, RejectionSampling.self, UnderdampedLangevin.self,
  ]
}

extension [any Plugin] {
  /// The framework's own plugins: `EBMCommand.main(plugins: .standard + [MyLab()])`.
  public static var standard: [any Plugin] { [StandardPlugin()] }
}
