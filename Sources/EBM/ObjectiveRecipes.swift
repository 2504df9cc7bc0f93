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
      TwoMoons { $0.deviation = 0.1 }
      for part in parts() { part }
      MaximumMeanDiscrepancy()
      FrechetDistance()
      LogNormalizer()
      GridDivergence()
    }
  }

  /// Adam whose rate falls along a cosine to a fiftieth, behind a warm-up where one is asked for.
  private static func adam(_ learningRate: Double, warmUp: Int = 0) -> Adam {
    let cosine = CosineRate { $0.final = 0.02 }
    return Adam {
      $0.learningRate = learningRate
      $0.rate = cosine
      if warmUp > 0 {
        $0.rate = WarmUpRate {
          $0.updates = warmUp
          $0.then = cosine
        }
      }
    }
  }

  /// For models with noise levels.
  private static var leveledNetwork: ResidualMLP {
    ResidualMLP {
      $0.width = 64; $0.multipliers = [1, 1]; $0.activation = .silu; $0.spectralNorm = false
    }
  }

  // MARK: Chains

  private static func shortRun() throws(ConfigurationError) -> Pipeline {
    try twoMoons("ml-two-moons", iterations: 2_000) {
      MLP { $0.widths = [128, 128] }
      UniformNoise {
        $0.lower = -2; $0.upper = 2
      }
      MALA {
        $0.steps = 30; $0.stepSize = 0.2
      }
      MaximumLikelihood { $0.energyPenalty = 0.05 }
      adam(8e-3)
    }
  }

  private static func contrastiveDivergence() throws(ConfigurationError) -> Pipeline {
    // Chains from data never see wells far from it: the penalty keeps them shallow.
    try twoMoons("cd-two-moons", iterations: 2_000) {
      MLP { $0.widths = [128, 128] }
      MALA {
        $0.steps = 10; $0.stepSize = 0.2
      }
      ContrastiveDivergence {
        $0.steps = 10; $0.energyPenalty = 0.1
      }
      adam(1e-2)
    }
  }

  private static func persistent() throws(ConfigurationError) -> Pipeline {
    try twoMoons("pcd-two-moons", iterations: 2_000) {
      MLP { $0.widths = [128, 128] }
      ReplayBuffer {
        $0.capacity = 8_192; $0.reuse = 0.99
      }
      MALA {
        $0.steps = 20; $0.stepSize = 0.2
      }
      PersistentContrastiveDivergence { $0.energyPenalty = 0.02 }
      adam(8e-3)
    }
  }

  private static func cooperativeGenerator() throws(ConfigurationError) -> Pipeline {
    try twoMoons("coopnets-two-moons", iterations: 3_000) {
      MLP { $0.widths = [128, 128] }
      Generator {
        $0.latent = 2; $0.widths = [128, 128]; $0.deviation = 0.3
      }
      MALA {
        $0.steps = 30; $0.stepSize = 0.2
      }
      MaximumLikelihood {
        $0.energyPenalty = 0.05; $0.samplingSteps = 30
      }
      adam(2e-3)
    }
  }

  private static func jointEnergy() throws(ConfigurationError) -> Pipeline {
    try twoMoons("jem-two-moons", iterations: 2_000) {
      ClassifierEnergy { $0.widths = [128, 128] }
      ReplayBuffer {
        $0.capacity = 8_192; $0.reuse = 0.99
      }
      MALA {
        $0.steps = 20; $0.stepSize = 0.2
      }
      JointEnergyModel { $0.energyPenalty = 0.02 }
      adam(5e-3)
    }
  }

  // MARK: Recovery

  private static func recovery() throws(ConfigurationError) -> Pipeline {
    try twoMoons("recovery-two-moons", iterations: 2_000) {
      MLP { $0.widths = [128, 128] }
      MALA {
        $0.steps = 30; $0.stepSize = 0.3
      }
      RecoveryLikelihood {
        $0.deviation = 0.5; $0.energyPenalty = 0.03; $0.samplingSteps = 1_000
      }
      adam(6e-3)
    }
  }

  private static func diffusionRecovery() throws(ConfigurationError) -> Pipeline {
    try twoMoons("drl-two-moons", iterations: 2_000) {
      CosineLogSNR {
        $0.levels = 6; $0.minimum = -5.1; $0.maximum = 8
      }
      leveledNetwork
      MALA {
        $0.steps = 15; $0.stepSize = 0.4
      }
      DiffusionRecovery {
        $0.stepConstant = 0.02; $0.scalesWithNoise = false
      }
      adam(6e-3, warmUp: 100)
    }
  }

  private static func cooperativeRecovery() throws(ConfigurationError) -> Pipeline {
    try twoMoons("cdrl-two-moons", iterations: 2_000) {
      CosineLogSNR {
        $0.levels = 6; $0.minimum = -5.1; $0.maximum = 8
      }
      leveledNetwork
      LearnedGaussian { $0.network = PointPerceptron { $0.width = 64 } }
      MALA {
        $0.steps = 15; $0.stepSize = 0.4
      }
      CooperativeRecovery { $0.stepConstant = 0.02 }
      adam(6e-3, warmUp: 100)
    }
  }

  // MARK: Score matching

  private static func denoising() throws(ConfigurationError) -> Pipeline {
    try twoMoons("dsm-two-moons", iterations: 4_000) {
      MLP { $0.widths = [128, 128] }
      UniformNoise {
        $0.lower = -2; $0.upper = 2
      }
      MALA {
        $0.steps = 10; $0.stepSize = 1.5
      }
      DenoisingScoreMatching {
        $0.deviation = 0.08; $0.samplingSteps = 1_000
      }
      adam(1e-2)
    }
  }

  private static func annealed() throws(ConfigurationError) -> Pipeline {
    try twoMoons("ncsn-two-moons", iterations: 4_000) {
      GeometricSigma {
        $0.levels = 12; $0.minimum = 0.05; $0.maximum = 2
      }
      leveledNetwork
      Langevin {
        $0.steps = 10; $0.stepSize = 0.3
      }
      DenoisingScoreMatching()
      adam(6e-3, warmUp: 100)
    }
  }

  private static func explicit() throws(ConfigurationError) -> Pipeline {
    try twoMoons("sm-two-moons", iterations: 4_000) {
      MLP { $0.widths = [128, 128] }
      UniformNoise {
        $0.lower = -2; $0.upper = 2
      }
      MALA {
        $0.steps = 10; $0.stepSize = 0.15
      }
      ExplicitScoreMatching { $0.samplingSteps = 1_000 }
      adam(1e-2)
    }
  }

  private static func sliced() throws(ConfigurationError) -> Pipeline {
    try twoMoons("ssm-two-moons", iterations: 4_000) {
      MLP { $0.widths = [128, 128] }
      UniformNoise {
        $0.lower = -2; $0.upper = 2
      }
      MALA {
        $0.steps = 10; $0.stepSize = 0.15
      }
      SlicedScoreMatching { $0.samplingSteps = 1_000 }
      adam(1e-2)
    }
  }

  // MARK: Classification

  private static func noiseContrastive() throws(ConfigurationError) -> Pipeline {
    try twoMoons("nce-two-moons", iterations: 4_000) {
      MLP { $0.widths = [128, 128] }
      UniformNoise {
        $0.lower = -2; $0.upper = 2
      }
      MALA {
        $0.steps = 10; $0.stepSize = 0.15
      }
      NoiseContrastiveEstimation {
        $0.ratio = 4; $0.deviation = 1.5; $0.samplingSteps = 1_000
      }
      adam(1e-2)
    }
  }

  private static func guided() throws(ConfigurationError) -> Pipeline {
    try twoMoons("guidance-two-moons", iterations: 6_000) {
      GeometricSigma {
        $0.levels = 12; $0.minimum = 0.05; $0.maximum = 2
      }
      ResidualMLP {
        $0.width = 64
        $0.multipliers = [1, 1]
        $0.activation = .silu
        $0.spectralNorm = false
        $0.hasClasses = true
      }
      Langevin {
        $0.steps = 10; $0.stepSize = 0.3
      }
      ClassifierFreeGuidance {
        $0.objective = DenoisingScoreMatching(); $0.weight = 0.5
      }
      adam(4e-3, warmUp: 100)
    }
  }

  private static func pseudoLikelihood() throws(ConfigurationError) -> Pipeline {
    try Pipeline("pl-ising-spins", training: training(2_000)) {
      IsingSpins {
        $0.rows = 4; $0.columns = 4
      }
      MLP { $0.widths = [64, 64] }
      GibbsWithGradients { $0.steps = 100 }
      PseudoLikelihood { $0.samplingSteps = 500 }
      adam(2e-3)
      MaximumMeanDiscrepancy()
      LogNormalizer()
      StateDivergence()
    }
  }
}
