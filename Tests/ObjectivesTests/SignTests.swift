import EBM
import Testing

/// Every objective, trained for a little while, gives data a lower energy than points away from it.
@Suite struct SignTests {
  /// N((1, 1), 0.5² I), its two halves as classes where those are asked for.
  struct Blob: Dataset {
    static let name = "blob"
    static let summary = "A normal distribution."
    var classes = 0
    init() {}
    var space: SampleSpace { SampleSpace(shape: [2], classes: classes) }
    var plotRange: ClosedRange<Double> { -4...4 }
    func batch(_ count: Int, random: inout RandomStream) -> Tensor { 1 + 0.5 * random.normal([count, 2]) }
    func labeledBatch(_ count: Int, random: inout RandomStream) -> (points: Tensor, labels: Tensor)? {
      if classes == 0 { return nil }
      let points = batch(count, random: &random)
      return (points, 1 + (points.sliced(alongAxis: 1, 0..<1).reshaped([count]) .> 1))
    }
  }

  enum Case: String, CaseIterable, Sendable {
    case maximumLikelihood, chainGradient, softplus, logSumExp, persistent, contrastiveDivergence
    case cooperativeGenerator, recovery, diffusionRecovery, cooperativeRecovery, denoising, denoisingLevels
    case explicit, sliced, noiseContrastive, jointMarginal, jointConditional, guided

    @PipelineBuilder var components: [any Component] {
      switch self {
      case .maximumLikelihood, .softplus, .logSumExp, .chainGradient:
        Blob()
        MLP { $0.widths = [32, 32] }
        GaussianNoise { $0.deviation = 2 }
        Langevin {
          $0.steps = self == .chainGradient ? 5 : 30; $0.stepSize = 0.3
        }
        MaximumLikelihood {
          $0.form = self == .softplus ? .softplus : self == .logSumExp ? .logSumExp : .difference
          $0.energyPenalty = 0.01
          $0.chainWeight = self == .chainGradient ? 0.3 : 0
        }
      case .persistent:
        Blob()
        MLP { $0.widths = [32, 32] }
        ReplayBuffer { $0.capacity = 1_000 }
        Langevin {
          $0.steps = 20; $0.stepSize = 0.3
        }
        PersistentContrastiveDivergence()
      case .contrastiveDivergence:
        Blob()
        MLP { $0.widths = [32, 32] }
        Langevin { $0.stepSize = 0.5 }
        ContrastiveDivergence { $0.steps = 3 }
      case .cooperativeGenerator:
        Blob()
        MLP { $0.widths = [32, 32] }
        Generator {
          $0.latent = 2; $0.widths = [32]
        }
        Langevin {
          $0.steps = 20; $0.stepSize = 0.3
        }
        MaximumLikelihood { $0.energyPenalty = 0.01 }
      case .recovery:
        Blob()
        MLP { $0.widths = [32, 32] }
        Langevin {
          $0.steps = 15; $0.stepSize = 0.4
        }
        RecoveryLikelihood { $0.deviation = 1 }
      case .diffusionRecovery:
        Blob()
        CosineLogSNR {
          $0.levels = 3; $0.minimum = -5; $0.maximum = 4
        }
        ResidualMLP {
          $0.width = 32; $0.multipliers = [1]; $0.activation = .silu; $0.spectralNorm = false
        }
        Langevin { $0.steps = 10 }
        DiffusionRecovery { $0.stepConstant = 0.02 }
      case .cooperativeRecovery:
        Blob()
        CosineLogSNR {
          $0.levels = 3; $0.minimum = -5; $0.maximum = 4
        }
        ResidualMLP {
          $0.width = 32; $0.multipliers = [1]; $0.activation = .silu; $0.spectralNorm = false
        }
        LearnedGaussian {
          $0.network = PointPerceptron {
            $0.width = 64; $0.embedding = 32
          }
        }
        Langevin { $0.steps = 10 }
        CooperativeRecovery { $0.stepConstant = 5e-3 }
      case .denoising:
        Blob()
        MLP { $0.widths = [32, 32] }
        Langevin()
        DenoisingScoreMatching { $0.deviation = 0.8 }
      case .denoisingLevels:
        Blob()
        GeometricSigma {
          $0.levels = 5; $0.minimum = 0.1; $0.maximum = 3
        }
        ResidualMLP {
          $0.width = 32; $0.multipliers = [1]; $0.activation = .silu; $0.spectralNorm = false
        }
        Langevin()
        DenoisingScoreMatching()
      case .explicit:
        Blob()
        MLP { $0.widths = [32, 32] }
        Langevin()
        ExplicitScoreMatching()
      case .sliced:
        Blob()
        MLP { $0.widths = [32, 32] }
        Langevin()
        SlicedScoreMatching()
      case .noiseContrastive:
        Blob()
        MLP { $0.widths = [32, 32] }
        Langevin()
        NoiseContrastiveEstimation { $0.deviation = 2 }
      case .jointMarginal, .jointConditional:
        Blob { $0.classes = 2 }
        ClassifierEnergy { $0.widths = [32, 32] }
        ReplayBuffer {
          $0.capacity = 1_000; $0.byClass = self == .jointConditional
        }
        Langevin {
          $0.steps = 20; $0.stepSize = 0.3
        }
        JointEnergyModel {
          $0.likelihood = self == .jointMarginal ? .marginal : .joint; $0.energyPenalty = 0.05
        }
      case .guided:
        Blob { $0.classes = 2 }
        ClassifierEnergy { $0.widths = [32, 32] }
        ReplayBuffer { $0.capacity = 1_000 }
        Langevin {
          $0.steps = 20; $0.stepSize = 0.3
        }
        ClassifierFreeGuidance { $0.objective = MaximumLikelihood { $0.energyPenalty = 0.05 } }
      }
      Adam { $0.learningRate = self == .cooperativeRecovery ? 2e-3 : 5e-3 }
    }
  }

  @Test(arguments: Case.allCases)
  func dataIsLow(_ which: Case) throws {
    var training = TrainingSettings()
    training.iterations = 300
    training.batch = 128
    training.averagingDecay = 0
    let pipeline = try Pipeline(which.rawValue, training: training) {
      for component in which.components { component }
    }
    let trainer = try Trainer(pipeline, seed: 3)
    for _ in 0..<training.iterations { _ = try trainer.advance() }
    let trained = TrainedModel(pipeline: pipeline, model: trainer.model, store: trainer.averagedStore())
    // Four standard deviations from the middle, on four sides.
    let points: [Float] = [1, 1, 3, 1, -1, 1, 1, 3, 1, -1]
    let level = trained.model.levels == nil ? nil : 0
    let energies = trained.energy(at: Tensor(points, shape: [5, 2]), level: level)
    for far in energies.dropFirst() { #expect(energies[0] < far, "\(which): \(energies)") }
    let samples = try #require(trained.samples(512, seed: 1).last?.points).scalars
    #expect(samples.allSatisfy { $0.isFinite })
  }
}
