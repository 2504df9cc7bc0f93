import EBMCore
import Foundation
import Samplers
import Tensors
import Testing

@Suite struct HamiltonianTests {
  /// E = 2 (x² − 1)² + x y + y²/2, neither linear nor separable.
  private static let target = Target { x in
    let (a, b) = (x.sliced(alongAxis: 1, 0..<1), x.sliced(alongAxis: 1, 1..<2))
    return (2 * (a.squared() - 1).squared() + a * b + 0.5 * b.squared()).sum(alongAxes: 1)
  }

  private static func dynamics(_ inverseMass: [Float] = []) -> Hamiltonian {
    Hamiltonian(target, mass: Preconditioner(inverseMass, for: [1, 2], owner: "test"))
  }

  private static func start(_ count: Int, _ target: Target, dimension: Int = 2, _ random: inout RandomStream)
    -> PhasePoint
  {
    PhasePoint(
      GradientState(at: random.normal([count, dimension]), target: target), momentum: random.normal([count, dimension]))
  }

  /// There, momentum turned, and back.
  @Test(arguments: Integrator.allCases, [[], [1, 4], [2, 0.5, 0.5, 1]] as [[Float]])
  func isReversible(integrator: Integrator, inverseMass: [Float]) {
    let found = results(seed: 41) { context in
      let dynamics = Self.dynamics(inverseMass)
      let start = Self.start(256, Self.target, &context.random)
      var there = start
      dynamics.move(&there, by: integrator.splitting, stepSize: Tensor(0.05), count: 20)
      var back = PhasePoint(there.state, momentum: -there.momentum)
      dynamics.move(&back, by: integrator.splitting, stepSize: Tensor(0.05), count: 20)
      return [
        (back.state.position - start.state.position).absolute().maximum(),
        (back.momentum + start.momentum).absolute().maximum(),
        (there.state.position - start.state.position).absolute().maximum(),
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
      let dynamics = Hamiltonian(target)
      let start = Self.start(256, target, dimension: 3, &context.random)
      var there = start
      dynamics.move(&there, stepSize: Tensor(0.2), count: 25)
      var back = PhasePoint(there.state, momentum: -there.momentum)
      dynamics.move(&back, stepSize: Tensor(0.2), count: 25)
      return [(back.state.position - start.state.position).absolute().maximum()]
    }
    #expect(found[0][0] < 1e-5)
  }

  /// One step at a time is the same trajectory as all in a loop, and moving on from its end the same as a longer one.
  @Test(arguments: Integrator.allCases)
  func stepsAddUp(integrator: Integrator) {
    let found = results(seed: 46) { context in
      let dynamics = Self.dynamics([1, 4])
      let start = Self.start(64, Self.target, &context.random)
      var (loop, single) = (start, start)
      dynamics.move(&loop, by: integrator.splitting, stepSize: Tensor(0.05), count: 4)
      for _ in 0..<4 { dynamics.move(&single, by: integrator.splitting, stepSize: Tensor(0.05)) }
      return [(loop.state.position - single.state.position).absolute().maximum()]
    }
    #expect(found[0][0] < 1e-5)
  }

  /// Halving the step over the same time divides the error of H by 4, or by 16 at fourth order, at least: where leading terms
  /// are made small on purpose, the next ones, of two orders more, show. The leapfrog has nothing but its order. More
  /// gradients a step make the error smaller at the same cost.
  @Test func energyErrorsAreOfTheirOrder() {
    func error(_ integrator: Integrator, _ stepSize: Float, _ count: Int) -> Double {
      let found = results(seed: 43) { context in
        let dynamics = Self.dynamics()
        let start = Self.start(512, Self.target, &context.random)
        return [
          dynamics.proposal(from: start, by: integrator.splitting, stepSize: Tensor(stepSize), count: count).energyError
        ]
      }
      return Estimate(found[0].map { abs(Double($0)) }).mean
    }
    var coarse: [Integrator: Double] = [:]
    for (integrator, stepSize, count, order) in [
      (Integrator.leapfrog, Float(0.04), 10, 2.0), (.twoStage, 0.08, 5, 2), (.threeStage, 0.1, 4, 2),
      (.fourthOrder, 0.1, 4, 4),
    ] {
      let long = error(integrator, stepSize, count)
      let ratio = long / error(integrator, stepSize / 2, 2 * count)
      coarse[integrator] = long
      #expect(
        ratio > 0.8 * pow(2, order) && ratio < 1.25 * pow(2, integrator == .leapfrog ? order : order + 2),
        "\(integrator): \(long), \(ratio)")
    }
    // The same number of gradients in the same time.
    #expect((coarse[.twoStage] ?? 1) < 0.5 * (coarse[.leapfrog] ?? 0), "\(coarse)")
    #expect((coarse[.leapfrog] ?? 1) < 0.1)
  }

  /// Every integrator samples exactly, and says what a step costs and how large its errors are.
  @Test(arguments: Integrator.allCases)
  func trajectoriesOfEveryIntegratorAreExact(integrator: Integrator) {
    for sampler in [
      HMC {
        $0.integrator = integrator; $0.leapfrogSteps = 3; $0.stepSize = 0.6
      },
      GeneralizedHMC {
        $0.integrator = integrator; $0.leapfrogSteps = 2; $0.stepSize = 0.6
      },
      NUTS {
        $0.integrator = integrator; $0.stepSize = 0.6; $0.maximumDepth = 4
      },
    ] as [any Sampler] {
      let found = results(seed: 47) { context in
        let start = CorrelatedGaussian.draws(20_000, &context.random)
        let chain = sampler.run(from: start, target: CorrelatedGaussian.target(), steps: 1, random: &context.random)
        return [chain.position, chain.evaluations] + chain.own.map(\.value)
      }
      CorrelatedGaussian.expectMoments(found[0], "\(type(of: sampler).name), \(integrator)")
      let stages = Float(integrator.splitting.drifts.count)
      switch type(of: sampler).name {
      case "nuts":
        // Depths 0 … 4: a tree of depth d has 2^d − 1 leaves that were walked, and up to 2^d more that were given up.
        for (leaves, depth) in zip(found[1], found[2]) {
          let least = pow(2, depth) - 1
          #expect(leaves >= stages * least && leaves <= stages * (2 * least + 1) && depth == depth.rounded())
        }
        #expect(Set(found[2]).count > 2)
      case "hmc": #expect(found[1].allSatisfy { $0 == 3 * stages } && found[2].allSatisfy { $0 >= 0 && $0 < 1_000 })
      default: #expect(found[1].allSatisfy { $0 == 2 * stages } && found[2].contains { $0 > 0 })
      }
    }
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
        first.acceptance ?? Tensor(2), second.acceptance ?? Tensor(2), before.point.momentum,
        state.point.momentum, before.point.state.position, state.point.state.position, second.nonFinite ?? Tensor(2),
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
