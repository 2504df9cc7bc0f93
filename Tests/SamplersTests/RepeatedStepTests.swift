import EBMCore
import Samplers
import Tensors
import Testing

/// Steps that a traced body takes one after the other, and runs that are longer than a Float counts: no number is drawn
/// twice.
@Suite struct RepeatedStepTests {
  private struct Moments: TensorGroup {
    var state: AnyTensorGroup
    /// Sums of x² over the steps, `[chains, D]`.
    var squares: Tensor
  }

  /// Each chain's mean of x² over `steps` iterations of a loop, whose body takes `repeats` steps.
  private static func squares(
    _ sampler: some Sampler, scale: [Float], chains: Int, steps: Int, repeats: Int, seed: UInt64
  ) -> [Float] {
    results(seed: seed) { context in
      let deviations = Tensor(scale)
      let target = Target { x in 0.5 * (x / deviations).squared().sum(alongAxes: 1) }
      let start = deviations * context.random.normal([chains, scale.count])
      let initial = Moments(state: sampler.erasedState(at: start, target: target), squares: 0 * start)
      let final = Tensor.iterate(steps, from: initial, random: &context.random) { chain, _, random in
        for _ in 0..<repeats {
          _ = sampler.step(erased: &chain.state, target: target, random: &random)
          chain.squares = chain.squares + sampler.position(erased: chain.state).squared()
        }
      }
      return [final.squares / Float(steps * repeats)]
    }[0]
  }

  private func expectMoments(_ found: [Float], scale: [Float], _ label: String) {
    for (coordinate, deviation) in scale.enumerated() {
      let means = stride(from: coordinate, to: found.count, by: scale.count).map { found[$0] }
      expect(Estimate(means), isNear: Double(deviation) * Double(deviation), "\(label), coordinate \(coordinate)")
    }
  }

  @Test func stepsOfOneBodyAreIndependent() {
    let samplers: [(String, any Sampler)] = [
      (
        "NUTS",
        NUTS {
          $0.stepSize = 0.9; $0.maximumDepth = 5
        }
      ),
      (
        "HMC",
        HMC {
          $0.stepSize = 0.7; $0.leapfrogSteps = 3
        }
      ),
      (
        "tempering of NUTS",
        ParallelTempering {
          $0.sampler = NUTS {
            $0.stepSize = 0.9; $0.maximumDepth = 4
          }
          $0.temperatures = [1, 3]
          $0.stepsPerExchange = 2
        }
      ),
      (
        "tempering of MALA",
        ParallelTempering {
          $0.sampler = MALA { $0.stepSize = 1.1 }
          $0.temperatures = [1, 2, 4]
          $0.stepsPerExchange = 1
        }
      ),
    ]
    for (name, sampler) in samplers {
      let found = Self.squares(sampler, scale: [1], chains: 4_000, steps: 40, repeats: 2, seed: 71)
      expectMoments(found, scale: [1], name)
    }
  }

  /// 2²⁴ iterations of the loop over leaves are passed after 16,400 steps at depth 10, 2³² after 131,076 at depth 15.
  @Test(arguments: [10, 15]) func longRunsRepeatNothing(depth: Int) {
    let sampler = NUTS {
      $0.stepSize = 0.22; $0.maximumDepth = depth
    }
    let scale: [Float] = [1, 0.15]
    let found = Self.squares(sampler, scale: scale, chains: 8, steps: 250_000, repeats: 1, seed: 72)
    expectMoments(found, scale: scale, "depth \(depth)")
  }
}
