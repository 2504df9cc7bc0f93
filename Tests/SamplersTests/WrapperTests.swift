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

  /// Replicas that start where the chain does are no draws at their own temperatures, and the sampler says so: from exact
  /// draws the first rounds leave the law, many rounds come back to it.
  @Test func temperingIsExactInTheLimitAlone() {
    let tempered = ParallelTempering {
      $0.sampler = MALA(); $0.temperatures = [1, 2, 4, 8]; $0.stepsPerExchange = 1
    }
    #expect(!tempered.isExact && tempered.isExactInTheLimit)
    #expect(!ParallelTempering { $0.sampler = Langevin() }.isExactInTheLimit)
    func square(_ rounds: Int) -> Estimate {
      let found = results(seed: 86) { context in
        // ½ N(−1.2, 0.8²) + ½ N(1.2, 0.8²).
        let target = Target { x in
          let logs = [-1.2, 1.2].map { (mean: Float) in -0.5 / 0.64 * (x - mean).squared() }
          return -Tensor.concatenated(logs, alongAxis: 1).logSumExp(alongAxes: 1)
        }
        let sign = 2 * (context.random.uniform([200_000, 1]) .< 0.5) - 1
        let start = 1.2 * sign + 0.8 * context.random.normal([200_000, 1])
        return [
          tempered.run(from: start, target: target, steps: rounds, random: &context.random).position.squared()
        ]
      }
      return Estimate(found[0])
    }
    let first = square(1)
    #expect(abs(first.mean - 2.08) > 6 * first.standardError, "\(first)")
    expect(square(60), isNear: 2.08, "after many rounds")
  }

  /// Replicas, and rounds within one traced body, draw numbers of their own.
  @Test func nothingIsDrawnTwice() {
    for sampler in [
      ParallelTempering {
        $0.sampler = RandomWalkMetropolis(); $0.temperatures = [1, 1.000001]; $0.stepsPerExchange = 1
      }, NUTS(), Gibbs(),
    ] as [any Sampler] {
      let found = results(seed: 87) { context in
        let isDiscrete = sampler is Gibbs
        let target = Target(values: isDiscrete ? .spin : .continuous) { x in (0 * x).sum(alongAxes: 1) }
        var states = (0..<2).map { _ in
          sampler.erasedState(at: Tensor(isDiscrete ? 1 : 0).broadcast(to: [2_000, 4]), target: target)
        }
        // Two steps one after the other from the same place.
        for index in 0..<2 {
          _ = sampler.step(erased: &states[index], target: target, random: &context.random)
        }
        return states.map { sampler.position(erased: $0) }
      }
      let same = zip(found[0], found[1]).filter { $0 == $1 }.count
      #expect(same < found[0].count * (sampler is Gibbs ? 6 : 1) / 10, "\(type(of: sampler).name): \(same)")
    }
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

  /// From exact draws of the free coordinates given the others, one step stays exact: nothing else is tested with them.
  @Test func oneStepIsExact() {
    for sampler in [MALA { $0.stepSize = 1.5 }, HMC { $0.stepSize = 0.9 }, RandomWalkMetropolis { $0.stepSize = 2 }]
      as [any Sampler]
    {
      let found = results(seed: 88) { context in
        let start = CorrelatedGaussian.draws(60_000, &context.random)
        let masked = Masked {
          $0.sampler = sampler; $0.observed = [0]
        }
        return [
          masked.run(from: start, target: CorrelatedGaussian.target(), steps: 1, random: &context.random).position
        ]
      }
      CorrelatedGaussian.expectMoments(found[0], "\(type(of: sampler).name)")
    }
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
        var (first, second) = (context.random.repeated(), context.random.repeated())
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

  /// Samplers that plan all of their steps take them all, whatever is asked for, inside others too, and are not cut up.
  @Test func plansAreKept() {
    let annealed = AnnealedLangevin {
      $0.levels = 3; $0.stepsPerLevel = 2
    }
    let masked = Masked {
      $0.sampler = annealed; $0.observed = [1]
    }
    #expect(annealed.plansSteps && masked.plansSteps && !MALA().plansSteps)
    let found = results(seed: 89) { context in
      let start = context.random.normal([10, 2])
      return ([annealed, masked] as [any Sampler]).map { sampler in
        sampler.run(from: start, target: CorrelatedGaussian.target(), steps: 1, random: &context.random).evaluations
      }
    }
    #expect(found.allSatisfy { $0.allSatisfy { $0 == 6 } })
    for holder in [
      ReducedSteps(annealed, steps: 3).conflicts(), ParallelTempering { $0.sampler = annealed }.conflicts(),
    ] {
      #expect(holder.count == 1 && holder[0].hasPrefix("annealed-langevin plans all of its steps"), "\(holder)")
    }
  }

  /// Whatever a target is wrapped in, its noisy energies, its values and its scale come along, and its sweep where the
  /// density is the same.
  @Test func wrappedTargetsLoseNothing() {
    let target = Target(
      scale: Tensor([2, 3]), values: .spin, gibbsSweep: { x, _ in -x },
      noisyEnergy: { x, noise in x.sumOfFeatures() + noise }, energy: { $0.sumOfFeatures() })
    let x = Tensor([1, 2, 3, 4], shape: [2, 2])
    let noise = Tensor([10, 20])
    var stream = RandomStream()
    let found: [(Target, energy: [Float], noisy: [Float]?, scale: [Float], sweep: [Float]?)] = [
      (target.scaled(by: Tensor(2)), [3, 7], [13, 27], [4, 6], [-1, -2, -3, -4]),
      (target.tempered(by: 4), [0.75, 1.75], [3.25, 6.75], [4, 6], nil),
      (target.tempered(by: 1), [3, 7], [13, 27], [2, 3], [-1, -2, -3, -4]),
      (target.derived { energy, x in energy(2 * x) + 1 }, [7, 15], [17, 35], [2, 3], nil),
      (target.taking(rowsOf: [2, 2, 1]), [3, 7], [13, 27], [2, 3], [-1, -2, -3, -4]),
      (target.blurred(by: noise), [13, 27], nil, [2, 3], nil),
    ]
    for (wrapped, energy, noisy, scale, sweep) in found {
      #expect(wrapped.values == .spin && wrapped.scale.scalars == scale)
      #expect(wrapped.energy(x).scalars == energy)
      #expect(wrapped.noisyEnergy?(x, noise).scalars == noisy)
      #expect(wrapped.gibbsSweep?(x, &stream).scalars == sweep)
    }
  }

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
