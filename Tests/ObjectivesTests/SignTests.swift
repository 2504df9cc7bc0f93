import EBM
import Testing

/// Every objective, trained for a little while, gives data a lower energy than points away from it.
@Suite struct SignTests {
  /// N((1, 1), 0.5² I), its two halves as classes where those are asked for.
  struct Blob: Dataset {
    static let name = "blob"
    static let summary = "A normal distribution."
    static let settings: [Setting] = []
    var classes = 0
    init() {}
    init(classes: Int) { self.classes = classes }
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
        MLP(widths: [32, 32])
        GaussianNoise(deviation: 2)
        Langevin(steps: self == .chainGradient ? 5 : 30, stepSize: 0.3)
        MaximumLikelihood(
          form: self == .softplus ? .softplus : self == .logSumExp ? .logSumExp : .difference, energyPenalty: 0.01,
          chainWeight: self == .chainGradient ? 0.3 : 0)
      case .persistent:
        Blob()
        MLP(widths: [32, 32])
        ReplayBuffer(capacity: 1_000)
        Langevin(steps: 20, stepSize: 0.3)
        PersistentContrastiveDivergence()
      case .contrastiveDivergence:
        Blob()
        MLP(widths: [32, 32])
        Langevin(stepSize: 0.5)
        ContrastiveDivergence(steps: 3)
      case .cooperativeGenerator:
        Blob()
        MLP(widths: [32, 32])
        Generator(latent: 2, widths: [32])
        Langevin(steps: 20, stepSize: 0.3)
        MaximumLikelihood(energyPenalty: 0.01)
      case .recovery:
        Blob()
        MLP(widths: [32, 32])
        Langevin(steps: 15, stepSize: 0.4)
        RecoveryLikelihood(deviation: 1)
      case .diffusionRecovery:
        Blob()
        CosineLogSNR(levels: 3, minimum: -5, maximum: 4)
        ResidualMLP(width: 32, multipliers: [1], activation: .silu, spectralNorm: false)
        Langevin(steps: 10)
        DiffusionRecovery(stepConstant: 0.02)
      case .cooperativeRecovery:
        Blob()
        CosineLogSNR(levels: 3, minimum: -5, maximum: 4)
        ResidualMLP(width: 32, multipliers: [1], activation: .silu, spectralNorm: false)
        LearnedGaussian(ResidualUNetMLP(width: 32, embedding: 32))
        Langevin(steps: 10)
        CooperativeRecovery(stepConstant: 5e-3)
      case .denoising:
        Blob()
        MLP(widths: [32, 32])
        Langevin()
        DenoisingScoreMatching(deviation: 0.8)
      case .denoisingLevels:
        Blob()
        GeometricSigma(levels: 5, minimum: 0.1, maximum: 3)
        ResidualMLP(width: 32, multipliers: [1], activation: .silu, spectralNorm: false)
        Langevin()
        DenoisingScoreMatching()
      case .explicit:
        Blob()
        MLP(widths: [32, 32])
        Langevin()
        ExplicitScoreMatching()
      case .sliced:
        Blob()
        MLP(widths: [32, 32])
        Langevin()
        SlicedScoreMatching()
      case .noiseContrastive:
        Blob()
        MLP(widths: [32, 32])
        Langevin()
        NoiseContrastiveEstimation(deviation: 2)
      case .jointMarginal, .jointConditional:
        Blob(classes: 2)
        ClassifierEnergy(widths: [32, 32])
        ReplayBuffer(capacity: 1_000, byClass: self == .jointConditional)
        Langevin(steps: 20, stepSize: 0.3)
        JointEnergyModel(likelihood: self == .jointMarginal ? .marginal : .joint, energyPenalty: 0.05)
      case .guided:
        Blob(classes: 2)
        ClassifierEnergy(widths: [32, 32])
        ReplayBuffer(capacity: 1_000)
        Langevin(steps: 20, stepSize: 0.3)
        ClassifierFreeGuidance(MaximumLikelihood(energyPenalty: 0.05))
      }
      Adam(learningRate: self == .cooperativeRecovery ? 2e-3 : 5e-3)
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
