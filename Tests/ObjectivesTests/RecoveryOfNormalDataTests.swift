import EBM
import Testing

/// Data N(0, I) under a schedule that preserves variance: every x_i is N(0, I), and p(y_t | x_i) for y_t = α_i x_t is
/// N(α_i² x_i, α_i² σ_i² I), i = t + 1.
@Suite struct RecoveryOfNormalDataTests {
  /// The normal approximation draws y ~ N(x (1 − σ²/α²), σ²) instead, to first order in σ² the same: with y = α x of the
  /// next level, the variance v becomes ((1 − σ²/α²)² v + σ²)/α², from level to level.
  @Test func approximateDrawsHaveTheirVariance() throws {
    let objective = DiffusionRecovery {
      $0.hasMarginalTop = false; $0.normalApproximation = true
    }
    let levels = try LinearBeta { $0.levels = 60 }.noiseLevels()
    let energy = TrueMarginals {
      $0.steps = objective.steps(levels).step; $0.hasMarginalTop = false
    }
    let model = try Model(
      try Pipeline("marginals") {
        NormalPoints()
        LinearBeta { $0.levels = 60 }
        energy
        objective
        Adam()
      })
    var variances = [Double](repeating: 1, count: levels.steps + 1)
    for level in stride(from: levels.steps, to: 0, by: -1) {
      let (alpha, sigma) = (levels.transitionSignal(to: level), levels.transitionNoise(to: level))
      let (kept, added) = (alpha * alpha, sigma * sigma)
      let factor = 1 - added / kept
      variances[level - 1] = (factor * factor * variances[level] + added) / kept
    }
    var probe = Context()
    let recorded = objective.samples(4, model: model, &probe).compactMap(\.level)
    let function = CompiledFunction { _, context in objective.samples(20_000, model: model, &context).map(\.points) }
    let found = function([], store: model.scope.initialValues(seed: 0), key: RandomKey(seed: 5))
    #expect(recorded.count == found.count && recorded.last == 0)
    for (level, points) in zip(recorded, found) {
      let squares = points.scalars.map { Double($0) * Double($0) }
      expect(Estimate(squares), isNear: variances[level], "level \(level)")
    }
  }

  /// g(x_i) = θ α_i² x_i, but 0 at the highest level, which is recovered without regard to x_i.
  struct Proposal: Network {
    static let name = "proposal"
    static let summary = "The best proposal, times a number."
    var slopes: [Double] = []

    init() {}
    init(_ levels: NoiseLevels) {
      slopes = (0...levels.steps).map { level in
        let alpha = level == 0 || level == levels.steps ? 0 : levels.transitionSignal(to: level)
        return alpha * alpha
      }
    }

    func function(over space: SampleSpace, in scope: ParameterScope) -> any NetworkFunction {
      Function(
        factor: scope.parameter("factor", shape: [], .constant(1)),
        slopes: Tensor(rows: slopes.map { [Float($0)] }))
    }

    struct Function: NetworkFunction {
      let factor: Parameter
      let slopes: Tensor
      func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
        guard let level = condition.level else { return Tensor(.nan).broadcast(to: x.shape) }
        return factor.tensor * level.gathering(slopes) * x
      }
    }
  }

  /// The mean of the exact conditional is the best proposal: the loss's slope by θ is −2 d (1 − θ) times the mean of α⁴.
  @Test(arguments: [1, 0.7, 1.5])
  func bestProposalIsTheConditionalsMean(theta: Double) throws {
    let objective = CooperativeRecovery()
    let levels = try CosineLogSNR().noiseLevels()
    let proposal = Proposal(levels)
    let model = try Model(
      try Pipeline("marginals") {
        NormalPoints()
        CosineLogSNR()
        TrueMarginals {
          $0.steps = objective.steps(levels).step; $0.hasMarginalTop = true
        }
        LearnedGaussian { $0.network = proposal }
        NormalDraw()
        objective
        Adam()
      })
    let factor = try #require(model.scope.parameters.first { $0.name.hasSuffix("factor") })
    let store = model.scope.initialValues(seed: 0)
    store[factor] = [Float(theta)]
    let function = CompiledFunction(phase: .training) { _, context in
      let data = NormalPoints().batch(20_000, random: &context.random)
      let losses = objective.losses(for: data, model: model, &context)
      return [gradient(of: losses.initializer ?? Tensor(.nan), withRespectTo: factor.tensor)]
    }
    let slopes = (0..<30).map { function([], store: store, key: RandomKey(seed: 17, step: UInt64($0)))[0].scalar }
    let fourth = proposal.slopes.reduce(0) { $0 + $1 * $1 } / Double(levels.steps)
    expect(Estimate(slopes), isNear: -4 * (1 - theta) * fourth, "θ = \(theta)")
  }
}
