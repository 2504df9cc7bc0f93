import EBMCore
import Samplers
import Tensors
import Testing

/// Chains from far off arrive at the target's law. Only ends of chains are looked at, so that they are independent.
@Suite struct StationaryLawTests {
  @Test(
    arguments: [
      RandomWalkMetropolis(steps: 300, stepSize: 0.9), MALA(steps: 80, stepSize: 0.7, inverseMass: [1, 2.25]),
      MALA(steps: 30, stepSize: 1.2, inverseMass: CorrelatedGaussian.covariance),
      HMC(steps: 20, stepSize: 0.4, leapfrogSteps: 5),
      HMC(steps: 20, stepSize: 0.4, leapfrogSteps: 4, inverseMass: [1, 2.25]),
      HMC(steps: 12, stepSize: 0.9, leapfrogSteps: 2, inverseMass: CorrelatedGaussian.covariance),
      GeneralizedHMC(steps: 80, stepSize: 0.35, leapfrogSteps: 2, damping: 0.6),
      NUTS(steps: 25, stepSize: 0.4, maximumDepth: 6),
      NUTS(steps: 8, stepSize: 0.7, maximumDepth: 6, inverseMass: CorrelatedGaussian.covariance),
      ParallelTempering(MALA(stepSize: 0.7), temperatures: [1, 2, 4], steps: 25, stepsPerExchange: 3),
      UnderdampedLangevin(steps: 120, stepSize: 0.5, friction: 1.5),
      UnderdampedLangevin(steps: 80, stepSize: 1, friction: 1, inverseMass: CorrelatedGaussian.covariance),
    ] as [any Sampler])
  func correlatedGaussian(_ sampler: any Sampler) {
    let found = results(seed: 11) { context in
      let start = 3 * context.random.normal([20_000, 2])
      let chain = sampler.runWithDiagnostics(from: start, target: CorrelatedGaussian.target(), random: &context.random)
      return [chain.position, reported(chain.acceptance), chain.nonFinite]
    }
    CorrelatedGaussian.expectMoments(found[0], "\(sampler)")
    let acceptance = Estimate(found[1]).mean
    #expect(acceptance > 0.2 && acceptance <= 1, "\(sampler): acceptance \(acceptance)")
    #expect(found[2].allSatisfy { $0 == 0 })
  }

  @Test(
    arguments: [
      RandomWalkMetropolis(steps: 200, stepSize: 1.2), MALA(steps: 200, stepSize: 0.6),
      HMC(steps: 60, stepSize: 0.3, leapfrogSteps: 4),
      GeneralizedHMC(steps: 150, stepSize: 0.25, leapfrogSteps: 3, damping: 0.5),
      NUTS(steps: 150, stepSize: 0.3, maximumDepth: 5),
      ParallelTempering(RandomWalkMetropolis(stepSize: 0.8), temperatures: [1, 3], steps: 60, stepsPerExchange: 3),
      RejectionSampling(steps: 60, proposal: .uniform, width: 2.2, logBound: 1.4816045),
    ] as [any Sampler])
  func doubleWell(_ sampler: any Sampler) {
    let found = results(seed: 12) { context in
      // One well alone: chains have to cross.
      let start = 1 + 0.1 * context.random.normal([20_000, 1])
      return [sampler.run(from: start, target: DoubleWell.target, random: &context.random).position]
    }
    DoubleWell.expectMoments(found[0], "\(sampler)")
  }

  @Test(
    arguments: [
      HMC(steps: 60, stepSize: 0.25, leapfrogSteps: 8),
      GeneralizedHMC(steps: 200, stepSize: 0.3, leapfrogSteps: 4, damping: 0.7),
      NUTS(steps: 40, stepSize: 0.3, maximumDepth: 6),
    ] as [any Sampler])
  func bentGaussian(_ sampler: any Sampler) {
    let found = results(seed: 13) { context in
      let start = context.random.normal([20_000, 2])
      return [sampler.run(from: start, target: BentGaussian.target, random: &context.random).position]
    }
    BentGaussian.expectMoments(found[0], "\(sampler)")
  }
}
