import EBMCore
import Samplers
import Tensors
import Testing

/// From exact draws a Metropolis kernel stays at the target, whatever its step size and whether or not it mixes.
@Suite struct ExactStepTests {
  private static let count = 100_000

  @Test(
    arguments: [
      (RandomWalkMetropolis { $0.stepSize = 1.5 }, 1),
      (
        RandomWalkMetropolis {
          $0.stepSize = 1
          $0.inverseMass = [4]
        }, 1
      ),
      (
        MALA {
          $0.stepSize = 1.2; $0.inverseMass = [3]
        }, 1
      ),
      (
        HMC {
          $0.stepSize = 1.6; $0.leapfrogSteps = 3
        }, 1
      ),
      (
        HMC {
          $0.stepSize = 1; $0.leapfrogSteps = 2; $0.inverseMass = [3]
        }, 1
      ),
      // Momenta that are kept matter from the second step on.
      (
        GeneralizedHMC {
          $0.stepSize = 1.9; $0.leapfrogSteps = 1; $0.damping = 0.9
        }, 4
      ),
      (
        NUTS {
          $0.stepSize = 1.3
          $0.maximumDepth = 4
        }, 1
      ),
      (
        NUTS {
          $0.stepSize = 0.9; $0.maximumDepth = 2; $0.inverseMass = [3]
        }, 2
      ),
    ] as [(any Sampler, Int)])
  func staysAtTheLogisticLaw(sampler: any Sampler, steps: Int) {
    let found = results(seed: 21) { context in
      let start = Logistic.draws(Self.count, &context.random)
      // Every chain has a scale of its own.
      let target = Logistic.target(scale: 0.8 + context.random.uniform([Self.count]))
      let chain = sampler.run(from: start, target: target, steps: steps, random: &context.random)
      return [chain.position.sigmoid(), reported(chain.acceptance), start.sigmoid(), chain.position .== start]
    }
    expectUniform(found[0], "\(sampler)")
    let acceptance = Estimate(found[1]).mean
    #expect(acceptance > 0.3 && acceptance < 0.97, "\(sampler): acceptance \(acceptance) tells nothing of the test")
    #expect(Estimate(found[3]).mean < 0.7, "\(sampler): chains move")
    // The reported probability is the share that moves.
    if steps == 1, !(sampler is NUTS) {
      let moved = Estimate(found[3].map { 1 - Double($0) })
      #expect(abs(moved.mean - acceptance) < 4 * moved.standardError, "\(sampler)")
    }
  }

  /// Replicas at N(0, T), where they belong: after moves and exchanges each is there again.
  @Test func replicasStayAtTheirTemperatures() {
    let temperatures: [Float] = [1, 2.5, 6]
    let sampler = ParallelTempering {
      $0.sampler = MALA { $0.stepSize = 1.6 }
      $0.temperatures = temperatures
      $0.stepsPerExchange = 1
    }
    let found = results(seed: 22) { context in
      let target = Target { x in 0.5 * x.squared().sum(alongAxes: 1) }
      let draws = temperatures.map { $0.squareRoot() * context.random.normal([50_000, 1]) }
      var state = ParallelTempering.State(replicas: draws, parity: Tensor(0).broadcast(to: [50_000]))
      var exchanges: [Tensor] = []
      for round in 0..<3 {
        var stream = context.random.split("round \(round)")
        exchanges.append(sampler.step(&state, target: target, random: &stream).own["exchange"] ?? Tensor(0))
      }
      return state.replicas + exchanges.map { $0.mean() }
    }
    for (replica, temperature) in temperatures.enumerated() {
      let x = found[replica].map { Double($0) }
      expect(Estimate(x.map { $0 * $0 }), isNear: Double(temperature), "variance at \(temperature)")
      let fourth = 3 * Double(temperature * temperature)
      expect(Estimate(x.map { $0 * $0 * $0 * $0 }), isNear: fourth, "fourth moment at \(temperature)")
    }
    // Exchanges were neither certain nor rare, in even and in odd rounds.
    #expect(found[3...].allSatisfy { $0[0] > 0.3 && $0[0] < 0.95 })
  }
}
