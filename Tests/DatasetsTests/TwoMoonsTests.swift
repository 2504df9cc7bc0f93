import Datasets
import EBMCore
import Foundation
import Tensors
import Testing

@Suite struct TwoMoonsTests {
  @Test(arguments: [(0.1, 1, 0), (0.1, 0.8, 0.3), (0.3, 1, 0)] as [(Double, Double, Double)])
  func densityIsThatOfSamples(deviation: Double, signal: Double, noise: Double) {
    let moons = TwoMoons { $0.deviation = deviation }
    let points = sample(moons, 50_000, seed: 3, signal: Float(signal), noise: Float(noise))
    let histogram = Histogram(cells: 25, range: -3...3, nodes: 4)
    let (statistic, limit, integral) = histogram.test(points) {
      moons.logDensity(at: $0, signal: signal, noise: noise) ?? []
    }
    #expect(abs(integral - 1) < 1e-4)
    #expect(statistic < limit)
    let shifted = points.map { $0 + 0.02 }
    #expect(
      histogram.test(shifted) { moons.logDensity(at: $0, signal: signal, noise: noise) ?? [] }.statistic > limit,
      "the test sees points that are a little off")
  }

  /// Without noise to speak of the points lie on two half circles of radius 1.
  @Test func pointsLieOnTheMoons() {
    let points = sample(TwoMoons { $0.deviation = 1e-6 }, 2_000, seed: 4)
    var upper = 0
    for place in stride(from: 0, to: points.count, by: 2) {
      let (x, y) = (points[place], points[place + 1])
      let first = hypot(x + 0.5, y + 0.25)
      let second = hypot(x - 0.5, y - 0.25)
      let isUpper = abs(first - 1) < 1e-4 && y > -0.251
      let isLower = abs(second - 1) < 1e-4 && y < 0.251
      #expect(isUpper || isLower, "(\(x), \(y)) is on neither moon")
      if isUpper { upper += 1 }
    }
    // A fair coin: 4 standard errors of 2,000 throws.
    #expect(abs(upper - 1_000) < 90)
  }

  /// Classes 1 and 2 are the upper and the lower moon.
  @Test func pointsHaveTheirClasses() throws {
    let (points, labels) = try TwoMoons { $0.deviation = 1e-6 }.draw(2_000, seed: 4)
    let classes = try #require(labels).scalars
    #expect(abs(classes.count { $0 == 1 } - 1_000) < 90)
    for (row, label) in classes.enumerated() {
      let (x, y) = (points.scalars[2 * row], points.scalars[2 * row + 1])
      let sign: Float = label == 1 ? 1 : -1
      #expect(abs(hypot(x + 0.5 * sign, y + 0.25 * sign) - 1) < 1e-4 && sign * y > -0.251, "(\(x), \(y)), \(label)")
    }
  }

  /// Far out the density is tiny, not 0.
  @Test func densityIsFiniteFarOut() throws {
    let value = try #require(TwoMoons().logDensity(at: [6, 0], signal: 1, noise: 0))[0]
    // The nearest point of the moons is (1.5, 0.25).
    #expect(value < -900 && value > -1_100)
  }
}
