import EBM
import Testing

/// On E = θ ‖x‖²/2 and data N(0, s²) the loss and its gradient are known.
@Suite struct DenoisingScoreMatchingTests {
  /// ½ E‖−θ x̃ + ε/σ‖² = (d/2) (θ² (s² + σ²) − 2 θ + 1/σ²), with d = 2, s = 1, σ = ½; the minimum is at
  /// θ = 1/(s² + σ²) = 0.8.
  @Test(arguments: [(0.3, 3.5125), (0.8, 3.2), (2, 5)])
  func oneLevel(theta: Double, value: Double) throws {
    let objective = DenoisingScoreMatching {
      $0.deviation = 0.5
      $0.weighting = .none
      $0.parameterization = .energy
    }
    let model = try Model.bowl {
      objective
      Langevin()
    }
    let found = LossEstimates(objective, model, curvature: theta) { $0.normal([4_000, 2]) }
    expect(found.value, isNear: value, "loss")
    expect(found.gradients[0], isNear: 2 * (1.25 * theta - 1), "gradient")
  }

  /// On data N(0, s² I) the slope is d (θ (s² + σ²) − 1): zero at the noised data's precision, not the data's own; s = 2.
  @Test(arguments: [0.1, 0.25, 1 / 4.25])
  func optimumIsTheNoisedPrecision(theta: Double) throws {
    let objective = DenoisingScoreMatching {
      $0.deviation = 0.5
      $0.weighting = .none
      $0.parameterization = .energy
    }
    let model = try Model.bowl(deviation: 2) {
      objective
      Langevin()
    }
    let found = LossEstimates(objective, model, curvature: theta) { 2 * $0.normal([4_000, 2]) }
    expect(found.gradients[0], isNear: 2 * (4.25 * theta - 1), "θ = \(theta)")
  }

  /// With λ = σ² and E = n/σ the same loss is σ² times as large at θ σ.
  @Test func weightsAndParameterizations() throws {
    for (weighting, factor) in [(DenoisingScoreMatching.Weighting.none, 1.0), (.variance, 0.25)] {
      for (parameterization, theta) in [(DenoisingScoreMatching.Parameterization.energy, 0.3), (.noise, 0.15)] {
        let objective = DenoisingScoreMatching {
          $0.deviation = 0.5
          $0.weighting = weighting
          $0.parameterization = parameterization
        }
        let model = try Model.bowl {
          objective
          Langevin()
        }
        let found = LossEstimates(objective, model, curvature: theta) { $0.normal([4_000, 2]) }
        expect(found.value, isNear: 3.5125 * factor, "\(weighting), \(parameterization)")
      }
    }
  }

  private static let schedules: [any NoiseSchedule] = [
    GeometricSigma {
      $0.levels = 4
      $0.minimum = 0.2
      $0.maximum = 2
    },
    CosineLogSNR {
      $0.levels = 3; $0.minimum = -3; $0.maximum = 4
    },
  ]

  /// Every level i counts the same, with ½ d (s̄² θ² (ā² + s̄²) − 2 θ s̄² + 1).
  @Test(arguments: [0, 1])
  func manyLevels(schedule: Int) throws {
    let theta = 0.7
    let levels = try Self.schedules[schedule].noiseLevels()
    let terms = zip(levels.signals, levels.noises).map { signal, noise in
      let variance = noise * noise
      return variance * theta * theta * (signal * signal + variance) - 2 * theta * variance + 1
    }
    let objective = DenoisingScoreMatching { $0.parameterization = .energy }
    let model = try Model.bowl {
      objective
      Langevin()
      if schedule == 0 {
        GeometricSigma {
          $0.levels = 4; $0.minimum = 0.2; $0.maximum = 2
        }
      } else {
        CosineLogSNR {
          $0.levels = 3; $0.minimum = -3; $0.maximum = 4
        }
      }
    }
    let found = LossEstimates(objective, model, curvature: theta) { $0.normal([4_000, 2]) }
    expect(found.value, isNear: terms.reduce(0, +) / Double(terms.count), "loss")
  }

  /// Samples of the true energies of all levels have the data's law: normal data of variance 1 stays N(0, ā² + s̄²), and
  /// what is left after the last level's noise is removed is the posterior mean.
  @Test(arguments: [0, 1, 2, 3])
  func annealingSamplesTheData(kind: Int) throws {
    let isVariancePreserving = kind % 2 == 1
    let objective = DenoisingScoreMatching {
      $0.parameterization = .energy
      $0.isAncestral = kind < 2
      $0.denoises = false
    }
    let schedule: any NoiseSchedule =
      isVariancePreserving
      ? LinearBeta { $0.levels = 40 }
      : GeometricSigma {
        $0.levels = 6
        $0.minimum = 0.1
        $0.maximum = 3
      }
    let model = try Model(
      try Pipeline("annealing") {
        NormalPoints()
        NoisedBowl()
        MALA {
          $0.steps = kind < 2 ? 3 : 30; $0.stepSize = 0.8
        }
        objective
        Adam()
        if isVariancePreserving {
          (LinearBeta {
            $0.levels = 40
          })
        } else {
          GeometricSigma {
            $0.levels = 6; $0.minimum = 0.1; $0.maximum = 3
          }
        }
      })
    let levels = try schedule.noiseLevels()
    var probe = Context()
    let recorded = objective.samples(4, model: model, &probe).map(\.level)
    #expect(recorded.count == min(16, levels.signals.count) && recorded.last == 0)
    let function = CompiledFunction { _, context in objective.samples(20_000, model: model, &context).map(\.points) }
    let found = function([], key: RandomKey(seed: 3))
    // Levels before the last are on the way: carried points lag behind where levels are far apart.
    let last = found[found.count - 1].scalars.map { Double($0) * Double($0) }
    let truth = levels.signals[0] * levels.signals[0] + levels.noises[0] * levels.noises[0]
    let estimate = Estimate(last)
    if isVariancePreserving {
      // Draws between levels are exact on this data.
      expect(estimate, isNear: truth, "variance")
    } else {
      // Six levels lie far apart: short chains do not make up for the draws' error, nor for none, but nearly.
      #expect(abs(estimate.mean - truth) < 0.3, "\(estimate) instead of \(truth)")
    }
  }

  /// Denoised samples of a model with levels are samples without noise: they are compared with clean data, noisy ones
  /// with data that has their noise.
  @Test(arguments: [true, false]) func samplesAreComparedWithDataOfTheirNoise(denoises: Bool) throws {
    let pipeline = try Pipeline("levels") {
      NormalPoints()
      NoisedBowl()
      Langevin {
        $0.steps = 1; $0.stepSize = 0.1
      }
      DenoisingScoreMatching {
        $0.parameterization = .energy; $0.denoises = denoises
      }
      GeometricSigma {
        $0.levels = 6; $0.minimum = 2; $0.maximum = 4
      }
      Adam()
      ReferenceVariance()
    }
    let model = try Model(pipeline)
    let trained = TrainedModel(pipeline: pipeline, model: model, store: model.scope.initialValues(seed: 0))
    #expect(trained.samples(2, seed: 1).map(\.level) == [5, 4, 3, 2, 1, 0] + (denoises ? [nil] : []))
    let variance = try #require(trained.evaluate(count: 4_000, seed: 1).figures.first?.value)
    // N(0, 1) noised by s = 2: variance 5. 4 standard errors of 8,000 squares: 4 · √2/√8000 = 6.3 %.
    #expect(abs(variance - (denoises ? 1 : 5)) < 0.063 * (denoises ? 1 : 5))
  }

  /// The clean point that is expected of x̃ on normal data: x̃ ā s²/(ā² s² + s̄²), at one level.
  @Test func denoises() throws {
    let noisy = DenoisingScoreMatching {
      $0.deviation = 0.5
      $0.parameterization = .energy
      $0.samplingSteps = 1
      $0.denoises = false
    }
    var clean = noisy
    clean.denoises = true
    let model = try Model.bowl {
      noisy
      NormalDraw()
    }
    let store = model.scope.initialValues(seed: 0)
    store[model.energyWeights[0]] = [0.8]
    let function = CompiledFunction { [clean] _, context in
      var other = context
      other.random = context.random.repeated()
      return [noisy.samples(1_000, model: model, &context), clean.samples(1_000, model: model, &other)]
        .compactMap { $0.last?.points }
    }
    let found = function([], store: store).map(\.scalars)
    for (x, y) in zip(found[0], found[1]) { #expect(abs(y - 0.8 * x) < 1e-5) }
    let energy = CompiledFunction { inputs, context in
      [noisy.energy(at: inputs[0], level: nil, model: model, &context)]
    }
    #expect(abs(energy([Tensor([1, 2], shape: [1, 2])], store: store)[0].scalar - 2) < 1e-6)
  }
}

/// The true energy of each level of N(0, I) noised by the level that a row has, as log SNR tells it.
struct NoisedBowl: Energy {
  static let name = "noised-bowl"
  static let summary = "The energy of noised normal data."
  var offers: Set<Capability> { [.gradient, .levels] }

  func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction { Function() }

  struct Function: EnergyFunction {
    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      guard let level = condition.level else { return Tensor(.nan).broadcast(to: [x.shape[0]]) }
      // Variance preserving: 1. Variance exploding, whose λ is −2 ln s̄: 1 + s̄². They differ in the first level's λ.
      let noise = (-level.logSNR).exp()
      let isExploding = level.logSNR.shape[0] == 6
      let variance = isExploding ? noise + 1 : 0 * noise + 1
      return 0.5 * x.squared().sum(alongAxes: 1) / level.gathering(variance)
    }
  }
}

/// The variance of the data that samples are compared with.
struct ReferenceVariance: Metric {
  static let name = "reference-variance"
  static let summary = "The variance of the reference."

  func evaluate(_ evaluation: Evaluation) -> [Figure] {
    let squares = evaluation.reference.map { Double($0) * Double($0) }
    return [Figure("variance", squares.reduce(0, +) / Double(squares.count))]
  }
}
