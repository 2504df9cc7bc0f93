import EBM
import EBMCore
import Samplers
import Tensors
import Testing

/// ebmkit's comparison of samplers on a banana: x₁ ~ N(0, 1), x₂ ~ N(x₁², ¼), 2,000 chains of 400 steps from N(0, I), the
/// squared maximum mean discrepancy of their ends to 3,000 exact draws.
@Suite struct BananaTests {
  private static let target = Target { x in
    let first = x.sliced(alongAxis: 1, 0..<1)
    let offset = x.sliced(alongAxis: 1, 1..<2) - first.squared()
    return (0.5 * first.squared() + 2 * offset.squared()).sum(alongAxes: 1)
  }

  /// Exact draws.
  private static let draws: [Float] = results(seed: 71) { context in
    let normal = context.random.normal([3_000, 2])
    let first = normal.sliced(alongAxis: 1, 0..<1)
    return [
      Tensor.concatenated([first, 0.5 * normal.sliced(alongAxis: 1, 1..<2) + first.squared()], alongAxis: 1)
    ]
  }[0]

  /// A normal law of the same moments, which a test has to tell from the banana.
  private static let normal: [Float] = results(seed: 72) { context in
    [context.random.normal([2_000, 2]) * Tensor([1, 1.5]) + Tensor([0, 1])]
  }[0]

  /// Steps η of the convention x − η∇E + √(2η) ε are b = √(2η): 0.02 for unadjusted Langevin, plain and preconditioned
  /// with their diagonal (1, ¼) as precisions, and 0.05 for MALA. Their figures were read from a plot, with one kernel
  /// of the median width; ours has five around it.
  @Test(
    arguments: [
      (MALA { $0.stepSize = Float(0.1).squareRoot() }, 0),
      (
        HMC {
          $0.stepSize = 0.1
          $0.leapfrogSteps = 15
        }, 0.0001
      ),
      (
        UnderdampedLangevin {
          $0.stepSize = 0.03; $0.friction = 1
        }, -0.0001
      ),
      (
        Langevin {
          $0.stepSize = 0.2
        }, 0.0020
      ),
      (
        PreconditionedLangevin {
          $0.stepSize = 0.2; $0.inverseMass = [1, 4]
        }, 0.0015
      ),
    ] as [(any Sampler, Double)])
  func discrepanciesAreThoseOfOthers(sampler: any Sampler, theirs: Double) throws {
    let ends = results(seed: 73) { context in
      let start = context.random.normal([2_000, 2])
      return [sampler.run(from: start, target: Self.target, steps: 400, random: &context.random).position]
    }[0]
    let rows = stride(from: 0, to: ends.count, by: 2).map { Array(ends[$0..<$0 + 2]) }
    // Without a Metropolis test, steps this long leave the banana's far ends for good now and then.
    let finite = rows.filter { $0.allSatisfy(\.isFinite) }
    #expect(finite.count == rows.count || !sampler.isExact && finite.count > 1_980)
    let metric = MaximumMeanDiscrepancy()
    let figure = try #require(metric.discrepancy(finite.flatMap { $0 }, Self.draws, width: 2))
    let error = try #require(figure.standardError)
    #expect(abs(figure.value - theirs) < 4 * error, "\(sampler): \(figure.value) ± \(error), not \(theirs)")
    let blind = try #require(metric.discrepancy(Self.normal, Self.draws, width: 2))
    #expect(figure.value < 0.3 * blind.value, "\(sampler): \(figure.value); a normal law has \(blind.value)")
  }
}
