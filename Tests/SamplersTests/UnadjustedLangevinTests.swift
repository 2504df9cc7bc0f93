import EBMCore
import Foundation
import Samplers
import Tensors
import Testing

/// Samplers without a Metropolis test, against the exact law of their discretisation.
@Suite struct UnadjustedLangevinTests {
  private static let chains = 40_000

  /// Ends of chains on N(0, s²) in each coordinate, `[chains, D]`, their variances column by column.
  private static func variances(_ sampler: any Sampler, deviations: [Float], scale: Float = 1, steps: Int) -> [Estimate]
  {
    let found = results(seed: 31) { context in
      let target = Target(scale: Tensor(scale)) { x in (0.5 * (x / Tensor(deviations)).squared()).sum(alongAxes: 1) }
      let start = context.random.normal([chains, deviations.count]) * Tensor(deviations)
      return [sampler.run(from: start, target: target, steps: steps, random: &context.random).position]
    }
    return deviations.indices.map { column in
      Estimate(stride(from: column, to: found[0].count, by: deviations.count).map { pow(Double(found[0][$0]), 2) })
    }
  }

  /// τ²/(2η/s² − η²/s⁴), of which b²/2 and b are the case τ² = 2η.
  private static func variance(drift: Double, noise: Double, square: Double) -> Double {
    noise * noise / (2 * drift / square - drift * drift / (square * square))
  }

  @Test func temperedChainsHaveTheirVariance() {
    var sampler = Langevin { $0.stepSize = 1 }
    sampler.temperature = 3
    let expected = Self.variance(drift: 0.5, noise: 3.0.squareRoot(), square: 1)
    expect(Self.variances(sampler, deviations: [1], steps: 60)[0], isNear: expected)
    #expect(abs(expected - 4) < 1e-12)
  }

  @Test(arguments: [1, 0.5] as [Float])
  func driftAndNoiseApart(scale: Float) {
    let (drift, noise) = (0.3 * Double(scale * scale), 0.2 * Double(scale))
    let expected = Self.variance(drift: drift, noise: noise, square: 0.64)
    let sampler = Langevin {
      $0.stepSize = 0.3; $0.noise = 0.2; $0.stepForm = .drift
    }
    expect(Self.variances(sampler, deviations: [0.8], scale: scale, steps: 120)[0], isNear: expected)
  }

  /// A step takes the variance v to (1 − b²/(2 s²))² v + b²: it settles where b < 2 s, and grows without end above.
  @Test(arguments: [1.9, 2.05])
  func chainsSettleForStepsBelowTwiceTheDeviation(stepSize b: Double) {
    let (square, steps) = (0.25, 40)
    let scaled = Float(b * square.squareRoot())
    let added = Double(scaled) * Double(scaled)
    let factor = 1 - added / (2 * square)
    let expected = (0..<steps).reduce(square) { variance, _ in factor * factor * variance + added }
    let found = Self.variances(Langevin { $0.stepSize = scaled }, deviations: [0.5], steps: steps)[0]
    expect(found, isNear: expected, "b = \(b) s")
    #expect((expected < square / (1 - added / (4 * square)) * 1.01 && expected > 0) == (b < 2))
  }

  /// `drift` alone: x − s ∇E + √(2s) ε has the law of b = √(2s).
  @Test func driftFormIsTheSameStep() {
    var sampler = Langevin { $0.stepSize = 0.32 }
    sampler.stepForm = .drift
    let (x, noise) = (Tensor([1, -3, 2, 0.5], shape: [2, 2]), Tensor([0.5, 1, -2, 1], shape: [2, 2]))
    let target = Target(scale: Tensor([1, 0.5])) { x in 0.5 * x.squared().sum(alongAxes: 1) }
    let moved = sampler.moved(x, target: target, noise: noise).scalars
    let expected: [Float] = [1 - 0.32 + 0.4, -3 + 0.96 + 0.8, 2 - 0.16 - 0.8, 0.5 - 0.04 + 0.4]
    #expect(zip(moved, expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// Du and Mordatch's step: noise first, a clipped gradient taken there, then the box.
  @Test func clipsBoxesAndOrders() {
    let target = Target { x in (x.squared().squared() / 4).sum(alongAxes: 1) }
    let (x, noise) = (Tensor([2, 0.5, -1, 0.25], shape: [2, 2]), Tensor([1, 1, -1, 0], shape: [2, 2]))
    var sampler = Langevin {
      $0.stepSize = 0.5; $0.noise = 0.25; $0.stepForm = .drift
    }
    sampler.noiseFirst = true
    sampler.gradientClip = 1
    sampler.upperBound = 1.5
    sampler.lowerBound = -1
    // x + τε is 2.25, 0.75, −1.25, 0.25; ∇E = x³ there, clipped to 1, 0.421875, −1, 0.015625.
    #expect(sampler.moved(x, target: target, noise: noise).scalars == [1.5, 0.5390625, -0.75, 0.2421875])
    sampler.noiseFirst = false
    // ∇E is 8, 0.125, −1, 0.015625 at x.
    #expect(sampler.moved(x, target: target, noise: noise).scalars == [1.5, 0.6875, -0.75, 0.2421875])
  }

  /// Chains are clipped by themselves: a short gradient keeps its bits.
  @Test func clipsNormsOfChains() {
    let target = Target { x in (0.5 * x.squared()).sum(alongAxes: 1) }
    var sampler = Langevin {
      $0.stepSize = 1; $0.noise = 0; $0.stepForm = .drift
    }
    sampler.gradientNorm = 1
    let x = Tensor([3, 4, 0.3, 0.4], shape: [2, 2])
    let moved = sampler.moved(x, target: target, noise: Tensor(repeating: 0, shape: [2, 2])).scalars
    #expect(zip(moved, [3 - 0.6, 4 - 0.8, 0, 0] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(moved.suffix(2) == [0, 0])
  }

  @Test func conflictsAreNamed() {
    var sampler = Langevin {
      $0.stepSize = 1; $0.noise = 0.1; $0.stepForm = .drift
    }
    #expect(sampler.conflicts().isEmpty)
    sampler.temperature = 2
    sampler.lowerBound = 1
    sampler.upperBound = 0
    #expect(sampler.conflicts().count == 2)
  }

  /// An eigenvalue λ of the covariance becomes λ/(1 − η/(2λ)) for steps η: numbers that were computed elsewhere. Chains
  /// start at that law, and have to stay there.
  @Test(
    arguments: [
      (0.05, [1, 0, 0, 1], [1.025641, 0, 0, 1.025641]),
      (0.05, [1, 0.5, 0.5, 2], [1.025737, 0.499814, 0.499814, 2.025364]),
      (0.02, [1, 0.8, 0.8, 1], [1.010291, 0.799765, 0.799765, 1.010291]),
      (0.05, [1, 0, 0, 25], [1.025641, 0, 0, 25.025025]),
    ] as [(Float, [Float], [Float])])
  func correlatedChainsHaveTheirCovariance(drift: Float, covariance: [Float], expected: [Float]) throws {
    let determinant = covariance[0] * covariance[3] - covariance[1] * covariance[2]
    let precision = Tensor(
      [covariance[3], -covariance[1], -covariance[2], covariance[0]].map { $0 / determinant }, shape: [2, 2])
    let factor = try LinearAlgebra.cholesky(Tensor(expected, shape: [2, 2]))
    var sampler = Langevin { $0.stepSize = drift }
    sampler.stepForm = .drift
    let chosen = sampler
    let found = results(seed: 34) { context in
      let target = Target { x in 0.5 * (x.matmul(precision) * x).sum(alongAxes: 1) }
      let start = context.random.normal([200_000, 2]).matmul(factor, transposeRight: true)
      let x = chosen.run(from: start, target: target, steps: 60, random: &context.random).position
      let (first, second) = (x.sliced(alongAxis: 1, 0..<1), x.sliced(alongAxis: 1, 1..<2))
      return [first.squared(), first * second, second.squared()]
    }
    for (numbers, truth) in zip(found, [expected[0], expected[1], expected[3]]) {
      expect(Estimate(numbers), isNear: Double(truth), "drift \(drift) on \(covariance)")
    }
    // The bias is far above the error bar, so the test would see its absence.
    #expect(expected[0] - covariance[0] > 2.5 * Float(Estimate(found[0]).standardError))
  }

  /// s²/(1 − b² d/(4 s²)) for variances d of the steps; for d = s² all coordinates have the same relative bias.
  @Test(arguments: [[1, 25], [2, 9], []] as [[Float]])
  func preconditionedChainsHaveTheirVariances(inverseMass: [Float]) {
    let deviations: [Float] = [1, 5]
    let sampler = PreconditionedLangevin {
      $0.stepSize = 0.9; $0.inverseMass = inverseMass
    }
    let found = Self.variances(sampler, deviations: deviations, steps: inverseMass.isEmpty ? 400 : 60)
    for (column, deviation) in deviations.enumerated() {
      let square = Double(deviation * deviation)
      let d = inverseMass.isEmpty ? 1 : Double(inverseMass[column])
      expect(found[column], isNear: square / (1 - 0.81 * d / (4 * square)), "coordinate \(column) of \(inverseMass)")
    }
  }

  /// With Σ the target's own covariance C the chain's is C/(1 − b²/4).
  @Test func densePreconditionerScalesTheCovariance() {
    let sampler = PreconditionedLangevin {
      $0.stepSize = 1; $0.inverseMass = CorrelatedGaussian.covariance
    }
    let found = results(seed: 32) { context in
      let start = CorrelatedGaussian.draws(Self.chains, &context.random)
      let target = CorrelatedGaussian.target()
      return [sampler.run(from: start, target: target, steps: 40, random: &context.random).position]
    }
    let expected = CorrelatedGaussian.covariance.map { Double($0) / 0.75 }
    CorrelatedGaussian.expectMoments(found[0], covariance: expected, "dense")
  }

  /// BAOAB has the exact law of x on N(0, s²) for any friction, while momenta have variance 1 − h²/(4 s²).
  @Test(arguments: [(1, 1.2, 0.3), (1, 1.5, 10), (0.5, 0.6, 1)] as [(Float, Float, Float)])
  func splittingIsExactOnGaussians(deviation s: Float, stepSize h: Float, friction: Float) {
    let sampler = UnderdampedLangevin {
      $0.stepSize = h; $0.friction = friction
    }
    let found = results(seed: 33) { context in
      let target = Target { x in (0.5 / (s * s)) * x.squared().sum(alongAxes: 1) }
      let start = s * context.random.normal([Self.chains, 1])
      let initial = sampler.start(at: start, target: target)
      let state = Tensor.iterate(80, from: initial, random: &context.random) { state, _, random in
        _ = sampler.step(&state, target: target, random: &random)
      }
      var next = state
      var stream = context.random.split("next")
      _ = sampler.step(&next, target: target, random: &stream)
      let x = state.point.state.position
      return [x.squared(), state.point.momentum.squared(), x * state.point.momentum, x * next.point.state.position]
    }
    expect(Estimate(found[0]), isNear: Double(s * s), "variance of x")
    expect(Estimate(found[1]), isNear: 1 - Double(h * h / (4 * s * s)), "variance of w")
    expect(Estimate(found[2]), isNear: 0, "covariance")
    // x′ = x + (h/2)(w − h x/(2 s²))(1 + c) + noise, c = exp(−γ h).
    let lag = Double(s * s) - Double(h * h / 4) * (1 + exp(-Double(friction * h)))
    expect(Estimate(found[3]), isNear: lag, "lag-1 covariance")
  }

  /// Leapfrog steps conserve w²/2 + x² (1 − ε²/(4 s²))/(2 s²) on N(0, s²), so that unadjusted dynamics, which refresh
  /// w ~ N(0, 1), have x of variance s²/(1 − ε²/(4 s²)).
  @Test func unadjustedHamiltonianDynamicsHaveTheirBias() {
    let sampler = GeneralizedHMC {
      $0.stepSize = 1.2; $0.leapfrogSteps = 3; $0.damping = 0.5; $0.adjusted = false
    }
    let expected = 1 / (1 - 1.44 / 4)
    expect(Self.variances(sampler, deviations: [1], steps: 40)[0], isNear: expected)
  }
}
