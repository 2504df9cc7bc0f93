import EBMCore
import Foundation
import Samplers
import Tensors
import Testing

@Suite struct MALATests {
  private static let mean: [Float] = [1, -2]
  /// Σ = L Lᵀ and its inverse, correlation 0.8.
  private static let covariance = [1.0, 1.2, 2.25]
  private static let factor = Tensor([1, 0, 1.2, 0.9], shape: [2, 2])
  private static let precision = Tensor([2.25, -1.2, -1.2, 1].map { Float($0 / 0.81) }, shape: [2, 2])

  @Sendable private static func energy(_ x: Tensor) -> Tensor {
    let centred = x - Tensor(mean)
    return 0.5 * (centred.matmul(precision) * centred).sum(alongAxes: 1)
  }

  /// Moments of rows `[count, 2]`, given as a mean of numbers of each row.
  private static func expectMoments(_ rows: [Float], sourceLocation: SourceLocation = #_sourceLocation) {
    func estimate(_ value: (Double, Double) -> Double) -> Estimate {
      Estimate(
        stride(from: 0, to: rows.count, by: 2).map { value(Double(rows[$0] - mean[0]), Double(rows[$0 + 1] - mean[1])) }
      )
    }
    expect(estimate { x, _ in x }, isNear: 0, "first mean", sourceLocation: sourceLocation)
    expect(estimate { _, y in y }, isNear: 0, "second mean", sourceLocation: sourceLocation)
    expect(estimate { x, _ in x * x }, isNear: covariance[0], "first variance", sourceLocation: sourceLocation)
    expect(estimate { x, y in x * y }, isNear: covariance[1], "covariance", sourceLocation: sourceLocation)
    expect(estimate { _, y in y * y }, isNear: covariance[2], "second variance", sourceLocation: sourceLocation)
  }

  /// From a start far off; ends of chains are independent. At this step unadjusted Langevin's variances are wrong by
  /// tens of standard errors.
  @Test func isUnbiasedOnACorrelatedGaussian() {
    let function = CompiledFunction { _, context in
      let start = 3 * context.random.normal([300_000, 2])
      let target = Target { Self.energy($0) }
      let chain = MALA {
        $0.steps = 120
        $0.stepSize = 0.7
      }.run(from: start, target: target, random: &context.random)
      return [chain.position, reported(chain.acceptance)]
    }
    let results = function([], key: RandomKey(seed: 3))
    Self.expectMoments(results[0].scalars)
    let acceptance = Estimate(results[1].scalars).mean
    #expect(acceptance > 0.5 && acceptance < 0.95, "acceptance \(acceptance)")
  }

  @Test func oneStepFromExactDrawsStaysExact() {
    let function = CompiledFunction { _, context in
      let start = Tensor(Self.mean) + context.random.normal([2_000_000, 2]).matmul(Self.factor, transposeRight: true)
      let chain = MALA {
        $0.steps = 1; $0.stepSize = 1.1
      }.run(
        from: start, target: Target { Self.energy($0) }, random: &context.random)
      return [start, chain.position, reported(chain.acceptance)]
    }
    let results = function([], key: RandomKey(seed: 4))
    Self.expectMoments(results[1].scalars)
    let moved = zip(results[0].scalars, results[1].scalars).filter { $0 != $1 }.count
    let acceptance = Estimate(results[2].scalars)
    let share = Double(moved) / 4_000_000
    #expect(share > 0.2 && share < 0.8, "\(share) of the chains moved: the test sees the accept rule")
    // Accepted is a coin of the probability that is reported, so √(p (1 − p)/n) is its error at most.
    #expect(abs(share - acceptance.mean) < 4 * (0.25 / 2_000_000).squareRoot())
  }

  /// The logistic distribution, E = x + 2 ln(1 + e⁻ˣ), whose distribution function is the sigmoid: 20 bins of equal
  /// probability after a step from exact draws, each row with a scale of its own.
  @Test func oneStepKeepsAWholeDistribution() {
    let (count, bins) = (2_000_000, 20)
    let function = CompiledFunction { _, context in
      let u = context.random.uniform([count, 1])
      let scale = Tensor(1.5) + 2 * context.random.uniform([count])
      let target = Target(scale: scale) { x in (x + 2 * (-x).softplus()).sum(alongAxes: 1) }
      let chain = MALA { $0.steps = 1 }.run(from: u.log() - (1 - u).log(), target: target, random: &context.random)
      return [chain.position.sigmoid(), reported(chain.acceptance)]
    }
    let results = function([], key: RandomKey(seed: 5))
    var counts = [Double](repeating: 0, count: bins)
    for value in results[0].scalars { counts[min(bins - 1, Int(value * Float(bins)))] += 1 }
    let expected = Double(count) / Double(bins)
    let statistic = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    // χ² of 19 degrees of freedom exceeds 52.8 with probability 5 · 10⁻⁵.
    #expect(statistic < 52.8)
    #expect(Estimate(results[1].scalars).mean < 0.9)
  }

  /// Beyond 1 the energy, or its gradient, is not finite: chains never go there and go on elsewhere.
  @Test(arguments: ["NaN", "infinity", "-infinity", "gradient"])
  func refusesWhatIsNotFinite(_ kind: String) {
    @Sendable func forbidden(_ x: Tensor) -> Tensor {
      switch kind {
      case "NaN": 0 * x + Tensor(.nan)
      case "infinity": 0 * x + Tensor(.infinity)
      case "-infinity": 0 * x - Tensor(.infinity)
      // min(e^u, 1) is 1 for all u ≥ 0; where e^u is infinite its derivative is 0 · ∞.
      default: Tensor.minimum((1e6 * Tensor.maximum(x - 1, Tensor(0))).exp(), Tensor(1)) - 1
      }
    }
    let count = 2_000
    let function = CompiledFunction { _, context in
      let target = Target { x in (0.5 * x.squared() + Tensor.select(x .> 1, forbidden(x), 0 * x)).sum(alongAxes: 1) }
      let start = Tensor(0.9).broadcast(to: [count, 1])
      let chain = MALA {
        $0.steps = 40; $0.stepSize = 1
      }.run(from: start, target: target, random: &context.random)
      return [chain.position, reported(chain.acceptance)]
    }
    let results = function([], key: RandomKey(seed: 6))
    let (positions, acceptances) = (results[0].scalars, results[1].scalars)
    #expect(positions.allSatisfy { $0.isFinite && $0 <= 1.0001 })
    #expect(positions.filter { $0 < 0.5 }.count > count / 2, "chains move on")
    #expect(acceptances.allSatisfy { $0 >= 0 && $0 < 1 })
    // The law is the normal one cut off at 1, whose mean is −φ(1)/Φ(1).
    expect(Estimate(positions), isNear: -exp(-0.5) / (2 * Double.pi).squareRoot() / 0.841344746, "mean")
  }

  /// Chains that start where the energy is infinite may leave.
  @Test func leavesAnInfiniteStart() {
    let function = CompiledFunction { _, context in
      let target = Target { x in
        Tensor.select(x .> 1, 0 * x + Tensor(.infinity), 0.5 * x.squared()).sum(alongAxes: 1)
      }
      let start = Tensor(1.2).broadcast(to: [200, 1])
      return [MALA { $0.steps = 60 }.run(from: start, target: target, random: &context.random).position]
    }
    #expect(function([], key: RandomKey(seed: 7))[0].scalars.allSatisfy { $0 <= 1 })
  }
}
