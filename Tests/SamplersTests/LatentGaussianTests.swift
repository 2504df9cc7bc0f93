import EBMCore
import Samplers
import Tensors
import Testing

/// A linear model with latent variables, z ~ N(0, I) and x ~ N(W z, ¼ I), as one energy of (x, z):
///
/// ```
/// E(x, z) = ‖z‖²/2 + 2 ‖x − W z‖²,   W = [[1.2, 0.4], [0.3, 0.9]]
/// ```
/// x alone has the covariance W Wᵀ + ¼ I = [[1.85, 0.72], [0.72, 1.15]]. Given x, z has the covariance
/// (I + 4 Wᵀ W)⁻¹ = [[7.12, 3], [3, 4.88]]⁻¹ and 4 Wᵀ x times it as its mean.
@Suite struct LatentGaussianTests {
  private static let target = Target { point in
    let (x, z) = (point.sliced(alongAxis: 1, 0..<2), point.sliced(alongAxis: 1, 2..<4))
    let rest = x - z.matmul(Tensor([1.2, 0.4, 0.3, 0.9], shape: [2, 2]), transposeRight: true)
    return (0.5 * z.squared() + 2 * rest.squared()).sum(alongAxes: 1)
  }

  /// Ends of 40,000 chains, a column for each coordinate.
  private static func columns(_ sampler: any Sampler, from start: @escaping @Sendable (inout Context) -> Tensor)
    -> [[Double]]
  {
    let found = results(seed: 91) { context in
      let start = start(&context)
      return [sampler.run(from: start, target: target, steps: 60, random: &context.random).position]
    }
    return (0..<4).map { column in stride(from: column, to: found[0].count, by: 4).map { Double(found[0][$0]) } }
  }

  private let sampler = HMC {
    $0.stepSize = 0.3; $0.leapfrogSteps = 5
  }

  @Test func pointsHaveTheirMarginal() {
    let found = Self.columns(sampler) { context in context.random.normal([40_000, 4]) }
    for (first, second, covariance) in [(0, 0, 1.85), (0, 1, 0.72), (1, 1, 1.15)] {
      expect(
        Estimate(zip(found[first], found[second]).map { $0 * $1 }), isNear: covariance, "x\(first + 1) x\(second + 1)")
    }
  }

  @Test func latentsHaveTheirPosterior() {
    let found = Self.columns(
      Masked {
        $0.sampler = sampler; $0.observed = [0, 1]
      }
    ) { _ in
      Tensor([1, -0.5, 0, 0]).broadcast(to: [40_000, 4])
    }
    #expect(found[0].allSatisfy { $0 == 1 } && found[1].allSatisfy { $0 == -0.5 })
    let mean = [0.819402, -0.544714]
    let away = (0..<2).map { axis in found[axis + 2].map { $0 - mean[axis] } }
    for axis in 0..<2 { expect(Estimate(away[axis]), isNear: 0, "mean of z\(axis + 1)") }
    for (first, second, covariance) in [(0, 0, 0.189547), (0, 1, -0.116525), (1, 1, 0.276552)] {
      expect(
        Estimate(zip(away[first], away[second]).map { $0 * $1 }), isNear: covariance, "z\(first + 1) z\(second + 1)")
    }
  }
}
