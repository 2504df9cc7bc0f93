import EBM
import Testing

/// Clipping, averaging and bookkeeping of updates, against the recurrences written out in Double.
@Suite struct TrainingStepTests {
  /// Plain gradient descent, so that an update shows the clipped gradient.
  struct Descent: Optimizer {
    static let name = "descent"
    static let summary = "Gradient descent."
    func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
      UpdateRule(rates: [{ iteration, _ in 0.25 / Double(iteration + 1) }]) { gradients, inputs, _ in
        gradients.map { inputs.rates[0] * $0 }
      }
    }
  }

  /// Two weights of different shapes.
  struct Weights: Energy {
    static let name = "weights"
    static let summary = "Two weights."
    func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
      _ = scope.parameter("a", shape: [3], .constant(1))
      _ = scope.parameter("b", shape: [2, 1], .constant(-1))
      return Function()
    }
    struct Function: EnergyFunction {
      func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
        x.sum(alongAxes: 1)
      }
    }
  }

  /// ½ Σ (weight − goal)².
  struct Pull: Objective, ObjectiveFunction {
    static let name = "pull"
    static let summary = "Pulls weights to numbers."
    static let goals: [[Float]] = [[3, -5, 1], [0.5, 8]]

    func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
      let parts = zip(model.energyWeights, Self.goals).map { weight, goal in
        0.5 * (weight.tensor - Tensor(goal, shape: weight.shape)).squared().sum()
      }
      return Losses(energy: parts[0] + parts[1])
    }
    func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] { [] }
    func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor { points }
  }

  @Test(arguments: [(nil, 0.75), (1, 0.999), (4, 0.25), (2, 0)] as [(Float?, Float)])
  func clipsByTheGlobalNormAndAverages(clip: Float?, decay: Float) throws {
    var settings = TrainingSettings()
    (settings.gradientClip, settings.averagingDecay, settings.batch) = (clip, decay, 1)
    let trainer = try Trainer(
      try Pipeline("pull", seed: 1, training: settings) {
        TwoMoons()
        Weights()
        Pull()
        Descent()
      })
    #expect(trainer.diagnostics == ["loss", "gradientNorm"])
    let goals = Pull.goals.flatMap { $0 }.map(Double.init)
    var theta: [Double] = [1, 1, 1, -1, -1]
    var average = theta
    for k in 1...30 {
      let numbers = try trainer.advance()
      let gradient = zip(theta, goals).map { $0 - $1 }
      let square = gradient.reduce(0) { $0 + $1 * $1 }
      let norm = square.squareRoot()
      let factor = clip.map { min(1, Double($0) / norm) } ?? 1
      let rate = 0.25 / Double(k)
      theta = zip(theta, gradient).map { $0 - rate * factor * $1 }
      let forgetting = min(Double(decay), Double(1 + k) / Double(10 + k))
      average = zip(average, theta).map { forgetting * $0 + (1 - forgetting) * $1 }
      func expectClose(_ found: [Float], _ expected: [Double], _ label: String) {
        #expect(found.count == expected.count)
        for (f, e) in zip(found, expected) {
          #expect(abs(Double(f) - e) <= 2e-6 * max(1, abs(e)), "\(label), update \(k)")
        }
      }
      expectClose(numbers, [square / 2, norm], "loss and norm")
      let weights = trainer.model.energyWeights
      expectClose(weights.flatMap { trainer.store[$0] ?? [] }, theta, "weights")
      let averaged = trainer.averagedStore()
      expectClose(weights.flatMap { averaged[$0] ?? [] }, decay > 0 ? average : theta, "averages")
    }
    #expect(trainer.iteration == 30)
  }
  /// Averages keep (1 + k)/(10 + k) of themselves at update k, which reaches 0.9999 at k = 89,990, and no more then.
  /// 1 − decay is a difference of numbers near 1: a unit or two in the last place of those.
  @Test(
    arguments: [(1, 0.181818), (100, 0.918182), (44_990, 0.9998), (89_990, 0.9999), (200_000, 0.9999)]
      as [(Int, Double)])
  func averagesForgetTheirStart(update: Int, decay: Double) throws {
    let scratch = try ScratchFolder()
    var settings = TrainingSettings()
    (settings.averagingDecay, settings.batch) = (0.9999, 1)
    let trainer = try Trainer(
      try Pipeline("pull", seed: 1, training: settings) {
        TwoMoons()
        Weights()
        Pull()
        Descent()
      })
    try trainer.save(to: scratch.path)
    _ = try scratch.write(#"{"iteration": \#(update - 1), "rollbacks": 0, "seed": "1"}"#, to: "counters.json")
    try trainer.restore(from: scratch.path)
    let weight = trainer.model.energyWeights[0]
    let before = try #require(trainer.averagedStore()[weight])
    trainer.store[weight] = [1_000, 2_000, -500]
    _ = try trainer.advance()
    let (value, after) = (try #require(trainer.store[weight]), try #require(trainer.averagedStore()[weight]))
    for index in value.indices {
      let kept = 1 - Double(after[index] - before[index]) / Double(value[index] - before[index])
      #expect(abs(kept - decay) < 0.7e-6, "\(kept)")
    }
  }
}
