import EBMCore
import Foundation
import Samplers
import Tensors
import Testing

@Suite struct RejectionSamplingTests {
  private static func run(_ sampler: RejectionSampling, _ target: Target) -> (acceptance: [Float], divergent: [Float]) {
    let found = results(seed: 71) { context in
      let start = Tensor(0).broadcast(to: [20_000, 1])
      let chain = sampler.run(from: start, target: target, random: &context.random)
      return [reported(chain.acceptance), chain.divergent]
    }
    return (found[0], found[1])
  }

  /// ln Z from the acceptance, under either envelope, within 4 standard errors of quadrature.
  @Test(arguments: [RejectionSampling.Proposal.uniform, .gaussian])
  func estimatesTheNormalizer(_ proposal: RejectionSampling.Proposal) {
    // exp(−E) ≤ 1 = C/(2 · 2.5) on the interval; under N(0, 1.2²) the ratio's largest value is that at x² = 1 + 1/11.52,
    // E = 2/11.52², ln C = −E + x²/2.88 + ln(1.2 √(2π)).
    let peak = -2 / (11.52 * 11.52) + (1 + 1 / 11.52) * 2 / 5.76 + log(1.2 * (2 * Double.pi).squareRoot())
    let logBound = proposal == .uniform ? log(5.0) : peak + 1e-4
    let sampler = RejectionSampling {
      $0.steps = 20
      $0.proposal = proposal
      $0.width = proposal == .uniform ? 2.5 : 1.2
      $0.logBound = Float(logBound)
    }
    let (acceptance, divergent) = Self.run(sampler, DoubleWell.target)
    let estimate = Estimate(acceptance)
    let error = estimate.standardError / estimate.mean
    let found = sampler.logNormalizer(acceptance: estimate.mean)
    #expect(abs(found - DoubleWell.logNormalizer) < 4 * error, "\(found) ± \(error)")
    #expect(error < 0.005)
    #expect(divergent.allSatisfy { $0 == 0 }, "the envelope holds")
  }

  @Test func aBrokenEnvelopeShows() {
    let sampler = RejectionSampling {
      $0.steps = 5
      $0.proposal = .uniform
      $0.width = 2.5
      $0.logBound = Float(log(5.0) - 0.2)
    }
    #expect(Estimate(Self.run(sampler, DoubleWell.target).divergent).mean > 0.1)
  }
}
