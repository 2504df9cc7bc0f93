import EBMCore
import Foundation
import Metrics
import Testing

@Suite struct HistogramDivergenceTests {
  private func figure(_ samples: [Float], bins: Int = 20) throws -> Figure? {
    try HistogramDivergence { $0.bins = bins }.evaluate(Evaluation(dataset: Plane(), samples: samples)).first
  }

  @Test func exactDrawsHaveTheBiasOfCounts() throws {
    // About 70 cells of 0.8 within 3 standard deviations count, of 20,000 draws.
    let exact = try #require(try figure(normals(40_000, seed: 1)))
    #expect(exact.value > 0 && exact.value < 0.015)
  }

  /// KL(N(0, I) ‖ N(0, s² I)) = ln s² + 1/s² − 1 in the plane.
  @Test func otherSpreadsHaveTheirDivergence() throws {
    let wide = try #require(try figure(normals(80_000, seed: 2).map { 1.5 * $0 }, bins: 40))
    let expected = 2 * log(1.5) + 1 / 2.25 - 1
    #expect(abs(wide.value - expected) < 4 * (wide.standardError ?? 0) + 0.02)
    let shifted = try #require(try figure(normals(80_000, seed: 3).map { $0 + 0.5 }, bins: 40))
    // ½ ‖(0.5, 0.5)‖²
    #expect(abs(shifted.value - 0.25) < 4 * (shifted.standardError ?? 0) + 0.02)
  }

  @Test func errorBarsAreHonest() throws {
    let figures = try (0..<100 as Range<UInt64>).map {
      try #require(try figure(normals(4_000, seed: 40 + $0).map { 1.5 * $0 }))
    }
    let ratio = mean(figures.compactMap(\.standardError)) / deviation(figures.map(\.value))
    #expect((0.7...1.4).contains(ratio), "\(ratio)")
  }

  @Test func samplesOutsideCountAsMissing() throws {
    let samples = normals(40_000, seed: 1)
    let half = samples.enumerated().map { $0 < 20_000 ? $1 : $1 + 100 }
    // Half the mass is elsewhere: ln 2 more.
    let difference = try #require(try figure(half)).value - #require(try figure(samples)).value
    #expect(abs(difference - log(2)) < 0.03)
    #expect(try HistogramDivergence().evaluate(Evaluation(dataset: Unknown(), samples: samples)).isEmpty)
  }
}
