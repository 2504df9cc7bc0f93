import EBMCore
import Samplers
import Tensors
import Testing

/// Simulation-based calibration: θ from the prior, y given θ, draws from the posterior given y; the rank of θ among the
/// draws is uniform. Source: Talts et al., *Validating Bayesian inference algorithms with simulation-based calibration*,
/// 2018.
@Suite struct CalibrationTests {
  private static let problems = 20_000
  private static let draws = 19

  /// θ is logistic, y ~ N(θ, 0.8²); every chain has a θ and a y of its own. Draws are far enough apart to be nearly
  /// independent, which uniform ranks ask for.
  private struct Ranked: TensorGroup {
    var state: AnyTensorGroup
    var rank: Tensor
  }

  private static func ranks(_ sampler: any Sampler, thinning: Int, noise: Float = 0.8) -> [Int] {
    let found = results(seed: 61) { context in
      let truth = Logistic.draws(problems, &context.random)
      let data = truth + noise * context.random.normal([problems, 1])
      let prior = Logistic.target()
      let target = Target { x in prior.energy(x) + ((x - data) / 0.8).squared().sum(alongAxes: 1) * 0.5 }
      let start = Logistic.draws(problems, &context.random)
      let burnt = sampler.run(from: start, target: target, steps: 8 * thinning, random: &context.random).position
      let initial = Ranked(state: sampler.erasedState(at: burnt, target: target), rank: 0 * truth)
      var stream = context.random.split("draws")
      let final = Tensor.iterate(draws * thinning, from: initial, random: &stream) { chain, step, random in
        _ = sampler.step(erased: &chain.state, target: target, random: &random)
        // Every `thinning`th step counts.
        let turn = (step + 1) / Float(thinning)
        let isDraw = turn .== turn.floor()
        chain.rank = chain.rank + isDraw * (sampler.position(erased: chain.state) .< truth)
      }
      return [final.rank]
    }
    var counts = [Int](repeating: 0, count: draws + 1)
    for rank in found[0] { counts[Int(rank)] += 1 }
    return counts
  }

  private static let uniform = [Double](repeating: 1 / Double(draws + 1), count: draws + 1)

  @Test(
    arguments: [
      (
        RandomWalkMetropolis {
          $0.stepSize = 1.6
        }, 30
      ), (MALA { $0.stepSize = 1.1 }, 12),
      (
        HMC {
          $0.stepSize = 0.4; $0.leapfrogSteps = 3
        }, 5
      ),
      (
        GeneralizedHMC {
          $0.stepSize = 0.4
          $0.leapfrogSteps = 2
          $0.damping = 0.5
        }, 10
      ),
      (
        NUTS {
          $0.stepSize = 0.5; $0.maximumDepth = 4
        }, 8
      ),
    ] as [(any Sampler, Int)])
  func ranksAreUniform(sampler: any Sampler, thinning: Int) {
    expect(Self.ranks(sampler, thinning: thinning), haveProbabilities: Self.uniform, "\(sampler)")
  }

  /// The test sees data that is noisier than the model says.
  @Test func wrongModelsShow() {
    let counts = Self.ranks(
      HMC {
        $0.stepSize = 0.4; $0.leapfrogSteps = 3
      }, thinning: 5, noise: 1.1)
    #expect(counts[0] > Self.problems / 15 && counts[Self.draws] > Self.problems / 15)
  }
}
