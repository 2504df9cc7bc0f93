import EBMCore
import Samplers
import Tensors
import Testing

@Suite struct HamiltonianTests {
  /// E = 2 (x² − 1)² + x y + y²/2, neither linear nor separable.
  private static let target = Target { x in
    let (a, b) = (x.sliced(alongAxis: 1, 0..<1), x.sliced(alongAxis: 1, 1..<2))
    return (2 * (a.squared() - 1).squared() + a * b + 0.5 * b.squared()).sum(alongAxes: 1)
  }

  private static func leapfrog(_ stepSize: Float, _ inverseMass: [Float] = [], _ count: Int = 256) -> Leapfrog {
    let metric = Preconditioner(inverseMass, for: [count, 2], owner: "test")
    return Leapfrog(target: target, metric: metric, stepSize: Tensor(stepSize))
  }

  /// There, momentum turned, and back.
  @Test(arguments: [[], [1, 4], [2, 0.5, 0.5, 1]] as [[Float]])
  func isReversible(inverseMass: [Float]) {
    let found = results(seed: 41) { context in
      let leapfrog = Self.leapfrog(0.05, inverseMass)
      let start = GradientState(at: context.random.normal([256, 2]), target: Self.target)
      let momentum = context.random.normal([256, 2])
      let there = leapfrog.integrate(start, momentum: momentum, count: 20)
      let back = leapfrog.integrate(there.state, momentum: -there.momentum, count: 20)
      return [
        (back.state.position - start.position).absolute().maximum(), (back.momentum + momentum).absolute().maximum(),
        (there.state.position - start.position).absolute().maximum(),
      ]
    }
    // Rounding of 20 steps there and back, each of some 10⁻⁷.
    #expect(found[0][0] < 1e-4 && found[1][0] < 1e-4, "\(found)")
    #expect(found[2][0] > 0.1)
  }

  /// On N(0, 1), where nothing amplifies rounding, to 10⁻⁵.
  @Test func isReversibleOnTheNormal() {
    let found = results(seed: 42) { context in
      let target = Target { x in 0.5 * x.squared().sum(alongAxes: 1) }
      let metric = Preconditioner([], for: [256, 3], owner: "test")
      let leapfrog = Leapfrog(target: target, metric: metric, stepSize: Tensor(0.2))
      let start = GradientState(at: context.random.normal([256, 3]), target: target)
      let momentum = context.random.normal([256, 3])
      let there = leapfrog.integrate(start, momentum: momentum, count: 25)
      let back = leapfrog.integrate(there.state, momentum: -there.momentum, count: 25)
      return [(back.state.position - start.position).absolute().maximum()]
    }
    #expect(found[0][0] < 1e-5)
  }

  /// Halving the step over the same time divides the error of H by 4.
  @Test func energyErrorIsOfSecondOrder() {
    func error(_ stepSize: Float, _ count: Int) -> Double {
      let found = results(seed: 43) { context in
        let start = GradientState(at: context.random.normal([512, 2]), target: Self.target)
        let momentum = context.random.normal([512, 2])
        let end = Self.leapfrog(stepSize, [], 512).integrate(start, momentum: momentum, count: count)
        func hamiltonian(_ state: GradientState, _ w: Tensor) -> Tensor {
          state.energy + 0.5 * w.squared().sum(alongAxes: 1)
        }
        return [hamiltonian(end.state, end.momentum) - hamiltonian(start, momentum)]
      }
      return Estimate(found[0].map { abs(Double($0)) }).mean
    }
    let (coarse, fine) = (error(0.04, 10), error(0.02, 20))
    #expect(coarse / fine > 3.6 && coarse / fine < 4.4, "\(coarse) and \(fine)")
    #expect(coarse < 0.1)
  }

  /// A rejected trajectory leaves the point and turns the refreshed momentum round; an accepted one keeps its end's.
  @Test func rejectionTurnsTheMomentumRound() {
    let sampler = GeneralizedHMC {
      $0.stepSize = 0.5; $0.leapfrogSteps = 2; $0.damping = 0.8
    }
    let found = results(seed: 44) { context in
      // Free motion up to a wall that nothing passes.
      let target = Target { x in
        Tensor.select(x.absolute() .> 1, 0 * x + Tensor(.infinity), 0 * x).sum(alongAxes: 1)
      }
      var state = sampler.start(at: Tensor(0).broadcast(to: [20_000, 1]), target: target)
      var stream = context.random.split("first")
      let first = sampler.step(&state, target: target, random: &stream)
      let before = state
      stream = context.random.split("second")
      let second = sampler.step(&state, target: target, random: &stream)
      return [
        first.acceptance ?? Tensor(2), second.acceptance ?? Tensor(2), before.momentum, state.momentum,
        before.point.position, state.point.position, second.nonFinite ?? Tensor(2),
      ]
    }
    let (accepted, before, after) = (found[1], found[2], found[3])
    #expect(Set(found[0]) == [0, 1] && Set(accepted) == [0, 1])
    #expect(zip(accepted, found[6]).allSatisfy { $0 == 1 - $1 })
    // w′ = ±(0.8 w + 0.6 n): the regression on w has slope +0.8 where accepted and −0.8 where rejected, n being
    // selected by the wall only together with w; its sign is the test's subject.
    func product(_ kept: Float) -> Estimate {
      Estimate(accepted.indices.filter { accepted[$0] == kept }.map { Double(before[$0] * after[$0]) })
    }
    let (forward, back) = (product(1), product(0))
    #expect(forward.mean > 10 * forward.standardError && back.mean < -10 * back.standardError)
    for row in accepted.indices where accepted[row] == 0 { #expect(found[4][row] == found[5][row]) }
  }

  @Test func divergencesAreCounted() {
    func share(_ stepSize: Float) -> Double {
      let found = results(seed: 45) { context in
        let target = Target { x in 5_000 * x.squared().sum(alongAxes: 1) }
        let start = 0.01 * context.random.normal([500, 1])
        let sampler = HMC {
          $0.steps = 4; $0.stepSize = stepSize; $0.leapfrogSteps = 20
        }
        let chain = sampler.run(from: start, target: target, random: &context.random)
        return [chain.divergent, chain.evaluations]
      }
      #expect(found[1].allSatisfy { $0 == 80 })
      return Estimate(found[0]).mean / 4
    }
    #expect(share(0.005) == 0)
    #expect(share(0.05) == 1)
  }
}
