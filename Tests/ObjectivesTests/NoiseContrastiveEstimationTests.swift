import EBM
import Testing

@Suite struct NoiseContrastiveEstimationTests {
  /// ln 2π, ln Z of exp(−‖x‖²/2) in the plane.
  private static let logZ = 1.8378771

  private func model(_ objective: NoiseContrastiveEstimation) throws -> Model {
    try Model.bowl {
      objective
      NormalDraw()
    }
  }

  /// Noise of the data's own law cannot be told from it: with the true energy and ln Z the loss is (1 + ν) ln(1 + ν)
  /// − ν ln ν and neither parameter has a gradient, whatever the noise.
  @Test(arguments: [(1, 1.0), (4, 1.0), (1, 1.7), (3, 2.5)])
  func theTruthIsStationary(ratio: Int, deviation: Double) throws {
    let objective = NoiseContrastiveEstimation {
      $0.ratio = ratio
      $0.noise = .standard
      $0.deviation = Float(deviation)
    }
    let model = try model(objective)
    let store = model.scope.initialValues(seed: 0)
    let names = model.energyWeights.map(\.name)
    #expect(names == ["energy.curvature", "objective.logNormalizer"])
    store[try model.objectiveParameter("logNormalizer")] = [Float(Self.logZ)]
    let found = LossEstimates(objective, model, store: store) { $0.normal([4_000, 2]) }
    for (name, slope) in zip(names, found.gradients) {
      // ln Z is rounded to Float.
      #expect(abs(slope.mean) < 4 * slope.standardError + 1e-6, "\(name): \(slope)")
    }
    guard deviation == 1 else { return }
    let expected = ratio == 1 ? 1.3862944 : 5 * 1.6094379 - 4 * 1.3862944
    #expect(abs(found.value.mean - expected) < 1e-5)
  }

  @Test func otherEnergiesHaveAGradient() throws {
    let objective = NoiseContrastiveEstimation {
      $0.noise = .standard; $0.deviation = 1.5
    }
    let model = try model(objective)
    let store = model.scope.initialValues(seed: 0)
    store[try model.objectiveParameter("logNormalizer")] = [Float(Self.logZ) + 0.3]
    let found = LossEstimates(objective, model, store: store) { $0.normal([4_000, 2]) }
    #expect(found.gradients[1].mean > 20 * found.gradients[1].standardError, "too large a normaliser shrinks")
  }

  /// Moments of all points seen, batch by batch, against those of the points together.
  @Test func noiseHasTheDatasMoments() throws {
    let objective = NoiseContrastiveEstimation()
    let model = try model(objective)
    let store = model.scope.initialValues(seed: 0)
    let function = CompiledFunction(phase: .training) { inputs, context in
      [model.objective.losses(for: inputs[0], model: model, &context).energy]
    }
    var points: [[Float]] = []
    for batch in 0..<5 {
      let rows = (0..<4).map { row in [Float((7 * batch + 3 * row) % 11), Float(batch * row) - 2] }
      points += rows
      _ = function([Tensor(rows: rows)], store: store, key: RandomKey(seed: 1, step: UInt64(batch)))
    }
    let mean = try #require(try store[model.objectiveParameter("noiseMean")])
    let variance = try #require(try store[model.objectiveParameter("noiseVariance")])
    for axis in 0..<2 {
      let values = points.map { Double($0[axis]) }
      let average = values.reduce(0, +) / 20
      let spread = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 20
      #expect(abs(Double(mean[axis]) - average) < 1e-4)
      #expect(abs(Double(variance[axis]) - spread) < 1e-3)
    }
  }

  /// Trained, the energy is that of the data and the density is normalised: −ln p = ‖x‖²/(2 s²) + ln(2π s²), s = 2.
  @Test func learnsTheNormalizer() throws {
    var training = TrainingSettings()
    training.iterations = 1_500
    training.batch = 512
    training.averagingDecay = 0.99
    let pipeline = try Pipeline("bowl", training: training) {
      NormalPoints {
        $0.dimension = 2; $0.deviation = 2
      }
      Bowl()
      NoiseContrastiveEstimation {
        $0.ratio = 2; $0.deviation = 1.3
      }
      NormalDraw()
      Adam { $0.learningRate = 1e-2 }
    }
    let trainer = try Trainer(pipeline, seed: 1)
    for _ in 0..<training.iterations { _ = try trainer.advance() }
    let trained = TrainedModel(pipeline: pipeline, model: trainer.model, store: trainer.averagedStore())
    let found = trained.energy(at: Tensor([0, 0, 2, 2], shape: [2, 2]), level: nil).map(Double.init)
    // The averages run over the last hundreds of updates with about 500,000 points: errors of a percent.
    #expect(abs(found[0] - (Self.logZ + 1.3862944)) < 0.05, "\(found)")
    #expect(abs(found[1] - found[0] - 1) < 0.05, "\(found)")
  }
}
