import EBMCore
import Foundation
import Metrics
import Tensors
import Testing

/// Metropolis steps of a random walk, to pass in as a sampler.
private struct RandomWalk: Sampler {
  static let name = "random-walk"
  static let summary = "Metropolis steps of a random walk."
  var steps = 5

  struct State: TensorGroup {
    var position: Tensor
  }

  func start(at position: Tensor, target: Target) -> State { State(position: position) }
  func position(of state: State) -> Tensor { state.position }
  func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let proposal = state.position + 0.7 * random.normal(state.position.shape)
    let accepts = random.uniform([proposal.shape[0]]).log() .< target.energy(state.position) - target.energy(proposal)
    state.position = Tensor.select(accepts.reshaped([proposal.shape[0], 1]), proposal, state.position)
    return StepInfo(acceptance: accepts)
  }
}

@Suite struct AnnealedImportanceSamplingTests {
  /// Forward with step sizes of a pilot, then back from exact draws.
  private func bracket(
    _ annealing: AnnealedImportanceSampling, _ density: ModelDensity, chains: Int, exact: Tensor?
  ) throws -> (lower: LogMeanExp, upper: LogMeanExp?, acceptance: Float) {
    let pilot = density.run([], seed: 1) { target, _, random in
      [annealing.forward(to: target, chains: chains, shape: density.shape, random: &random).stepSizes]
    }
    let up = density.run(pilot, seed: 2) { target, inputs, random in
      let outcome = annealing.forward(
        to: target, chains: chains, shape: density.shape, stepSizes: inputs[0], random: &random)
      return [outcome.logWeights, outcome.acceptance]
    }
    let lower = try #require(LogMeanExp(up[0].scalars.map(Double.init)))
    guard let exact else { return (lower, nil, up[1].scalar) }
    let down = density.run([exact] + pilot, seed: 3) { target, inputs, random in
      [annealing.reverse(from: inputs[0], of: target, stepSizes: inputs[1], random: &random).logWeights]
    }
    return (lower, LogMeanExp(down[0].scalars.map { -Double($0) }), up[1].scalar)
  }

  private static func unit(_ size: Int, scale: Float = 1) -> AnnealedImportanceSampling.Base {
    .gaussian(mean: Tensor(repeating: 0, shape: [size]), deviation: Tensor(repeating: scale, shape: [size]))
  }

  /// E = xᵀ A x/2: ln Z = (D/2) ln 2π − ½ ln det A.
  @Test(arguments: [1, 2] as [Float]) func gaussianTargets(_ baseScale: Float) throws {
    let precisions: [Float] = [4, 1, 0.25, 10]
    let density = ModelDensity(shape: [4]) { x, _ in 0.5 * (x.squared() * Tensor(precisions)).sum(alongAxes: 1) }
    let expected = 2 * log(2 * Double.pi) - 0.5 * log(10)
    let draws = normals(4_000, seed: 6).enumerated().map { $1 / precisions[$0 % 4].squareRoot() }
    let annealing = AnnealedImportanceSampling(from: Self.unit(4, scale: baseScale), bridges: 200)
    let (lower, upper, acceptance) = try bracket(
      annealing, density, chains: 1_000, exact: Tensor(draws, shape: [1_000, 4]))
    #expect(abs(lower.value - expected) < 4 * lower.standardError && lower.standardError < 0.05)
    let inverse = try #require(upper)
    #expect(abs(-inverse.value - expected) < 4 * inverse.standardError && inverse.standardError < 0.05)
    #expect(lower.effectiveSampleSize > 300)
    #expect((0.6...0.97).contains(acceptance), "the pilot aims at 0.8")
  }

  /// E = h (x² − 1)² in each of two coordinates, h = 2: ln Z = 0.3442382 each.
  @Test func doubleWells() throws {
    let density = ModelDensity(shape: [2]) { x, _ in (2 * (x.squared() - 1).squared()).sum(alongAxes: 1) }
    let (lower, _, _) = try bracket(
      AnnealedImportanceSampling(from: Self.unit(2), bridges: 150), density, chains: 2_000, exact: nil)
    #expect(abs(lower.value - 2 * 0.3442382) < 4 * lower.standardError && lower.standardError < 0.02)
  }

  /// A normal law bent without change of volume keeps its normaliser: u = (x₁/2, 2 x₂ + 0.4 (x₁² + 4)) ~ N(0, Σ) of
  /// correlation ½, ln Z = ln 2π + ½ ln ¾.
  @Test func bentGaussian() throws {
    let density = ModelDensity(shape: [2]) { x, _ in
      let first = x.sliced(alongAxis: 1, 0..<1)
      let (u, v) = (0.5 * first, 2 * x.sliced(alongAxis: 1, 1..<2) + 0.4 * (first.squared() + 4))
      return ((u.squared() - u * v + v.squared()) / 1.5).sum(alongAxes: 1)
    }
    let annealing = AnnealedImportanceSampling(from: Self.unit(2, scale: 2), bridges: 200)
    let (lower, _, _) = try bracket(annealing, density, chains: 2_000, exact: nil)
    let expected = log(2 * Double.pi) + 0.5 * log(0.75)
    #expect(abs(lower.value - expected) < 4 * lower.standardError && lower.standardError < 0.05)
  }

  /// A narrow Gaussian inside a box: ln Z = (D/2) ln(2π s²), s = 0.05.
  @Test func uniformBase() throws {
    let density = ModelDensity(shape: [3]) { x, _ in 200 * (x - 0.4).squared().sum(alongAxes: 1) }
    let draws = normals(1_500, seed: 2).map { 0.4 + 0.05 * $0 }
    let annealing = AnnealedImportanceSampling(from: .uniform(lower: 0, upper: 1), bridges: 200)
    let (lower, upper, _) = try bracket(annealing, density, chains: 500, exact: Tensor(draws, shape: [500, 3]))
    let expected = 1.5 * log(2 * Double.pi * 0.0025)
    #expect(abs(lower.value - expected) < 4 * lower.standardError && lower.standardError < 0.06)
    let inverse = try #require(upper)
    #expect(abs(-inverse.value - expected) < 4 * inverse.standardError)
    // A flat target has the volume of the box.
    let flat = ModelDensity(shape: [2]) { x, _ in 0 * x.sum(alongAxes: 1) }
    let box = AnnealedImportanceSampling(from: .uniform(lower: -2, upper: 1), bridges: 5)
    let volume = try bracket(box, flat, chains: 10, exact: nil).lower
    #expect(abs(volume.value - log(9)) < 1e-5 && volume.effectiveSampleSize > 9.99)
  }

  /// With few bridges the mean of log w is below ln Z forwards and above it backwards, by far.
  @Test func fewBridgesGiveBounds() throws {
    let density = ModelDensity(shape: [10]) { x, _ in 12.5 * x.squared().sum(alongAxes: 1) }
    let expected = 5 * log(2 * Double.pi * 0.04)
    let annealing = AnnealedImportanceSampling(from: Self.unit(10), bridges: 4)
    let draws = Tensor(normals(5_000, seed: 1).map { 0.2 * $0 }, shape: [500, 10])
    let steps = Tensor(repeating: 0.1, shape: [4])
    let weights = density.run([draws, steps], seed: 5) { target, inputs, random in
      let up = annealing.forward(to: target, chains: 500, shape: [10], stepSizes: inputs[1], random: &random)
      return [
        up.logWeights, annealing.reverse(from: inputs[0], of: target, stepSizes: inputs[1], random: &random).logWeights,
      ]
    }
    #expect(mean(weights[0].scalars.map(Double.init)) < expected - 1)
    #expect(mean(weights[1].scalars.map(Double.init)) > expected + 1)
  }

  @Test func anySamplerMayMoveTheChains() throws {
    let density = ModelDensity(shape: [2]) { x, _ in 0.5 * (x.squared() * Tensor([4, 0.5])).sum(alongAxes: 1) }
    let annealing = AnnealedImportanceSampling(from: Self.unit(2), bridges: 100, sampler: RandomWalk())
    let (lower, _, acceptance) = try bracket(annealing, density, chains: 1_000, exact: nil)
    #expect(abs(lower.value - log(2 * Double.pi) + 0.5 * log(2)) < 4 * lower.standardError)
    #expect(lower.standardError < 0.05 && acceptance > 0.3 && acceptance < 0.9)
  }

  /// Data N(0, I) in the plane under the true model: ln p = −1 − ln 2π on average.
  @Test func likelihoodOfTheTrueModel() throws {
    let density = ModelDensity(shape: [2]) { x, _ in 0.5 * x.squared().sum(alongAxes: 1) + 3 }
    let evaluation = try Evaluation(dataset: Plane(), samples: normals(10_000, seed: 4), density: density)
    let figures = LogNormalizer {
      $0.bridges = 50; $0.chains = 256
    }.evaluate(evaluation)
    #expect(figures.count == 7)
    #expect(try #require(figures["effective weights"]).value > 250, "base and model are alike")
    #expect(isNear(figures["ln Z, bracket width"], 0))
    let logZ = log(2 * Double.pi) - 3
    for name in ["ln Z, lower bound", "ln Z, upper bound"] {
      #expect(abs(try #require(figures[name]).value - logZ) < 0.01)
    }
    let expected = -1 - log(2 * Double.pi)
    for name in ["log likelihood, upper bound", "log likelihood, lower bound"] {
      #expect(isNear(figures[name], expected))
      // E has standard deviation 1 over 5,000 points.
      #expect(abs((figures[name]?.standardError ?? 0) - 1 / 5_000.0.squareRoot()) < 2e-3)
    }
    #expect(isNear(figures["bits per dimension, upper bound"], -expected / (2 * log(2))))
  }

  /// Two modes of mass 0.999 and 0.001, between which chains do not cross, and samples that have both alike: backwards, half
  /// the weights say 0.001/2, so that the upper bound lies ln(4 · 0.001) = −5.5 from ln Z.
  @Test func crossedBoundsAreTold() throws {
    let density = ModelDensity(shape: [2]) { x, _ in
      let terms = [(Float(-5), Float(0.001)), (5, 0.999)].map { center, mass in
        (log(mass) - 0.5 * (x - Tensor([center, 0])).squared().sum(alongAxes: 1)).reshaped([-1, 1])
      }
      return -Tensor.concatenated(terms, alongAxis: 1).logSumExp(alongAxes: 1)
    }
    let samples = normals(4_000, seed: 4).enumerated().map { index, value in
      index % 2 == 1 ? value : value + (index % 4 == 0 ? 5 : -5)
    }
    let evaluation = try Evaluation(dataset: Plane(), samples: samples, density: density)
    let figures = try LogNormalizer { $0.bridges = 100 }.figures(from: evaluation)
    let logZ = log(2 * Double.pi)
    let lower = try #require(figures["ln Z, lower bound"])
    #expect(isNear(lower, logZ) && lower.cautions.isEmpty, "\(lower)")
    let crossed = "the upper bound of ln Z is "
    for name in ["ln Z, upper bound", "ln Z, bracket width", "log likelihood, lower bound"] {
      let cautions = try #require(figures[name]).cautions
      #expect(
        cautions.contains { $0.hasPrefix(crossed) && $0.hasSuffix("the samples are not draws of the model's density") },
        "\(name): \(cautions)")
    }
    #expect(try #require(figures["log likelihood, upper bound"]).cautions.isEmpty)
  }

  /// Where few densities leave few weights, four times as many are taken, and no more than allowed.
  @Test func densitiesAreAddedUntilBoundsAreSound() throws {
    // A well of deviation 0.01 for samples of deviation 1.
    let density = ModelDensity(shape: [4]) { x, _ in 5_000 * x.squared().sum(alongAxes: 1) }
    struct Wide: Dataset {
      static let name = "wide"
      static let summary = "A normal distribution."
      var space: SampleSpace { SampleSpace(shape: [4]) }
      var plotRange: ClosedRange<Double> { -1...1 }
      func batch(_ count: Int, random: inout RandomStream) -> Tensor { random.normal([count, 4]) }
    }
    let evaluation = try Evaluation(dataset: Wide(), samples: normals(4_000, seed: 4), density: density)
    var few = LogNormalizer { $0.bridges = 10 }
    few.maximumBridges = 0
    let coarse = try few.figures(from: evaluation)
    #expect(coarse["ln Z, bracket width"]?.cautions.isEmpty == false)
    few.maximumBridges = 2_560
    let fine = try few.figures(from: evaluation)
    #expect(
      try #require(fine["effective weights"]).value > 2 * #require(coarse["effective weights"]).value,
      "\(coarse) \(fine)")
    let exact = 2 * log(2 * Double.pi / 10_000)
    #expect(abs(try #require(fine["ln Z, lower bound"]).value - exact) < 0.5)
  }

  @Test func energiesThatAreNoNumbersAreTold() throws {
    let density = ModelDensity(shape: [2]) { x, _ in
      Tensor.select(x.sum(alongAxes: 1) .> 0, Tensor(Float.nan), x.squared().sum(alongAxes: 1))
    }
    let evaluation = try Evaluation(dataset: Plane(), samples: normals(400, seed: 4), density: density)
    for metric in [LogNormalizer(), OutOfDistribution(), KernelSteinDiscrepancy()] as [any Metric] {
      let figures = try metric.figures(from: evaluation)
      #expect(!figures.isEmpty && figures.allSatisfy { !$0.cautions.isEmpty }, "\(figures)")
    }
  }

  /// Points that are narrower than the model, as denoised samples are, become its draws.
  @Test func narrowPointsSettle() {
    let density = ModelDensity(shape: [2]) { x, _ in 0.5 * x.squared().sum(alongAxes: 1) }
    let annealing = AnnealedImportanceSampling(from: Self.unit(2, scale: 0.5), bridges: 1)
    let narrow = Tensor(normals(4_000, seed: 4).map { 0.5 * $0 }, shape: [2_000, 2])
    let settled = density.run([narrow]) { target, inputs, random in
      [
        annealing.settled(
          inputs[0], in: target, transitions: 50, stepSize: Tensor(repeating: 0.8, shape: [1]), random: &random)
      ]
    }[0]
    // 4 standard errors of the mean of 4,000 squares of N(0, 1).
    #expect(abs(mean(settled.scalars.map { Double($0) * Double($0) }) - 1) < 4 * (2.0 / 4_000).squareRoot())
  }

  /// E = Σ θ_i s_i over spins is a product: ln Z = Σ ln 2 cosh θ_i, and both bounds are it.
  @Test(arguments: [SampleSpace.Values.spin, .binary]) func spinsAreSummedOver(values: SampleSpace.Values) throws {
    let theta: [Float] = [0.3, -1, 2]
    let density = ModelDensity(shape: [3]) { x, _ in (x * Tensor(theta)).sum(alongAxes: 1) }
    let data = Coins { $0.kind = values.rawValue }
    let evaluation = try Evaluation(
      dataset: data, samples: try data.draw(100, seed: 1).points.scalars, density: density, seed: 2)
    let figures = LogNormalizer().evaluate(evaluation)
    let exact = theta.map { value -> Double in
      let e = Double(value)
      return values == .spin ? log(2 * cosh(e)) : log(1 + exp(-e))
    }.reduce(0, +)
    for name in ["ln Z, lower bound", "ln Z, upper bound"] {
      let figure = try #require(figures[name])
      // Energies are single precision.
      #expect(abs(figure.value - exact) < 1e-5 && figure.standardError == 0)
    }
    #expect(figures["effective weights"] == nil)
    // Fair coins: KL = mean over states of E + ln Z − ln 8.
    let mean = values == .spin ? 0 : 0.5 * Double(theta.reduce(0, +))
    let divergence = try #require(StateDivergence().evaluate(evaluation)["KL(true‖model)"])
    #expect(abs(divergence.value - (mean + exact - 3 * log(2))) < 1e-5 && divergence.standardError == nil)
    let plane = try Evaluation(dataset: Plane(), samples: normals(100, seed: 1), density: density)
    #expect(StateDivergence().evaluate(plane).isEmpty)
  }

  /// The error of the effective number is as wide as it varies, and there is none where all weights are equal.
  @Test func effectiveWeightsHaveAnError() throws {
    let trials = (0..<200 as Range<UInt64>).compactMap { LogMeanExp(normals(400, seed: $0).map { 0.7 * Double($0) }) }
    let spread = deviation(trials.map(\.effectiveSampleSize))
    // A deviation from 200 values is good to 5 %; the error is an estimate by the delta method.
    #expect((0.75...1.25).contains(mean(trials.map(\.effectiveSampleSizeError)) / spread))
    #expect(LogMeanExp([2, 2, 2])?.effectiveSampleSizeError == 0)
  }

  @Test func logarithmsOfMeans() throws {
    let estimate = try #require(LogMeanExp([1_000, 1_000 + log(3)]))
    #expect(abs(estimate.value - 1_000 - log(2)) < 1e-12)
    #expect(abs(estimate.effectiveSampleSize - 1.6) < 1e-12 && abs(estimate.standardError - 0.5) < 1e-12)
    #expect(LogMeanExp([0, -.infinity])?.value == -log(2))
    #expect(LogMeanExp([]) == nil && LogMeanExp([.nan]) == nil && LogMeanExp([-.infinity]) == nil)
  }

  @Test func bits() {
    // Uniform on [0, 1)^D quantised to 256 steps takes 8 bits; on [−1, 1]^D as q/127.5 − 1 nearly so.
    #expect(BitsPerDimension.bits(logDensity: 0, dimension: 5, binWidth: 1 / 256) == 8)
    let signed = BitsPerDimension.bits(logDensity: -5 * log(2), dimension: 5, binWidth: 1 / 127.5)
    #expect(abs(signed - 1 - 6.994353) < 1e-6)
    #expect(abs(BitsPerDimension.bits(logDensity: -0.5 * log(2 * Double.pi) - 0.5, dimension: 1) - 2.0471) < 1e-4)
  }

  @Test func componentsCanBeRegistered() throws {
    var registry = ComponentRegistry()
    try registry.add(MaximumMeanDiscrepancy.self)
    try registry.add(EnergyDistance.self)
    try registry.add(SlicedWasserstein.self)
    try registry.add(KernelSteinDiscrepancy.self)
    try registry.add(FrechetDistance.self)
    try registry.add(PrecisionRecall.self)
    try registry.add(HistogramDivergence.self)
    try registry.add(ClassifierTwoSample.self)
    try registry.add(OutOfDistribution.self)
    try registry.add(CalibrationError.self)
    try registry.add(LogNormalizer.self)
    try registry.add(StateDivergence.self)
    #expect(registry.entries(in: .metric).count == 12)
  }
}
