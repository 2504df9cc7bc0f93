import EBM
import Testing

/// Pipelines written with the builder train, whichever parts are swapped.
@Suite struct BuilderTrainingTests {
  private static var brief: TrainingSettings {
    var training = TrainingSettings()
    (training.batch, training.iterations) = (64, 3)
    return training
  }

  private func advances(_ pipeline: Pipeline) throws {
    let trainer = try Trainer(pipeline)
    let before = trainer.model.energyWeights.map { trainer.store[$0] }
    for _ in 0..<pipeline.training.iterations { #expect(try trainer.advance().allSatisfy(\.isFinite)) }
    #expect(trainer.model.energyWeights.map { trainer.store[$0] } != before)
  }

  @Test func recoveryWithAMetropolisTest() throws {
    try advances(
      try Pipeline("swapped", seed: 1, training: Self.brief) {
        Checkerboard { $0.scale = 4 }
        CosineLogSNR { $0.levels = 6 }
        ResidualMLP {
          $0.width = 64; $0.multipliers = [1]; $0.activation = .silu; $0.spectralNorm = false
        }
        LearnedGaussian { $0.network = PointPerceptron { $0.width = 64 } }
        MALA { $0.steps = 5 }
        CooperativeRecovery()
        Adam { $0.learningRate = 1e-3 }
      })
  }

  @Test func persistentChainsOnTwoMoons() throws {
    try advances(
      try Pipeline("moons", seed: 1, training: Self.brief) {
        TwoMoons()
        MLP { $0.widths = [16, 16] }
        ReplayBuffer { $0.capacity = 256 }
        Langevin {
          $0.steps = 5; $0.stepSize = 0.1
        }
        PersistentContrastiveDivergence()
        Adam { $0.learningRate = 1e-3 }
      })
  }
}
