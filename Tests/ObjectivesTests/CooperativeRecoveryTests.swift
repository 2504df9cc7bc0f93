import EBM
import Foundation
import Testing

@Suite struct CooperativeRecoveryTests {
  private let levels: NoiseLevels
  private let objective = CooperativeRecovery()
  private let steps: CooperativeRecovery.Steps

  init() throws {
    levels = try CosineLogSNR().noiseLevels()
    steps = objective.steps(levels)
  }

  private static let partner = [0.9, -1.4]

  /// p(y | x_i): in each coordinate the precision is 1/C_t + r/σ_i².
  private func conditional(_ t: Int) -> Normal {
    var normal = GaussianLevels.marginal(t, of: levels)
    let coupling = steps.coupling[t]
    for axis in 0..<2 {
      let variance = 1 / (1 / normal.variance[axis] + coupling)
      normal.mean[axis] = variance * (normal.mean[axis] / normal.variance[axis] + coupling * Self.partner[axis])
      normal.variance[axis] = variance
    }
    return normal
  }

  /// The target of chains at these levels, all with the same partner.
  private func target(_ model: Model, _ index: [Int], _ context: Context) -> Target {
    func table(_ numbers: [Double]) -> Tensor { Tensor(index.map { Float(numbers[$0]) }) }
    return objective.target(
      model, Condition(level: .init(index: Tensor(index.map(Float.init)), logSNR: model.logSNR)),
      partner: Tensor(Self.partner.map(Float.init)).broadcast(to: [index.count, 2]), step: table(steps.step),
      coupling: table(steps.coupling), context)
  }

  /// Against ½ (y − mean)ᵀ P (y − mean), up to a constant for each level.
  @Test func targetIsTheExactConditional() throws {
    let model = try Model.gaussian()
    let store = model.scope.initialValues(seed: 0)
    let points: [[Double]] = [[0, 0], [1, 2], [-0.7, 0.4], [2.5, -3]]
    for t in 0..<levels.steps {
      let function = CompiledFunction { inputs, context in
        [self.target(model, points.map { _ in t }, context).energy(inputs[0])]
      }
      let found = function([Tensor(rows: points.map { $0.map(Float.init) })], store: store)[0].scalars.map(Double.init)
      let normal = conditional(t)
      let expected = points.map { normal.energy($0) }
      // Energies are sums of two terms as large as the largest expected one.
      let tolerance = 1e-5 * max(1, expected.max() ?? 0)
      for index in 1..<points.count {
        let (f, e) = (found[index] - found[0], expected[index] - expected[0])
        #expect(abs(f - e) <= tolerance, "level \(t), point \(index): \(f) instead of \(e)")
      }
    }
  }

  /// Ends of independent chains at all levels, from far off.
  private func ends(_ sampler: some Sampler, chains: Int, seed: UInt64) throws -> [[[Double]]] {
    let model = try Model.gaussian()
    let store = model.scope.initialValues(seed: 0)
    let count = levels.steps
    let function = CompiledFunction { _, context in
      let start = 2 * context.random.normal([count * chains, 2])
      let target = self.target(model, (0..<(count * chains)).map { $0 / chains }, context)
      return [sampler.run(from: start, target: target, random: &context.random).position]
    }
    let rows = function([], store: store, key: RandomKey(seed: seed))[0].scalars
    return (0..<count).map { t in
      (0..<2).map { axis in (0..<chains).map { Double(rows[2 * (t * chains + $0) + axis]) } }
    }
  }

  @Test func adjustedChainsHaveTheConditionalsMoments() throws {
    let found = try ends(
      MALA {
        $0.steps = 400; $0.stepSize = 1.5
      }, chains: 4_000, seed: 1)
    for t in 0..<levels.steps { expectMoments(found[t], conditional(t), "level \(t)") }
  }

  /// Unadjusted ones have variance v/(1 − b²/(4 v)) around the same mean.
  @Test func unadjustedChainsHaveTheirExactBias() throws {
    let found = try ends(Langevin { $0.steps = 400 }, chains: 4_000, seed: 2)
    for t in 0..<levels.steps {
      var normal = conditional(t)
      normal.variance = normal.variance.map { $0 / (1 - steps.step[t] * steps.step[t] / (4 * $0)) }
      expectMoments(found[t], normal, "level \(t)")
    }
  }

  private func expectMoments(_ coordinates: [[Double]], _ normal: Normal, _ label: String) {
    for (axis, values) in coordinates.enumerated() {
      expect(Estimate(values), isNear: normal.mean[axis], "\(label), mean \(axis)")
      let centred = values.map { $0 - normal.mean[axis] }
      expect(Estimate(centred.map { $0 * $0 }), isNear: normal.variance[axis], "\(label), variance \(axis)")
    }
  }

  /// Losses of `count` batches and their gradients with respect to θ.
  private func losses(_ model: Model, scale: Float, count: Int, rows: Int) throws -> (
    losses: [Float], gradients: [Float]
  ) {
    let store = model.scope.initialValues(seed: 0)
    let weight = try #require(model.energyWeights.first)
    store[weight] = [scale]
    let function = CompiledFunction(phase: .training) { _, context in
      let data = GaussianData().batch(rows, random: &context.random)
      let losses = self.objective.losses(for: data, model: model, &context)
      return [losses.energy, gradient(of: losses.energy, withRespectTo: weight.tensor)]
    }
    let results = (0..<count).map { function([], store: store, key: RandomKey(seed: 3, step: UInt64($0))) }
    return (results.map { $0[0].scalar }, results.map { $0[1].scalar })
  }

  /// At the truth the gradient is 0 on average; energies that are too flat or too steep are pushed back.
  @Test func theTruthIsStationary() throws {
    let rows = 4_096
    let model = try Model.gaussian(rows: rows)
    let found = try losses(model, scale: 1, count: 60, rows: rows)
    expect(Estimate(found.gradients), isNear: 0, "gradient")
    expect(Estimate(found.losses), isNear: 0, "loss")
    let flat = Estimate(try losses(model, scale: 0.5, count: 20, rows: rows).gradients)
    #expect(flat.mean < -8 * flat.standardError, "θ has to rise")
    let steep = Estimate(try losses(model, scale: 2, count: 20, rows: rows).gradients)
    #expect(steep.mean > 8 * steep.standardError, "θ has to fall")
  }

  /// Cov(x_t, x_{t+1}) is ā_t ā_{t+1} S + s̄_t s̄_{t+1} when the noise is shared and α_{t+1} (ā_t² S + s̄_t²) when it is
  /// not; both marginals are the same.
  @Test(arguments: [true, false])
  func pairsHaveTheirCovariance(sharesNoise: Bool) throws {
    let rows = 120_000
    let objective = CooperativeRecovery { $0.sharesNoise = sharesNoise }
    let model = try Model.gaussian(rows: rows, sampler: Langevin { $0.steps = 1 }, objective: objective)
    let store = model.scope.initialValues(seed: 0)
    let function = CompiledFunction(phase: .training) { _, context in
      [objective.losses(for: GaussianData().batch(rows, random: &context.random), model: model, &context).energy]
    }
    _ = function([], store: store, key: RandomKey(seed: 4))
    let (points, partners) = (model.value("energy.points", store), model.value("initializer.partners", store))
    let index = model.value("energy.index", store).map { Int($0) }
    for t in 0..<levels.steps {
      let chosen = index.indices.filter { index[$0] == t }
      // Each level has a share of 1/6.
      #expect(abs(Double(chosen.count) - Double(rows) / 6) < 4 * (Double(rows) * 5 / 36).squareRoot())
      let (signal, next) = (levels.signals[t], levels.signals[t + 1])
      let (noise, nextNoise) = (levels.noises[t], levels.noises[t + 1])
      let (low, high) = (Normal(signal: signal, noise: noise), Normal(signal: next, noise: nextNoise))
      for axis in 0..<2 {
        let x = chosen.map { Double(points[2 * $0 + axis]) / steps.multiplier[t] - low.mean[axis] }
        let partner = chosen.map { Double(partners[2 * $0 + axis]) - high.mean[axis] }
        let shared = signal * next * GaussianData.variance[axis] + noise * nextNoise
        let independent = next / signal * low.variance[axis]
        expect(Estimate(zip(x, partner).map { $0 * $1 }), isNear: sharesNoise ? shared : independent, "both, \(t)")
        expect(Estimate(x.map { $0 * $0 }), isNear: low.variance[axis], "x, \(t)")
        expect(Estimate(partner.map { $0 * $0 }), isNear: high.variance[axis], "partner, \(t)")
      }
    }
  }

  /// −ln p of x at a level, up to a constant: that of y = m x, whose variance is m² times as large.
  @Test func densityIsThatOfTheLevel() throws {
    let model = try Model.gaussian()
    let store = model.scope.initialValues(seed: 0)
    let points: [[Float]] = [[0, 0], [1, 2], [-0.7, 0.4]]
    for t in 0..<levels.steps {
      let function = CompiledFunction { inputs, context in
        [self.objective.energy(at: inputs[0], level: t, model: model, &context)]
      }
      let found = function([Tensor(rows: points)], store: store)[0].scalars
      let normal = Normal(signal: levels.signals[t], noise: levels.noises[t])
      for (row, point) in points.enumerated() {
        let expected = normal.energy(point.map(Double.init))
        #expect(abs(Double(found[row]) - expected) <= 1e-5 * max(1, expected), "level \(t), point \(row)")
      }
    }
  }

  /// With κ = 1 the last step is Tweedie's: x̂ = E[x | x_0] = μ + ā S (x_0 − ā μ)/(ā² S + s̄²).
  @Test func samplesHaveTheDatasLawAndTweedieIsThePosteriorMean() throws {
    let count = 20_000
    func samples(tweedie: Double) throws -> [Float] {
      let objective = CooperativeRecovery { $0.tweedie = tweedie }
      let model = try Model.gaussian(
        sampler: MALA {
          $0.steps = 150; $0.stepSize = 1.5
        }, objective: objective)
      let store = model.scope.initialValues(seed: 0)
      var probe = Context()
      #expect(
        objective.samples(2, model: model, &probe).map(\.level) == [5, 4, 3, 2, 1, 0] + (tweedie > 0 ? [nil] : []))
      let function = CompiledFunction { _, context in
        objective.samples(count, model: model, &context).suffix(1).map(\.points)
      }
      return function([], store: store, key: RandomKey(seed: 5))[0].scalars
    }
    let (noisy, clean) = (try samples(tweedie: 0), try samples(tweedie: 1))
    let normal = Normal(signal: levels.signals[0], noise: levels.noises[0])
    for axis in 0..<2 {
      let values = (0..<count).map { Double(noisy[2 * $0 + axis]) }
      let gain = levels.signals[0] * GaussianData.variance[axis] / normal.variance[axis]
      for row in 0..<count {
        let expected = GaussianData.mean[axis] + gain * (values[row] - normal.mean[axis])
        guard abs(Double(clean[2 * row + axis]) - expected) > 1e-5 * max(1, abs(expected)) else { continue }
        Issue.record("row \(row): \(clean[2 * row + axis]) instead of \(expected)")
        return
      }
    }
    expectMoments((0..<2).map { axis in (0..<count).map { Double(noisy[2 * $0 + axis]) } }, normal, "samples")
  }
}
