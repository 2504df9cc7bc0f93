internal import Datasets
internal import EBMCore
internal import Energies
internal import Initializers
internal import Metrics
internal import NoiseSchedules
internal import Objectives
internal import Optimizers
internal import Samplers

/// A recipe for each objective on the same two moons, so that their figures can be compared; seconds on two cores.
/// Pseudo-likelihood, which is for points of two values, has spins.
///
/// Data, network (a perceptron of 128 and 128 features) and batch are those of ebmkit's comparison of losses; models with
/// noise levels have a residual network. Chains are Metropolis-adjusted with steps of 0.2: unadjusted ones of that length
/// cannot be as narrow as moons of deviation 0.1 at any energy, so learning would sharpen the energy without end.
enum ObjectiveRecipes {
  /// The recipes with what each trains, in one line.
  static func all() throws(ConfigurationError) -> [(pipeline: Pipeline, summary: String)] {
    [
      (try shortRun(), "Maximum likelihood with short chains from noise, on two moons."),
      (try contrastiveDivergence(), "Contrastive divergence on two moons."),
      (try persistent(), "Persistent contrastive divergence on two moons."),
      (try cooperativeGenerator(), "Cooperative learning of an energy and a generator, on two moons."),
      (try recovery(), "Recovery likelihood with one noise level, on two moons."),
      (try diffusionRecovery(), "Diffusion recovery likelihood on two moons."),
      (try cooperativeRecovery(), "Cooperative diffusion recovery likelihood on two moons."),
      (try denoising(), "Denoising score matching at one noise level, on two moons."),
      (try annealed(), "Denoising score matching at many noise levels, on two moons."),
      (try explicit(), "Explicit score matching on two moons."),
      (try sliced(), "Sliced score matching with reduced variance, on two moons."),
      (try noiseContrastive(), "Noise-contrastive estimation on two moons."),
      (try jointEnergy(), "A classifier and density in one, on two moons."),
      (try guided(), "Classifier-free guidance on two moons."),
      (try pseudoLikelihood(), "Pseudo-likelihood on the spins of an Ising model."),
    ]
  }

  private static func training(_ iterations: Int) -> TrainingSettings {
    var training = TrainingSettings()
    training.iterations = iterations
    training.batch = 256
    return training
  }

  /// A recipe on two moons with everything that the table of objectives shows.
  private static func twoMoons(
    _ name: String, iterations: Int, @PipelineBuilder parts: () -> [any Component]
  ) throws(ConfigurationError) -> Pipeline {
    try Pipeline(name, training: training(iterations)) {
      TwoMoons(deviation: 0.1)
      for part in parts() { part }
      MaximumMeanDiscrepancy()
      FrechetDistance()
      LogNormalizer()
      GridDivergence()
    }
  }

  /// For models with noise levels.
  private static var leveledNetwork: ResidualMLP {
    ResidualMLP(width: 64, multipliers: [1, 1], activation: .silu, spectralNorm: false)
  }

  // MARK: Chains

  private static func shortRun() throws(ConfigurationError) -> Pipeline {
    try twoMoons("ml-two-moons", iterations: 2_000) {
      MLP(widths: [128, 128])
      UniformNoise(lower: -2, upper: 2)
      MALA(steps: 30, stepSize: 0.2)
      MaximumLikelihood(energyPenalty: 0.05)
      Adam(learningRate: 8e-3, finalFraction: 0.02)
    }
  }

  private static func contrastiveDivergence() throws(ConfigurationError) -> Pipeline {
    // Chains from data never see wells far from it: the penalty keeps them shallow.
    try twoMoons("cd-two-moons", iterations: 2_000) {
      MLP(widths: [128, 128])
      MALA(steps: 10, stepSize: 0.2)
      ContrastiveDivergence(steps: 10, energyPenalty: 0.1)
      Adam(learningRate: 1e-2, finalFraction: 0.02)
    }
  }

  private static func persistent() throws(ConfigurationError) -> Pipeline {
    try twoMoons("pcd-two-moons", iterations: 2_000) {
      MLP(widths: [128, 128])
      ReplayBuffer(capacity: 8_192, reuse: 0.99)
      MALA(steps: 20, stepSize: 0.2)
      PersistentContrastiveDivergence(energyPenalty: 0.02)
      Adam(learningRate: 8e-3, finalFraction: 0.02)
    }
  }

  private static func cooperativeGenerator() throws(ConfigurationError) -> Pipeline {
    try twoMoons("coopnets-two-moons", iterations: 3_000) {
      MLP(widths: [128, 128])
      Generator(latent: 2, widths: [128, 128], deviation: 0.3)
      MALA(steps: 30, stepSize: 0.2)
      MaximumLikelihood(energyPenalty: 0.05, samplingSteps: 30)
      Adam(learningRate: 2e-3, finalFraction: 0.02)
    }
  }

  private static func jointEnergy() throws(ConfigurationError) -> Pipeline {
    try twoMoons("jem-two-moons", iterations: 2_000) {
      ClassifierEnergy(widths: [128, 128])
      ReplayBuffer(capacity: 8_192, reuse: 0.99)
      MALA(steps: 20, stepSize: 0.2)
      JointEnergyModel(energyPenalty: 0.02)
      Adam(learningRate: 5e-3, finalFraction: 0.02)
    }
  }

  // MARK: Recovery

  private static func recovery() throws(ConfigurationError) -> Pipeline {
    try twoMoons("recovery-two-moons", iterations: 2_000) {
      MLP(widths: [128, 128])
      MALA(steps: 30, stepSize: 0.3)
      RecoveryLikelihood(deviation: 0.5, energyPenalty: 0.03, samplingSteps: 1_000)
      Adam(learningRate: 6e-3, finalFraction: 0.02)
    }
  }

  private static func diffusionRecovery() throws(ConfigurationError) -> Pipeline {
    try twoMoons("drl-two-moons", iterations: 2_000) {
      CosineLogSNR(levels: 6, minimum: -5.1, maximum: 8)
      leveledNetwork
      MALA(steps: 15, stepSize: 0.4)
      DiffusionRecovery(stepConstant: 0.02, scalesWithNoise: false)
      Adam(learningRate: 6e-3, warmup: 100, finalFraction: 0.02)
    }
  }

  private static func cooperativeRecovery() throws(ConfigurationError) -> Pipeline {
    try twoMoons("cdrl-two-moons", iterations: 2_000) {
      CosineLogSNR(levels: 6, minimum: -5.1, maximum: 8)
      leveledNetwork
      LearnedGaussian(ResidualUNetMLP(width: 64))
      MALA(steps: 15, stepSize: 0.4)
      CooperativeRecovery(stepConstant: 0.02)
      Adam(learningRate: 6e-3, warmup: 100, finalFraction: 0.02)
    }
  }

  // MARK: Score matching

  private static func denoising() throws(ConfigurationError) -> Pipeline {
    try twoMoons("dsm-two-moons", iterations: 4_000) {
      MLP(widths: [128, 128])
      UniformNoise(lower: -2, upper: 2)
      MALA(steps: 10, stepSize: 1.5)
      DenoisingScoreMatching(deviation: 0.08, samplingSteps: 1_000)
      Adam(learningRate: 1e-2, finalFraction: 0.02)
    }
  }

  private static func annealed() throws(ConfigurationError) -> Pipeline {
    try twoMoons("ncsn-two-moons", iterations: 4_000) {
      GeometricSigma(levels: 12, minimum: 0.05, maximum: 2)
      leveledNetwork
      Langevin(steps: 10, stepSize: 0.3)
      DenoisingScoreMatching()
      Adam(learningRate: 6e-3, warmup: 100, finalFraction: 0.02)
    }
  }

  private static func explicit() throws(ConfigurationError) -> Pipeline {
    try twoMoons("sm-two-moons", iterations: 4_000) {
      MLP(widths: [128, 128])
      UniformNoise(lower: -2, upper: 2)
      MALA(steps: 10, stepSize: 0.15)
      ExplicitScoreMatching(samplingSteps: 1_000)
      Adam(learningRate: 1e-2, finalFraction: 0.02)
    }
  }

  private static func sliced() throws(ConfigurationError) -> Pipeline {
    try twoMoons("ssm-two-moons", iterations: 4_000) {
      MLP(widths: [128, 128])
      UniformNoise(lower: -2, upper: 2)
      MALA(steps: 10, stepSize: 0.15)
      SlicedScoreMatching(samplingSteps: 1_000)
      Adam(learningRate: 1e-2, finalFraction: 0.02)
    }
  }

  // MARK: Classification

  private static func noiseContrastive() throws(ConfigurationError) -> Pipeline {
    try twoMoons("nce-two-moons", iterations: 4_000) {
      MLP(widths: [128, 128])
      UniformNoise(lower: -2, upper: 2)
      MALA(steps: 10, stepSize: 0.15)
      NoiseContrastiveEstimation(ratio: 4, deviation: 1.5, samplingSteps: 1_000)
      Adam(learningRate: 1e-2, finalFraction: 0.02)
    }
  }

  private static func guided() throws(ConfigurationError) -> Pipeline {
    try twoMoons("guidance-two-moons", iterations: 6_000) {
      GeometricSigma(levels: 12, minimum: 0.05, maximum: 2)
      ResidualMLP(width: 64, multipliers: [1, 1], activation: .silu, spectralNorm: false, hasClasses: true)
      Langevin(steps: 10, stepSize: 0.3)
      ClassifierFreeGuidance(DenoisingScoreMatching(), weight: 0.5)
      Adam(learningRate: 4e-3, warmup: 100, finalFraction: 0.02)
    }
  }

  private static func pseudoLikelihood() throws(ConfigurationError) -> Pipeline {
    try Pipeline("pl-ising-spins", training: training(2_000)) {
      IsingSpins(rows: 4, columns: 4)
      MLP(widths: [64, 64])
      GibbsWithGradients(steps: 100)
      PseudoLikelihood(samplingSteps: 500)
      Adam(learningRate: 2e-3, finalFraction: 0.02)
      MaximumMeanDiscrepancy()
      LogNormalizer()
      StateDivergence()
    }
  }
}
