import EBMCore
import Samplers
import Tensors
import Testing

/// The posterior of eight schools, not centred, against the reference draws of posteriordb:
/// y_j ~ N(μ + τ η_j, σ_j²), η ~ N(0, I), μ ~ N(0, 5²), τ ~ half-Cauchy(5), in the coordinates (μ, ln τ, η).
@Suite struct EightSchoolsTests {
  private static let effects = Tensor([28, 8, -3, 7, -1, 1, 18, 12])
  private static let errors = Tensor([15, 10, 16, 11, 9, 11, 10, 18])

  private static func parameters(_ x: Tensor) -> (mean: Tensor, deviation: Tensor, schools: Tensor) {
    let (mean, deviation) = (x.sliced(alongAxis: 1, 0..<1), x.sliced(alongAxis: 1, 1..<2).exp())
    return (mean, deviation, mean + deviation * x.sliced(alongAxis: 1, 2..<10))
  }

  private static let target = Target { x in
    let (mean, deviation, schools) = parameters(x)
    let misfit = ((effects - schools) / errors).squared() + x.sliced(alongAxis: 1, 2..<10).squared()
    let prior = 0.5 * (mean / 5).squared() + (1 + (deviation / 5).squared()).log() - x.sliced(alongAxis: 1, 1..<2)
    return 0.5 * misfit.sum(alongAxes: 1) + prior.sum(alongAxes: 1)
  }

  @Test func warmedUpNUTSFindsThePosterior() {
    let start = CompiledFunction { _, context in [context.random.normal([64, 10])] }([])[0]
    let tuned = WarmUp(steps: 200).tune(NUTS(maximumDepth: 6), target: Self.target, from: start, seed: 8)
    let found = results(seed: 111) { context in
      let start = context.random.normal([3_000, 10])
      let chain = tuned.sampler.runWithDiagnostics(from: start, target: Self.target, steps: 60, random: &context.random)
      let (mean, deviation, schools) = Self.parameters(chain.position)
      return [mean, deviation, schools, chain.divergent]
    }
    func expectNear(_ numbers: [Float], _ reference: Double, _ label: String) {
      let estimate = Estimate(numbers)
      // The reference has an error of its own.
      let error = (estimate.standardError * estimate.standardError + 0.055 * 0.055).squareRoot()
      #expect(abs(estimate.mean - reference) < 4 * error, "\(label): \(estimate.mean) ± \(error), not \(reference)")
    }
    expectNear(found[0], 4.4105, "μ")
    expectNear(found[1], 3.6021, "τ")
    for (school, reference) in [6.1505, 4.9396, 3.9059, 4.7960, 3.6144, 4.0511, 6.3172, 4.8840].enumerated() {
      expectNear(stride(from: school, to: found[2].count, by: 8).map { found[2][$0] }, reference, "school \(school)")
    }
    #expect(Estimate(found[3]).mean < 0.02 * 60)
  }
}
