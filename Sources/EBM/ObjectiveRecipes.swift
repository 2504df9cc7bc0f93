internal import Datasets
internal import EBMCore
internal import Energies
internal import Initializers
internal import Metrics
internal import NoiseSchedules
internal import Objectives
internal import Optimizers
internal import Samplers

/// A recipe for each objective: data in the plane, small networks, seconds on two cores.
enum ObjectiveRecipes {
  /// The recipes with what each trains, in one line.
  static func all() throws(ConfigurationError) -> [(pipeline: Pipeline, summary: String)] {
    [
      (try shortRun(), "Maximum likelihood with short chains from noise, on two moons."),
      (try contrastiveDivergence(), "Contrastive divergence on two moons."),
      (try cooperativeGenerator(), "Cooperative learning of an energy and a generator, on two moons."),
      (try recovery(), "Recovery likelihood with one noise level, on two moons."),
      (try diffusionRecovery(), "Diffusion recovery likelihood on two moons."),
      (try denoising(), "Denoising score matching at one noise level, on two moons."),
      (try annealed(), "Denoising score matching at many noise levels, on eight Gaussians."),
      (try explicit(), "Explicit score matching on two moons."),
      (try sliced(), "Sliced score matching on two moons."),
      (try noiseContrastive(), "Noise-contrastive estimation on two moons."),
      (try jointEnergy(), "A classifier and density in one, on a pinwheel."),
      (try guided(), "Classifier-free guidance on a pinwheel."),
    ]
  }

  private static func training(_ iterations: Int, batch: Int = 256) -> TrainingSettings {
    var training = TrainingSettings()
    training.iterations = iterations
    training.batch = batch
    return training
  }

  private static func shortRun() throws(ConfigurationError) -> Pipeline {
    try Pipeline("ml-two-moons", training: training(1_500)) {
      TwoMoons(deviation: 0.1)
      MLP(widths: [64, 64])
      UniformNoise(lower: -2.5, upper: 2.5)
      Langevin(steps: 60, stepSize: 0.15)
      MaximumLikelihood(energyPenalty: 0.02)
      Adam(learningRate: 2e-3, finalFraction: 0.1)
      GridDivergence()
    }
  }

  private static func contrastiveDivergence() throws(ConfigurationError) -> Pipeline {
    try Pipeline("cd-two-moons", training: training(2_000)) {
      TwoMoons(deviation: 0.1)
      MLP(widths: [64, 64])
      Langevin(steps: 60, stepSize: 0.15)
      ContrastiveDivergence(steps: 60, energyPenalty: 0.02)
      Adam(learningRate: 2e-3, finalFraction: 0.1)
      GridDivergence()
    }
  }

  private static func cooperativeGenerator() throws(ConfigurationError) -> Pipeline {
    try Pipeline("coopnets-two-moons", training: training(2_000)) {
      TwoMoons(deviation: 0.1)
      MLP(widths: [64, 64])
      Generator(latent: 4, widths: [64, 64], deviation: 0.1)
      Langevin(steps: 30, stepSize: 0.15)
      MaximumLikelihood(energyPenalty: 0.02, samplingSteps: 60)
      Adam(learningRate: 2e-3, finalFraction: 0.1)
      GridDivergence()
    }
  }

  private static func recovery() throws(ConfigurationError) -> Pipeline {
    try Pipeline("recovery-two-moons", training: training(2_000)) {
      TwoMoons(deviation: 0.1)
      MLP(widths: [64, 64])
      MALA(steps: 30, stepSize: 0.3)
      RecoveryLikelihood(deviation: 0.5, energyPenalty: 0.01, samplingSteps: 1_000)
      Adam(learningRate: 2e-3, finalFraction: 0.1)
      GridDivergence()
    }
  }

  private static func diffusionRecovery() throws(ConfigurationError) -> Pipeline {
    try Pipeline("drl-two-moons", training: training(2_000)) {
      TwoMoons(deviation: 0.1)
      CosineLogSNR(levels: 6, minimum: -5.1, maximum: 6)
      ResidualMLP(width: 64, multipliers: [1, 1], activation: .silu, spectralNorm: false)
      Langevin(steps: 30)
      DiffusionRecovery(stepConstant: 2e-3, scalesWithNoise: false)
      Adam(learningRate: 2e-3, warmup: 100, finalFraction: 0.02)
      GridDivergence()
    }
  }

  private static func denoising() throws(ConfigurationError) -> Pipeline {
    try Pipeline("dsm-two-moons", training: training(4_000)) {
      TwoMoons(deviation: 0.1)
      MLP(widths: [128, 128])
      UniformNoise(lower: -2.5, upper: 2.5)
      MALA(steps: 10, stepSize: 0.7)
      DenoisingScoreMatching(deviation: 0.15, samplingSteps: 1_000)
      Adam(learningRate: 2e-3, finalFraction: 0.02)
      GridDivergence()
    }
  }

  private static func annealed() throws(ConfigurationError) -> Pipeline {
    try Pipeline("ncsn-eight-gaussians", training: training(3_000)) {
      EightGaussians()
      GeometricSigma(levels: 10, minimum: 0.05, maximum: 3)
      ResidualMLP(width: 64, multipliers: [1, 1], activation: .silu, spectralNorm: false)
      Langevin(steps: 10, stepSize: 0.3)
      DenoisingScoreMatching()
      Adam(learningRate: 2e-3, warmup: 100, finalFraction: 0.02)
      SupportCoverage()
      GridDivergence()
    }
  }

  private static func explicit() throws(ConfigurationError) -> Pipeline {
    try Pipeline("sm-two-moons", training: training(3_000)) {
      TwoMoons(deviation: 0.2)
      MLP(widths: [64, 64])
      UniformNoise(lower: -2.5, upper: 2.5)
      MALA(steps: 10, stepSize: 0.15)
      ExplicitScoreMatching(samplingSteps: 1_000)
      Adam(learningRate: 2e-3, finalFraction: 0.02)
      GridDivergence()
    }
  }

  private static func sliced() throws(ConfigurationError) -> Pipeline {
    try Pipeline("ssm-two-moons", training: training(4_000)) {
      TwoMoons(deviation: 0.2)
      MLP(widths: [64, 64])
      UniformNoise(lower: -2.5, upper: 2.5)
      MALA(steps: 10, stepSize: 0.15)
      SlicedScoreMatching(samplingSteps: 1_000)
      Adam(learningRate: 2e-3, finalFraction: 0.02)
      GridDivergence()
    }
  }

  private static func noiseContrastive() throws(ConfigurationError) -> Pipeline {
    try Pipeline("nce-two-moons", training: training(4_000)) {
      TwoMoons(deviation: 0.1)
      MLP(widths: [64, 64])
      UniformNoise(lower: -2.5, upper: 2.5)
      MALA(steps: 10, stepSize: 0.15)
      NoiseContrastiveEstimation(ratio: 4, deviation: 1.5, samplingSteps: 1_000)
      Adam(learningRate: 2e-3, finalFraction: 0.02)
      GridDivergence()
    }
  }

  private static func jointEnergy() throws(ConfigurationError) -> Pipeline {
    try Pipeline("jem-pinwheel", training: training(2_000)) {
      Pinwheel(arms: 5)
      ClassifierEnergy(widths: [64, 64])
      ReplayBuffer(capacity: 8_192, deviation: 2, reportsAge: true)
      Langevin(steps: 40, stepSize: 0.15)
      JointEnergyModel(energyPenalty: 0.02, inputNoise: 0.03)
      Adam(learningRate: 2e-3, finalFraction: 0.1)
      MaximumMeanDiscrepancy()
    }
  }

  private static func guided() throws(ConfigurationError) -> Pipeline {
    try Pipeline("guidance-pinwheel", training: training(3_000)) {
      Pinwheel(arms: 5)
      GeometricSigma(levels: 10, minimum: 0.05, maximum: 4)
      ResidualMLP(width: 64, multipliers: [1, 1], activation: .silu, spectralNorm: false, hasClasses: true)
      Langevin(steps: 10, stepSize: 0.3)
      ClassifierFreeGuidance(DenoisingScoreMatching(), weight: 0.5)
      Adam(learningRate: 2e-3, warmup: 100, finalFraction: 0.02)
      MaximumMeanDiscrepancy()
    }
  }
}
