import EBM
import Foundation
import Testing

/// Annealed Langevin dynamics on models with levels: it follows E(x; σ) of the nearest level, by its own plan.
@Suite struct AnnealedSamplingTests {
  private static let sampler = AnnealedLangevin {
    $0.levels = 5
    $0.largestNoise = 3
    $0.smallestNoise = 0.25
    $0.stepsPerLevel = 3
    $0.stepSize = 0.02
  }

  /// Mean and variance of a chain that starts at N(0, 1), along normal laws of data of this mean and variance with the
  /// noise `ratios[i]` of the level nearest to each σ.
  private func end(mean: Double, variance: Double, ratios: [Double]) -> (mean: Double, variance: Double) {
    var (m, v) = (0.0, 1.0)
    for level in 0..<5 {
      let noise = 3 * pow(0.25 / 3, Double(level) / 4)
      let nearest = ratios.min { abs(log($0 / noise)) < abs(log($1 / noise)) } ?? .nan
      let law = variance + nearest * nearest
      let a = 0.02 * noise * noise / (0.25 * 0.25)
      for _ in 0..<3 {
        let kept = 1 - a / (2 * law)
        (m, v) = (mean + kept * (m - mean), kept * kept * v + a)
      }
    }
    return (m, v)
  }

  @Test func denoisingScoreMatchingIsFollowed() throws {
    let objective = DenoisingScoreMatching {
      $0.parameterization = .energy; $0.denoises = false
    }
    let model = try Model(
      try Pipeline("levels") {
        NormalPoints()
        NoisedBowl()
        Self.sampler
        objective
        GeometricSigma {
          $0.levels = 6; $0.minimum = 0.2; $0.maximum = 4
        }
        Adam()
      })
    let function = CompiledFunction { _, context in objective.samples(20_000, model: model, &context).map(\.points) }
    let found = function([], key: RandomKey(seed: 11))
    #expect(found.count == 1)
    let noises = try #require(model.levels?.noises)
    let expected = end(mean: 0, variance: 1, ratios: noises)
    // Along one level the variance would be another.
    #expect(abs(end(mean: 0, variance: 1, ratios: [noises[0]]).variance / expected.variance - 1) > 0.1)
    expect(Estimate(found[0].scalars.map { Double($0) * Double($0) }), isNear: expected.variance, "variance")
  }

  /// With the levels' signal: points x of clean data are points ā x of a level, and samples those of level 0.
  @Test func recoveryIsFollowed() throws {
    let objective = CooperativeRecovery()
    let model = try Model.gaussian(sampler: Self.sampler)
    let store = model.scope.initialValues(seed: 0)
    let function = CompiledFunction { _, context in objective.samples(20_000, model: model, &context).map(\.points) }
    let found = function([], store: store, key: RandomKey(seed: 12))
    #expect(found.count == 1)
    let levels = try #require(model.levels)
    let ratios = zip(levels.noises, levels.signals).prefix(levels.steps).map { $0 / $1 }
    for axis in 0..<2 {
      let expected = end(mean: GaussianData.mean[axis], variance: GaussianData.variance[axis], ratios: ratios)
      let signal = levels.signals[0]
      let values = stride(from: axis, to: 40_000, by: 2).map { Double(found[0].scalars[$0]) / signal }
      expect(Estimate(values), isNear: expected.mean, "mean of x\(axis + 1)")
      expect(
        Estimate(values.map { pow($0 - expected.mean, 2) }), isNear: expected.variance, "variance of x\(axis + 1)")
    }
  }

  /// Objectives without levels leave a plan whole too: chains of their samples take all of its steps.
  @Test func stepsOfSamplesDoNotCutAPlan() throws {
    let objective = ContrastiveDivergence {
      $0.steps = 1; $0.samplingSteps = 2
    }
    let model = try Model.bowl(dimension: 1) {
      objective
      Self.sampler
    }
    let store = model.scope.initialValues(seed: 0)
    store[model.energyWeights[0]] = [0.8]
    let function = CompiledFunction { _, context in objective.samples(20_000, model: model, &context).map(\.points) }
    let found = function([], store: store, key: RandomKey(seed: 13))[0].scalars
    // One energy, 0.8 x²/2, at all levels.
    var variance = 1.0
    for level in 0..<5 {
      let a = 0.02 * pow(3 * pow(0.25 / 3, Double(level) / 4) / 0.25, 2)
      for _ in 0..<3 { variance = pow(1 - 0.4 * a, 2) * variance + a }
    }
    expect(Estimate(found.map { Double($0) * Double($0) }), isNear: variance, "variance")
  }
}
