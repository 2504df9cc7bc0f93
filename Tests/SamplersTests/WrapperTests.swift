import EBMCore
import Foundation
import Samplers
import Tensors
import Testing

@Suite struct WrapperTests {
  // MARK: Tempering

  /// Wells at ±4: a chain alone stays in its own, replicas divide themselves evenly.
  @Test func temperingCrossesWhereOneChainDoesNot() {
    func right(_ sampler: any Sampler, steps: Int) -> Estimate {
      let found = results(seed: 81) { context in
        let target = Target { x in
          let wells = Tensor.concatenated([-0.5 * (x - 4).squared(), -0.5 * (x + 4).squared()], alongAxis: 1)
          return -wells.logSumExp(alongAxes: 1)
        }
        let start = -4 + context.random.normal([2_000, 1])
        let chain = sampler.run(from: start, target: target, steps: steps, random: &context.random)
        return [chain.position .> 0]
      }
      return Estimate(found[0])
    }
    let alone = right(MALA { $0.stepSize = 1 }, steps: 400)
    #expect(alone.mean < 0.05)
    let tempered = ParallelTempering {
      $0.sampler = MALA { $0.stepSize = 1 }
      $0.temperatures = [1, 3, 9]
      $0.stepsPerExchange = 2
    }
    expect(right(tempered, steps: 200), isNear: 0.5, "right well")
  }

  @Test func laddersAreChecked() {
    #expect(
      ParallelTempering {
        $0.sampler = MALA(); $0.temperatures = [1, 2]
      }.conflicts().isEmpty)
    #expect(
      ParallelTempering {
        $0.sampler = MALA(); $0.temperatures = [2, 3]
      }.conflicts().count == 1)
    #expect(
      ParallelTempering {
        $0.sampler = MALA(); $0.temperatures = [1, 3, 2]
      }.conflicts().count == 1)
  }

  // MARK: Masks

  /// The first coordinate is observed: it keeps its bits, and the second has its law given the first, of mean
  /// −2 + 1.2 (x − 1) and variance 0.81.
  @Test(
    arguments: [
      MALA { $0.stepSize = 0.9 },
      HMC {
        $0.stepSize = 0.4; $0.leapfrogSteps = 3
      },
      RandomWalkMetropolis {
        $0.stepSize = 1
      },
      NUTS {
        $0.stepSize = 0.6
        $0.maximumDepth = 4
      }, GeneralizedHMC { $0.stepSize = 0.4 }, UnderdampedLangevin { $0.stepSize = 0.3 },
    ] as [any Sampler])
  func observedCoordinatesStay(_ sampler: any Sampler) {
    let found = results(seed: 82) { context in
      let start = 2 * context.random.normal([10_000, 2])
      let masked = Masked {
        $0.sampler = sampler; $0.observed = [0]
      }
      let chain = masked.run(from: start, target: CorrelatedGaussian.target(), steps: 60, random: &context.random)
      return [start, chain.position]
    }
    let (start, end) = (found[0], found[1])
    var rest: [Double] = []
    for row in 0..<10_000 {
      #expect(start[2 * row].bitPattern == end[2 * row].bitPattern)
      rest.append(Double(end[2 * row + 1]) + 2 - 1.2 * (Double(end[2 * row]) - 1))
    }
    expect(Estimate(rest), isNear: 0, "\(sampler): mean")
    expect(Estimate(rest.map { $0 * $0 }), isNear: 0.81, "\(sampler): variance")
  }

  /// In every step, not at the end alone.
  @Test func observedCoordinatesStayInEveryStep() {
    let found = results(seed: 83) { context in
      let masked = Masked {
        $0.sampler = Langevin { $0.stepSize = 0.3 }; $0.observed = [1, 2]
      }
      let target = Target { x in (x.squared().squared()).sum(alongAxes: 1, 2) }
      let start = context.random.normal([50, 2, 2])
      var state = masked.start(at: start, target: target)
      var outputs = [start]
      for step in 0..<4 {
        var stream = context.random.split("step \(step)")
        _ = masked.step(&state, target: target, random: &stream)
        outputs.append(masked.position(of: state))
      }
      return outputs
    }
    for after in found.dropFirst() {
      for index in found[0].indices {
        #expect((after[index] == found[0][index]) == [1, 2].contains(index % 4))
      }
    }
  }

  // MARK: Steps

  /// √(15/K), and the very steps of a sampler that is so much longer.
  @Test func fewerStepsAreLonger() {
    for (steps, factor) in [(8, 1.369306), (5, 1.732051), (3, 2.236068)] as [(Int, Float)] {
      let reduced = ReducedSteps(
        Langevin {
          $0.steps = 15; $0.stepSize = 0.5
        }, steps: steps)
      #expect(abs(reduced.stepMultiplier - factor) < 1e-6)
      let found = results(seed: 84) { context in
        let start = context.random.normal([20, 2])
        var (first, second) = (context.random, context.random)
        let target = CorrelatedGaussian.target(scale: Tensor(0.5))
        let longer = CorrelatedGaussian.target(scale: Tensor(0.5) * Tensor(reduced.stepMultiplier))
        return [
          reduced.run(from: start, target: target, random: &first).position,
          Langevin {
            $0.steps = steps
            $0.stepSize = 0.5
          }.run(from: start, target: longer, random: &second).position,
        ]
      }
      #expect(found[0] == found[1])
    }
  }

  // MARK: Annealing

  /// Data N(0, 1): E(x; σ) = x²/(2 (1 + σ²)). The chain's variance follows V ← (1 − a/(2 (1 + σ²)))² V + a, step by step.
  @Test(arguments: [false, true])
  func annealedChainsHaveTheirVariance(denoises: Bool) {
    let sampler = AnnealedLangevin {
      $0.levels = 4
      $0.largestNoise = 2
      $0.smallestNoise = 0.5
      $0.stepsPerLevel = 3
      $0.stepSize = 0.1
      $0.denoises = denoises
    }
    let noises: [Double] = (0..<4).map { 2 * pow(0.25, Double($0) / 3) }
    #expect(zip(sampler.noises, noises).allSatisfy { abs(Double($0) - $1) < 1e-6 })
    var variance = 9.0
    for noise in noises {
      for _ in 0..<3 {
        let a = 0.1 * noise * noise / 0.25
        variance = pow(1 - a / (2 * (1 + noise * noise)), 2) * variance + a
      }
    }
    if denoises { variance *= pow(1 - 0.25 / 1.25, 2) }
    let found = results(seed: 85) { context in
      let target = Target(
        noisyEnergy: { x, noise in 0.5 * x.squared().sum(alongAxes: 1) / (1 + noise.squared()) },
        energy: { x in 0.5 * x.squared().sum(alongAxes: 1) })
      let start = 3 * context.random.normal([40_000, 1])
      return [sampler.run(from: start, target: target, random: &context.random).position.squared()]
    }
    expect(Estimate(found[0]), isNear: variance, "variance")
  }
}
