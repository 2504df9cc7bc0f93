import Datasets
import EBMCore
import Foundation
import Tensors
import Testing

/// Draws of the data sets in the plane against the densities that they declare.
@Suite struct PlaneDatasetsTests {
  private static let datasets: [any Dataset] = [
    EightGaussians(),
    EightGaussians {
      $0.radius = 0.5
      $0.deviation = 0.03
    }, TwentyFiveGaussians { $0.deviation = 0.3 }, Rings(),
    Rings {
      $0.radii = [1]; $0.deviation = 0.4
    }, SwissRoll(), SwissRoll { $0.deviation = 0.3 }, Spirals(), Bar(),
    Bar {
      $0.center = -0.2; $0.width = 0.2
    }, Box(), Box { $0.halfSize = 0.3 },
  ]

  /// Limits of a histogram, on multiples of which the sides of the uniform sets lie.
  private static func range(_ dataset: any Dataset, _ noise: Double) -> ClosedRange<Double> {
    if noise == 0, dataset is Bar || dataset is Box { return -1.5...1.5 }
    let reach = dataset.plotRange.upperBound + 3 * noise
    return -reach...reach
  }

  @Test(arguments: datasets.indices, [(1, 0), (0.8, 0.3)] as [(Double, Double)])
  func densityIsThatOfDraws(_ index: Int, level: (Double, Double)) throws {
    let dataset = Self.datasets[index]
    let (signal, noise) = level
    let points = sample(dataset, 60_000, seed: 3, signal: Float(signal), noise: Float(noise))
    let isThin = noise == 0 && (dataset as? EightGaussians)?.deviation == 0.03
    let histogram = Histogram(cells: 30, range: Self.range(dataset, noise), nodes: isThin ? 24 : 8)
    func density(_ points: [Double]) -> [Double] { dataset.logDensity(at: points, signal: signal, noise: noise) ?? [] }
    let (statistic, limit, integral) = histogram.test(points, density)
    #expect(abs(integral - 1) < 2e-3, "\(dataset)")
    #expect(statistic < limit, "\(dataset)")
    let shifted = points.map { $0 * 1.05 }
    #expect(histogram.test(shifted, density).statistic > limit, "\(dataset) a little larger")
  }

  @Test(arguments: datasets.indices) func drawsAreInThePlotRangeAndInModes(_ index: Int) {
    let dataset = Self.datasets[index]
    let points = sample(dataset, 20_000, seed: 5)
    let inside = points.count { dataset.plotRange.contains(Double($0)) }
    #expect(Double(inside) > 0.999 * Double(points.count))
    guard dataset.modeCount > 0 else { return }
    var counts = [Int](repeating: 0, count: dataset.modeCount)
    for place in stride(from: 0, to: points.count, by: 2) {
      if let mode = dataset.mode(of: points[place..<place + 2]) { counts[mode] += 1 }
    }
    // Within 3 s of a centre lie 1 − exp(−9/2) = 98.9 % of a Gaussian in the plane, of a ring more; overlaps fewer.
    let all = counts.reduce(0, +)
    #expect(Double(all) > 0.985 * 20_000)
    let even = Double(all) / Double(counts.count)
    // 5 standard errors of a count.
    #expect(counts.allSatisfy { abs(Double($0) - even) < 5 * even.squareRoot() })
  }

  @Test func modesAreWhereTheyShouldBe() {
    #expect(EightGaussians().mode(of: [2, 0]) == 0)
    #expect(EightGaussians().mode(of: [0, -2.4]) == 6 && EightGaussians().mode(of: [0, -2.5]) == nil)
    #expect(TwentyFiveGaussians().mode(of: [-4, -4]) == 0 && TwentyFiveGaussians().mode(of: [2, 4.1]) == 23)
    #expect(Rings().mode(of: [0, 1.5]) == 1 && Rings().mode(of: [1, 0]) == nil)
    #expect(Bar().mode(of: [0.19, 0.99]) == 0 && Bar().mode(of: [0.21, 0]) == nil)
    #expect(
      Box { $0.halfSize = 0.3 }.mode(of: [0.29, -0.29]) == 0
        && Box {
          $0.halfSize = 0.3
        }.mode(of: [0.31, 0]) == nil)
  }

  /// The Bessel function on both sides of the place where its series change, and far out.
  @Test func aRingOfOneRadiusHasTheRiceDensity() throws {
    // p(x) = ∫ N(x; (cos t, sin t), v) dt/2π by the midpoint rule, exact to rounding on a circle.
    let ring = Rings {
      $0.radii = [1]; $0.deviation = 0.05
    }
    for (signal, noise) in [(1.0, 0.0), (1, 0.2165), (1, 2)] {
      let variance = signal * signal * 0.0025 + noise * noise
      for distance in [0, 0.5, 0.9, 1, 1.3] {
        let terms = (0..<4_000).map { node -> Double in
          let angle = 2 * Double.pi * Double(node) / 4_000
          let (dx, dy) = (distance - signal * cos(angle), signal * sin(angle))
          return exp(-(dx * dx + dy * dy) / (2 * variance)) / (2 * Double.pi * variance)
        }
        let expected = log(terms.reduce(0, +) / 4_000)
        let found = try #require(ring.logDensity(at: [distance, 0], signal: signal, noise: noise))[0]
        #expect(abs(found - expected) < 1e-9 * max(1, abs(expected)), "\(distance), \(noise)")
      }
    }
  }

  @Test func pinwheelArmsAreBentGaussians() throws {
    let pinwheel = Pinwheel()
    let (points, labels) = try pinwheel.draw(40_000, seed: 8)
    let classes = try #require(labels).scalars
    #expect(Set(classes) == [1, 2, 3, 4, 5])
    var (along, across): ([Double], [Double]) = ([], [])
    for (row, label) in classes.enumerated() {
      let (x, y) = (Double(points.scalars[2 * row]) / 2, Double(points.scalars[2 * row + 1]) / 2)
      // Undo the turn: u₁ solves u₁ = (R(−θ(u₁)) x)₁, found from the radius in a few steps.
      var u = hypot(x, y)
      for _ in 0..<60 {
        let angle = 2 * Double.pi * Double(label - 1) / 5 + 0.25 * exp(u)
        u = 0.5 * u + 0.5 * (x * cos(angle) + y * sin(angle))
      }
      let angle = 2 * Double.pi * Double(label - 1) / 5 + 0.25 * exp(u)
      along.append(u)
      across.append(y * cos(angle) - x * sin(angle))
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    func deviation(_ values: [Double]) -> Double {
      let center = mean(values)
      return mean(values.map { ($0 - center) * ($0 - center) }).squareRoot()
    }
    // 5 standard errors: 0.3/√40,000 of the mean, 0.3/√80,000 of the deviation.
    #expect(abs(mean(along) - 1) < 0.0075 && abs(deviation(along) - 0.3) < 0.0054)
    #expect(abs(mean(across)) < 0.0025 && abs(deviation(across) - 0.1) < 0.0018)
  }

  @Test func spiralsHaveTheirClasses() throws {
    let (points, labels) = try Spirals { $0.deviation = 1e-4 }.draw(4_000, seed: 2)
    let classes = try #require(labels).scalars
    #expect(abs(classes.count { $0 == 1 } - 2_000) < 160)
    for (row, label) in classes.enumerated() {
      let (x, y) = (points.scalars[2 * row], points.scalars[2 * row + 1])
      let angle = hypot(x, y) * 1.5 * Float.pi
      let sign: Float = label == 1 ? 1 : -1
      #expect(hypot(x - sign * hypot(x, y) * cos(angle), y - sign * hypot(x, y) * sin(angle)) < 0.02)
    }
  }

  @Test func componentsCanBeRegistered() throws {
    var registry = ComponentRegistry()
    try registry.add(EightGaussians.self)
    try registry.add(TwentyFiveGaussians.self)
    try registry.add(Rings.self)
    try registry.add(Pinwheel.self)
    try registry.add(SwissRoll.self)
    try registry.add(Spirals.self)
    try registry.add(Bar.self)
    try registry.add(Box.self)
    try registry.add(Sprites.self)
    try registry.add(Digits.self)
    try registry.add(NpyFile.self)
    try registry.add(NpzFile.self)
    try registry.add(CSVFile.self)
    try registry.add(IDXFile.self)
    try registry.add(CIFARFile.self)
    #expect(registry.entries(in: .dataset).count == 15)
  }
}
