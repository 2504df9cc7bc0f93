import EBMCore
import Foundation
import Samplers
import Sampling
import Tensors
import Testing

@Suite struct AdaptationTests {
  /// An acceptance of exp(−ε) with noise: the step that has it on average is −ln δ.
  @Test(arguments: [0.234, 0.574, 0.8])
  func averagingFindsTheStep(acceptance: Double) {
    var averaging = DualAveraging(stepSize: 5, targetAcceptance: acceptance)
    for step in 0..<4_000 {
      // Noise of mean 0 that no random numbers are needed for.
      let noise = 0.2 * sin(Double(step) * 2.399)
      averaging.update(acceptance: min(1, max(0, exp(-averaging.stepSize) + noise)))
    }
    #expect(abs(exp(-averaging.averageStepSize) - acceptance) < 0.02, "\(averaging.averageStepSize)")
  }

  @Test func averagingSurvivesNumbersThatAreNone() {
    var averaging = DualAveraging(stepSize: 1, targetAcceptance: 0.8)
    for _ in 0..<50 { averaging.update(acceptance: .nan) }
    #expect(averaging.stepSize.isFinite && averaging.stepSize > 0 && averaging.averageStepSize < 1)
  }

  /// Against two passes, for points far from 0, where sums of squares would cancel.
  @Test func runningCovarianceEqualsTwoPasses() {
    let rows = results(seed: 91) { context in
      [CorrelatedGaussian.draws(400, &context.random) + Tensor([4_096, -8_192])]
    }[0]
    let columns: [[Double]] = (0..<2).map { column in
      stride(from: column, to: rows.count, by: 2).map { Double(rows[$0]) }
    }
    let mean: [Double] = columns.map { $0.reduce(0, +) / 400 }
    func covariance(_ i: Int, _ j: Int) -> Double {
      var sum = 0.0
      for (x, y) in zip(columns[i], columns[j]) { sum += (x - mean[i]) * (y - mean[j]) }
      return sum / 399
    }
    let expected = [covariance(0, 0), covariance(0, 1), covariance(1, 0), covariance(1, 1)]
    var (dense, diagonal) = (
      RunningCovariance(dimension: 2, isDense: true), RunningCovariance(dimension: 2, isDense: false)
    )
    for part in stride(from: 0, to: 800, by: 80) {
      dense.add(Array(rows[part..<(part + 80)]))
      diagonal.add(Array(rows[part..<(part + 80)]))
    }
    dense.add([.nan, 1])
    #expect(dense.count == 400)
    #expect(zip(dense.covariance, expected).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(diagonal.covariance, [expected[0], expected[3]]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(dense.mean, mean).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(abs(diagonal.regularizedCovariance[0] - (400 * expected[0] + 5e-3) / 405) < 1e-9)
  }

  /// The acceptance of the tuned sampler in fresh chains.
  private static func meanAcceptance(_ sampler: any Sampler, _ target: Target, from start: Tensor) -> Double {
    let run = CompiledFunction { arguments, context in
      [reported(sampler.run(from: arguments[0], target: target, steps: 60, random: &context.random).acceptance)]
    }
    return Estimate(run([start], key: RandomKey(seed: 92))[0].scalars).mean
  }

  /// Standard deviations 0.1 and 10: every kernel reaches its acceptance, and those with a mass find the variances.
  @Test(
    arguments: [
      RandomWalkMetropolis { $0.stepSize = 10 }, MALA { $0.stepSize = 1e-3 },
      HMC {
        $0.stepSize = 0.5
        $0.leapfrogSteps = 4
      },
      GeneralizedHMC {
        $0.stepSize = 3; $0.leapfrogSteps = 3
      },
      NUTS {
        $0.stepSize = 1; $0.maximumDepth = 6
      },
    ] as [any TunableSampler & PreconditionedSampler])
  func warmUpReachesItsAcceptance(_ sampler: any TunableSampler & PreconditionedSampler) {
    let target = Target { x in (0.5 * (x / Tensor([0.1, 10])).squared()).sum(alongAxes: 1) }
    let start = CompiledFunction { _, context in [context.random.normal([64, 2])] }([])[0]
    let tuned = WarmUp(steps: 400).tune(erased: sampler, target: target, from: start, seed: 5)
    let found = Self.meanAcceptance(tuned.sampler, target, from: tuned.position)
    #expect(abs(found - sampler.targetAcceptance) < 0.08, "\(sampler): \(found), \(tuned.report.lines)")
    let preconditioned = tuned.sampler as? any PreconditionedSampler
    let mass = preconditioned?.inverseMass ?? []
    #expect(mass.count == 2 && mass[1] / mass[0] > 5_000 && mass[1] / mass[0] < 20_000, "\(sampler): \(mass)")
    #expect(tuned.report.stretches.map(\.steps).reduce(0, +) == 400)
    #expect(tuned.report.chains == 64 && tuned.report.lines.count == tuned.report.stretches.count)
  }

  @Test func denseMassIsTheCovariance() {
    let start = CompiledFunction { _, context in [context.random.normal([128, 2])] }([])[0]
    let tuned = WarmUp(steps: 300, mass: .dense).tune(
      HMC {
        $0.stepSize = 1; $0.leapfrogSteps = 3
      }, target: CorrelatedGaussian.target(), from: start, seed: 6)
    // The last window has some 100 steps of 128 chains, of which more than 1,000 are independent.
    for (found, expected) in zip(tuned.sampler.inverseMass, CorrelatedGaussian.covariance) {
      #expect(abs(found - expected) < 0.25, "\(tuned.sampler.inverseMass)")
    }
    #expect(abs(tuned.sampler.stepSize - 1) < 0.8)
  }

  /// Without a mass to learn, one stretch; the same seed gives the same result.
  @Test func isReproducible() {
    let start = Tensor(repeating: 0.5, shape: [16, 1])
    func tuned(_ seed: UInt64) -> Float {
      WarmUp(steps: 60, mass: .none).tune(MALA(), target: DoubleWell.target, from: start, seed: seed).sampler.stepSize
    }
    #expect(tuned(1) == tuned(1))
    #expect(tuned(1) != tuned(2))
  }
}
