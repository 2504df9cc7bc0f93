import EBMCore
import Samplers
import Tensors
import Testing

/// Chains from far off arrive at the target's law. Only ends of chains are looked at, so that they are independent.
@Suite struct StationaryLawTests {
  @Test(
    arguments: [
      RandomWalkMetropolis {
        $0.steps = 300
        $0.stepSize = 0.9
      },
      MALA {
        $0.steps = 80; $0.stepSize = 0.7; $0.inverseMass = [1, 2.25]
      },
      MALA {
        $0.steps = 30; $0.stepSize = 1.2; $0.inverseMass = CorrelatedGaussian.covariance
      },
      HMC {
        $0.steps = 20; $0.stepSize = 0.4; $0.leapfrogSteps = 5
      },
      HMC {
        $0.steps = 20; $0.stepSize = 0.4; $0.leapfrogSteps = 4; $0.inverseMass = [1, 2.25]
      },
      HMC {
        $0.steps = 12; $0.stepSize = 0.9; $0.leapfrogSteps = 2; $0.inverseMass = CorrelatedGaussian.covariance
      },
      GeneralizedHMC {
        $0.steps = 80; $0.stepSize = 0.35; $0.leapfrogSteps = 2; $0.damping = 0.6
      },
      NUTS {
        $0.steps = 25; $0.stepSize = 0.4; $0.maximumDepth = 6
      },
      NUTS {
        $0.steps = 8; $0.stepSize = 0.7; $0.maximumDepth = 6; $0.inverseMass = CorrelatedGaussian.covariance
      },
      ParallelTempering {
        $0.sampler = MALA { $0.stepSize = 0.7 }
        $0.temperatures = [1, 2, 4]
        $0.steps = 25
        $0.stepsPerExchange = 3
      },
      UnderdampedLangevin {
        $0.steps = 120; $0.stepSize = 0.5; $0.friction = 1.5
      },
      UnderdampedLangevin {
        $0.steps = 80
        $0.stepSize = 1
        $0.friction = 1
        $0.inverseMass = CorrelatedGaussian.covariance
      },
    ] as [any Sampler])
  func correlatedGaussian(_ sampler: any Sampler) {
    let found = results(seed: 11) { context in
      let start = 3 * context.random.normal([20_000, 2])
      let chain = sampler.run(from: start, target: CorrelatedGaussian.target(), random: &context.random)
      return [chain.position, reported(chain.acceptance), chain.nonFinite]
    }
    CorrelatedGaussian.expectMoments(found[0], "\(sampler)")
    let acceptance = Estimate(found[1]).mean
    #expect(acceptance > 0.2 && acceptance <= 1, "\(sampler): acceptance \(acceptance)")
    #expect(found[2].allSatisfy { $0 == 0 })
  }

  @Test(
    arguments: [
      RandomWalkMetropolis {
        $0.steps = 200; $0.stepSize = 1.2
      },
      MALA {
        $0.steps = 200; $0.stepSize = 0.6
      },
      HMC {
        $0.steps = 60; $0.stepSize = 0.3; $0.leapfrogSteps = 4
      },
      GeneralizedHMC {
        $0.steps = 150; $0.stepSize = 0.25; $0.leapfrogSteps = 3; $0.damping = 0.5
      },
      NUTS {
        $0.steps = 150; $0.stepSize = 0.3; $0.maximumDepth = 5
      },
      ParallelTempering {
        $0.sampler = RandomWalkMetropolis { $0.stepSize = 0.8 }
        $0.temperatures = [1, 3]
        $0.steps = 60
        $0.stepsPerExchange = 3
      },
      RejectionSampling {
        $0.steps = 60; $0.proposal = .uniform; $0.width = 2.2; $0.logBound = 1.4816045
      },
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
      HMC {
        $0.steps = 60; $0.stepSize = 0.25; $0.leapfrogSteps = 8
      },
      GeneralizedHMC {
        $0.steps = 200; $0.stepSize = 0.3; $0.leapfrogSteps = 4; $0.damping = 0.7
      },
      NUTS {
        $0.steps = 40; $0.stepSize = 0.3; $0.maximumDepth = 6
      },
    ] as [any Sampler])
  func bentGaussian(_ sampler: any Sampler) {
    let found = results(seed: 13) { context in
      let start = context.random.normal([20_000, 2])
      return [sampler.run(from: start, target: BentGaussian.target, random: &context.random).position]
    }
    BentGaussian.expectMoments(found[0], "\(sampler)")
  }
}
