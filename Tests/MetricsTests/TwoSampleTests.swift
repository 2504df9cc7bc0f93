import EBMCore
import Foundation
import Metrics
import Testing

/// Distances between two sets of points, against closed forms.
@Suite struct TwoSampleTests {
  /// Points N((δ, 0, …), I).
  private static func points(_ count: Int, _ width: Int, shift: Float = 0, seed: UInt64) -> [Float] {
    normals(count * width, seed: seed).enumerated().map { $0 % width == 0 ? $1 + shift : $1 }
  }

  /// E exp(−‖d‖²/(2σ²)) of d ~ N((δ, 0, …), 2 I), averaged over the five widths.
  private static func kernel(_ width: Int, _ shift: Double, _ bandwidth: Double) -> Double {
    [0.25, 0.5, 1, 2, 4].reduce(0) { sum, factor in
      let square = bandwidth * bandwidth * factor
      return sum + 0.2 * pow(square / (square + 2), Double(width) / 2) * exp(-shift * shift / (2 * (square + 2)))
    }
  }

  @Test(arguments: [0, 0.3, 1] as [Float], [1, 5]) func discrepancyOfGaussians(_ shift: Float, width: Int) {
    let metric = MaximumMeanDiscrepancy { $0.bandwidth = 1.5 }
    let figure = metric.discrepancy(
      Self.points(2_000, width, seed: 1), Self.points(2_000, width, shift: shift, seed: 2), width: width)
    let expected = 2 * Self.kernel(width, 0, 1.5) - 2 * Self.kernel(width, Double(shift), 1.5)
    #expect(isNear(figure, expected), "\(String(describing: figure)), expected \(expected)")
    if shift == 1 { #expect(!isNear(figure, 0), "it tells the laws apart") }
  }

  /// One kernel of width b, and of an even number b is the wider of the middle two.
  @Test(arguments: [(1, [1]), (2, [0.5, 1]), (3, [0.5, 1, 2])] as [(Int, [Double])])
  func otherNumbersOfKernels(kernels: Int, factors: [Double]) {
    func kernel(_ shift: Double) -> Double {
      factors.reduce(0) { sum, factor in
        let square = 0.3 * 0.3 * factor
        return sum + square / (square + 2) * exp(-shift * shift / (2 * (square + 2))) / Double(factors.count)
      }
    }
    let figure = MaximumMeanDiscrepancy {
      $0.bandwidth = 0.3; $0.kernels = kernels
    }.discrepancy(
      Self.points(2_000, 2, seed: 1), Self.points(2_000, 2, shift: 1, seed: 2), width: 2)
    #expect(isNear(figure, 2 * kernel(0) - 2 * kernel(1)) && !isNear(figure, 0))
  }

  /// 2 E|x − y| − 2 E|x − x′| of normal numbers a shift apart: x − y ~ N(δ, 2).
  @Test(arguments: [0, 0.4, 2] as [Float]) func energyDistanceOfGaussians(_ shift: Float) {
    func absolute(_ shift: Double) -> Double {
      2 / Double.pi.squareRoot() * exp(-shift * shift / 4) + shift * erf(shift / 2)
    }
    let figure = EnergyDistance().distance(
      Self.points(3_000, 1, seed: 3), Self.points(3_000, 1, shift: shift, seed: 4), width: 1)
    #expect(isNear(figure, 2 * absolute(Double(shift)) - 2 * absolute(0)))
    if shift > 0 { #expect(!isNear(figure, 0)) }
  }

  /// The error bars are as wide as the estimates vary, whether the laws are equal or not.
  @Test(arguments: [0, 1] as [Float]) func errorBarsAreHonest(_ shift: Float) throws {
    let measures: [([Float], [Float]) -> Figure?] = [
      { MaximumMeanDiscrepancy { $0.bandwidth = 1 }.discrepancy($0, $1, width: 2) },
      { EnergyDistance().distance($0, $1, width: 2) },
      { KernelSteinDiscrepancy { $0.width = 1 }.discrepancy($1, scores: $1.map { -$0 }, width: 2) },
      // Not where the laws are equal: then its first derivative vanishes. In one dimension, where the directions, which
      // are the same in all trials, add nothing to the error bar; and away from the origin, which must not matter.
      { x, y in
        let (first, second): ([Float], [Float]) = (x.map { $0 + 50 }, y.map { $0 + 56 })
        return shift == 0 ? nil : SlicedWasserstein { $0.directions = 2 }.distance(first, second, width: 1, seed: 1)
      },
      { shift == 0 ? nil : FrechetDistance().distance($0, $1, width: 2) },
    ]
    for (index, measure) in measures.enumerated() {
      let figures = (0..<150 as Range<UInt64>).compactMap { trial in
        measure(
          Self.points(120, 2, seed: 10 + 2 * trial), Self.points(120, 2, shift: shift, seed: 11 + 2 * trial))
      }
      guard !figures.isEmpty else { continue }
      let spread = deviation(figures.map(\.value))
      let errors = mean(figures.compactMap(\.standardError))
      // A deviation from 150 values is good to 6 %, and error bars are estimates themselves.
      #expect((0.7...1.4).contains(errors / spread), "measure \(index): \(errors), \(spread)")
    }
  }

  @Test func slicedWassersteinOfAShift() throws {
    let x = Self.points(500, 4, seed: 5)
    // Each projection moves by θ·δ, whose mean square is ‖δ‖²/4.
    let y = x.enumerated().map { $0 % 4 == 0 ? $1 + 2 : $1 }
    let figure = try #require(SlicedWasserstein { $0.directions = 4_000 }.distance(x, y, width: 4, seed: 1))
    #expect(isNear(figure, 1) && abs(figure.value - 1) < 0.05)
    let line = try #require(SlicedWasserstein().distance([0, 1, 2, 3, 4], [1, 3, 5, 2, 4], width: 1, seed: 1))
    #expect(abs(line.value - 1) < 1e-12, "in one dimension the order does not matter")
    // N(0, 1) and N(0, 4): (2 − 1)².
    let wide = Self.points(20_000, 1, seed: 6).map { 2 * $0 }
    #expect(isNear(SlicedWasserstein().distance(Self.points(20_000, 1, seed: 7), wide, width: 1, seed: 1), 1))
  }

  @Test func frechetDistanceOfGaussians() throws {
    // (m₁ − m₂)² + (s₁ − s₂)².
    let a = Self.points(40_000, 1, seed: 1)
    let b = Self.points(40_000, 1, seed: 2).map { 3 * $0 + 0.5 }
    #expect(isNear(FrechetDistance().distance(a, b, width: 1), 0.25 + 4))
    // Covariances that do not commute: in two dimensions tr (S₁ S₂)^½ = √(tr S₁ S₂ + 2 √det S₁ S₂).
    let x = Self.points(40_000, 2, seed: 3)
    let y = Self.points(40_000, 2, seed: 4)
    let first = stride(from: 0, to: x.count, by: 2).flatMap { (i: Int) -> [Float] in [2 * x[i], x[i + 1]] }
    let second = stride(from: 0, to: y.count, by: 2).flatMap { (i: Int) -> [Float] in
      let (u, v): (Float, Float) = (y[i], y[i + 1])
      return [u, 0.9 * u + 0.5 * v]
    }
    // S₁ = diag(4, 1), S₂ = [[1, 0.9], [0.9, 1.06]].
    let cross: Double = (4 + 1.06 + 2 * (4 * 0.25).squareRoot()).squareRoot()
    #expect(isNear(FrechetDistance().distance(first, second, width: 2), 5 + 2.06 - 2 * cross))
    let same = try #require(FrechetDistance().distance(first, first, width: 2))
    #expect(abs(same.value) < 1e-4)
  }

  @Test func randomFeaturesTellLawsApart() throws {
    let metric = FrechetDistance { $0.features = 32 }
    let a = Self.points(2_000, 300, seed: 1)
    let near = try #require(metric.distance(a, Self.points(2_000, 300, seed: 2), width: 300))
    let far = try #require(metric.distance(a, Self.points(2_000, 300, seed: 2).map { 1.3 * $0 }, width: 300))
    #expect(far.value > 4 * near.value)
    // Wide points are mapped even when nothing is asked for.
    #expect(FrechetDistance().distance(a, a, width: 300)?.value.isFinite == true)
  }

  @Test func balls() throws {
    // Data in two groups far apart; samples in one of them alone.
    let data = Self.points(1_000, 2, seed: 1).enumerated().map { $0 < 1_000 ? $1 : $1 + 50 }
    let samples = Self.points(1_000, 2, seed: 2)
    let figures = PrecisionRecall().figures(samples, data, width: 2)
    #expect(try #require(figures["precision"]).value > 0.97)
    #expect(abs(try #require(figures["recall"]).value - 0.5) < 0.02)
    #expect(abs(try #require(figures["coverage"]).value - 0.5) < 0.02)
    // Twice as many samples as data in that group: twice the balls' share of one group's data... in half of the data.
    #expect(abs(try #require(figures["density"]).value - 1) < 0.1)
    let same = PrecisionRecall().figures(Self.points(1_000, 2, seed: 3), Self.points(1_000, 2, seed: 4), width: 2)
    // Of equal laws a ball of 5 neighbours stays empty with a probability of about 2⁻⁵.
    #expect(abs(try #require(same["coverage"]).value - (1 - 1 / 32)) < 0.03)
    #expect(abs(try #require(same["density"]).value - 1) < 0.1)
    // Samples far wider than the data: their balls hold all of it, but few of them lie among it.
    let wide = PrecisionRecall().figures(samples.map { 10 * $0 }, Self.points(1_000, 2, seed: 5), width: 2)
    #expect(try #require(wide["recall"]).value > 0.9 && #require(wide["precision"]).value < 0.15)
    #expect(try #require(wide["coverage"]).value < 0.2)
    let off = PrecisionRecall().figures(samples.map { $0 + 9 }, samples, width: 2)
    #expect(off.allSatisfy { $0.value == 0 } && off.count == 4)
  }

  @Test func aClassifierTellsLawsApart() throws {
    let (a, b) = (Self.points(1_500, 3, seed: 1), Self.points(1_500, 3, seed: 2))
    #expect(isNear(ClassifierTwoSample().accuracy(a, b, width: 3), 0.5))
    let far = try #require(ClassifierTwoSample().accuracy(a, b.map { $0 + 20 }, width: 3))
    #expect(far.value == 1)
    // Two normal laws 2 apart: the best rule is right with probability Φ(1) = 0.841.
    let shifted = Self.points(1_500, 1, shift: 2, seed: 3)
    let near = try #require(ClassifierTwoSample().accuracy(Self.points(1_500, 1, seed: 4), shifted, width: 1))
    #expect(abs(near.value - 0.841) < 0.04)
  }

  @Test func fewPointsGiveNoFigures() {
    #expect(MaximumMeanDiscrepancy().discrepancy([1, 2], [1, 2], width: 1) == nil)
    #expect(EnergyDistance().distance([], [], width: 3) == nil)
    #expect(FrechetDistance().distance([1, 2], [3], width: 1) == nil)
    #expect(PrecisionRecall().figures([1, 2, 3], [1, 2, 3], width: 1).isEmpty)
    #expect(SlicedWasserstein().distance([1], [1], width: 1, seed: 0) == nil)
    // Points that are all equal are no trouble.
    let equal = [Float](repeating: 1, count: 100)
    #expect(MaximumMeanDiscrepancy().discrepancy(equal, equal, width: 2)?.value == 0)
    #expect(
      SlicedWasserstein().distance(equal, equal, width: 2, seed: 0) == Figure("sliced Wasserstein", 0, standardError: 0)
    )
    #expect(abs(FrechetDistance().distance(equal, equal, width: 2)?.value ?? 1) < 1e-6)
  }
}
