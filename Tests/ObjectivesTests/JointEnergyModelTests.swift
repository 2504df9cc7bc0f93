import EBM
import Foundation
import Testing

@Suite struct JointEnergyModelTests {
  private func model(_ objective: JointEnergyModel) throws -> Model {
    try Model(
      try Pipeline("classes") {
        TwoClasses()
        TrueClasses()
        DataPoints()
        MALA {
          $0.steps = 10; $0.stepSize = 0.6
        }
        objective
        Adam()
      })
  }

  private func estimates(
    _ objective: JointEnergyModel, widths: [Float] = [0, 0]
  ) throws -> (gradients: [Estimate], watched: [String: Estimate]) {
    let model = try model(objective)
    let store = model.scope.initialValues(seed: 0)
    store[model.energyWeights[0]] = widths
    var probe = Context()
    var random = probe.random.split("data")
    let data = TwoClasses().labeledBatch(4, random: &random)
    let names = objective.losses(for: data?.points ?? Tensor([]), labels: data?.labels, model: model, &probe)
      .diagnostics.map(\.name)
    let weights = model.energyWeights
    let function = CompiledFunction(phase: .training) { _, context in
      var random = context.random.split("data")
      guard let data = TwoClasses().labeledBatch(4_000, random: &random) else { return [] }
      let losses = objective.losses(for: data.points, labels: data.labels, model: model, &context)
      let slopes = gradient(of: losses.energy, withRespectTo: weights.map(\.tensor))
      return [slopes[0].sliced(alongAxis: 0, 0..<1), slopes[0].sliced(alongAxis: 0, 1..<2), slopes[1]]
        + losses.diagnostics.map(\.value)
    }
    let results = (0..<60).map { function([], store: store, key: RandomKey(seed: 2, step: UInt64($0))).map(\.scalar) }
    let watched = names.enumerated().map { place, name in (name, Estimate(results.map { $0[3 + place] })) }
    return (
      (0..<3).map { weight in Estimate(results.map { $0[weight] }) }, Dictionary(uniqueKeysWithValues: watched)
    )
  }

  /// The true class scores make both terms stationary, p(x) as well as p(x | y), with chains that leave the truth as it is.
  @Test(arguments: [JointEnergyModel.Likelihood.marginal, .joint])
  func theTruthIsStationary(likelihood: JointEnergyModel.Likelihood) throws {
    let found = try estimates(
      JointEnergyModel {
        $0.likelihood = likelihood; $0.inputNoise = 0
      })
    for slope in found.gradients { expect(slope, isNear: 0, "\(likelihood)") }
    // E[−ln p(y | x)] of these classes, by quadrature.
    let surprise = try #require(found.watched["classLoss"])
    expect(surprise, isNear: Self.conditionalEntropy, "class loss")
    let accuracy = try #require(found.watched["accuracy"])
    #expect(accuracy.mean > 0.9)
  }

  /// −∫ Σ_y ½ p(x | y) ln p(y | x) dx.
  private static let conditionalEntropy: Double = {
    func density(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
      exp(-0.5 * pow((x - mean) / deviation, 2)) / (deviation * (2 * Double.pi).squareRoot())
    }
    let step = 0.005
    return (0..<2_800).reduce(0.0) { sum, place in
      let x = -8 + (Double(place) + 0.5) * step
      let both = [density(x, -2, 1), density(x, 1, 0.5)]
      let total = both[0] + both[1]
      return sum - both.reduce(0.0) { $1 > 0 ? $0 + 0.5 * $1 * log($1 / total) : $0 } * step
    }
  }()

  /// Too wide a first class: the classifier's term and the density's both draw it back.
  @Test func otherScoresHaveAGradient() throws {
    let found = try estimates(
      JointEnergyModel {
        $0.generativeWeight = 0; $0.inputNoise = 0
      }, widths: [0.5, 0])
    #expect(found.gradients[0].mean > 10 * found.gradients[0].standardError)
    #expect(abs(found.gradients[2].mean) < 1e-6, "a constant does not count")
  }

  @Test func needsClassScoresAndClasses() {
    let noScores = #expect(throws: ConfigurationError.self) {
      try Model(
        try Pipeline("classes") {
          TwoClasses()
          Bowl()
          DataPoints()
          MALA()
          JointEnergyModel()
          Adam()
        })
    }
    #expect(
      noScores.map { "\($0)" }?.contains("joint-energy-model needs an energy that is made from class scores") == true)
    let noClasses = #expect(throws: ConfigurationError.self) {
      try Model(
        try Pipeline("classes") {
          NormalPoints { $0.dimension = 1 }
          TrueClasses()
          DataPoints()
          MALA()
          JointEnergyModel()
          Adam()
        })
    }
    #expect(
      noClasses.map { "\($0)" } == "objective: joint-energy-model needs points with classes, found points without")
  }
}
