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
        Checkerboard(scale: 4)
        CosineLogSNR(levels: 6)
        ResidualMLP(width: 32, multipliers: [1], activation: .silu, spectralNorm: false)
        LearnedGaussian(ResidualUNetMLP(width: 32))
        MALA(steps: 5)
        CooperativeRecovery()
        Adam(learningRate: 1e-3)
      })
  }

  @Test func persistentChainsOnTwoMoons() throws {
    try advances(
      try Pipeline("moons", seed: 1, training: Self.brief) {
        TwoMoons()
        MLP(widths: [16, 16])
        ReplayBuffer(capacity: 256)
        Langevin(steps: 5, stepSize: 0.1)
        PersistentContrastiveDivergence()
        Adam(learningRate: 1e-3)
      })
  }
}
