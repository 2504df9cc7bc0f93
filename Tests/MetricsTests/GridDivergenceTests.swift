import EBMCore
import Foundation
import Metrics
import Testing

@Suite struct GridDivergenceTests {
  private func divergence(
    signal: Double = 1, noise: Double = 0, _ logDensity: (_ x: Double, _ y: Double) -> Double
  ) throws -> Double? {
    let (size, range) = (160, -8.0...8.0)
    let points = DensityGrid.points(size: size, range: range)
    let values = stride(from: 0, to: points.count, by: 2).map { logDensity(points[$0], points[$0 + 1]) }
    let grid = DensityGrid(size: size, range: range, logDensity: values, signal: signal, noise: noise)
    return try GridDivergence().evaluate(Evaluation(dataset: Plane(), samples: [], grid: grid)).first?.value
  }

  @Test func vanishesForTheTruthUpToAConstant() throws {
    let found = try #require(try divergence { x, y in 37 - (x * x + y * y) / 2 })
    #expect(abs(found) < 1e-12)
  }

  /// KL(N(0, v I) ‖ N(m, s² I)) = ‖m‖²/(2 s²) + (v/s² − 1 − ln(v/s²)) in two dimensions.
  @Test(arguments: [(1, 0, 0.5, -0.25, 1), (1, 0, 0, 0, 1.5), (0.8, 0.9, 0.3, 0.3, 0.9)])
  func isThatOfGaussians(signal: Double, noise: Double, x0: Double, y0: Double, deviation s: Double) throws {
    let v = signal * signal + noise * noise
    let found = try #require(
      try divergence(signal: signal, noise: noise) { x, y in -((x - x0) * (x - x0) + (y - y0) * (y - y0)) / (2 * s * s)
      })
    let ratio = v / (s * s)
    let expected = (x0 * x0 + y0 * y0) / (2 * s * s) + ratio - 1 - log(ratio)
    // The midpoint rule is exact to rounding here, and what lies beyond the grid is e⁻²⁰.
    #expect(abs(found - expected) < 1e-6)
  }

  @Test func aModelWithoutMassWhereDataIsIsInfinitelyFar() throws {
    #expect(try divergence { x, _ in x < 0 ? 0 : -.infinity } == .infinity)
  }

  @Test func doesNotHideWhatIsNotANumber() throws {
    #expect(try #require(try divergence { x, _ in x < 0 ? 0 : .nan }).isNaN)
  }

  @Test func doesNotApplyWithoutDensityOrGrid() throws {
    #expect(try GridDivergence().evaluate(Evaluation(dataset: Plane(), samples: [], grid: nil)).isEmpty)
    let grid = DensityGrid(size: 1, range: -1...1, logDensity: [0], signal: 1, noise: 0)
    #expect(try GridDivergence().evaluate(Evaluation(dataset: Unknown(), samples: [], grid: grid)).isEmpty)
  }
}
