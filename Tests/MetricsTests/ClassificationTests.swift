import EBMCore
import FileFormats
import Foundation
import Metrics
import Tensors
import Testing

@Suite struct ClassificationTests {
  /// Scores N(d, 1) against N(0, 1): Φ(d/√2).
  @Test(arguments: [(0, 0.5), (1, 0.7602499389065233), (-2, 0.07864960352514251)] as [(Float, Double)])
  func areaOfGaussianScores(_ shift: Float, expected: Double) {
    let positives = normals(8_000, seed: 1).map { Double($0 + shift) }
    let figure = ReceiverOperatingCharacteristic.area(
      positives: positives, negatives: normals(5_000, seed: 2).map(Double.init))
    #expect(isNear(figure, expected))
  }

  @Test func tiesCountHalfAndErrorsAreDeLongs() throws {
    let (positives, negatives) = ([3, 2, 2, 5, 1], [1, 2, 0, 3]) as ([Double], [Double])
    func wins(_ p: Double, _ n: Double) -> Double { p > n ? 1 : p == n ? 0.5 : 0 }
    let ofPositives = positives.map { p in mean(negatives.map { wins(p, $0) }) }
    let ofNegatives = negatives.map { n in mean(positives.map { wins($0, n) }) }
    let figure = try #require(ReceiverOperatingCharacteristic.area(positives: positives, negatives: negatives))
    #expect(abs(figure.value - mean(ofPositives)) < 1e-12)
    let variance = pow(deviation(ofPositives), 2) / 5 + pow(deviation(ofNegatives), 2) / 4
    #expect(abs(try #require(figure.standardError) - variance.squareRoot()) < 1e-12)
    #expect(ReceiverOperatingCharacteristic.area(positives: [1, 1], negatives: [1, 1, 1])?.value == 0.5)
    #expect(ReceiverOperatingCharacteristic.area(positives: [], negatives: [1]) == nil)
    #expect(ReceiverOperatingCharacteristic.area(positives: [.nan], negatives: [1]) == nil)
  }

  @Test func anEnergyThatKnowsTheDataIsGood() throws {
    let density = ModelDensity(shape: [2]) { x, _ in 0.5 * x.squared().sum(alongAxes: 1) }
    let evaluation = try Evaluation(dataset: Plane(), samples: normals(4_000, seed: 1), density: density)
    // Uniform on [−8, 8]²: −E of a point at distance r beats it with probability exp(−r²/2), so the area is about
    // 1 − ∫ exp(−r²/2)/256 = 1 − 2π/256.
    let uniform = try OutOfDistribution().evaluate(evaluation).first
    #expect(isNear(uniform, 1 - 2 * Double.pi / 256))
    // Against itself it is blind.
    #expect(isNear(try OutOfDistribution { $0.outliers = Plane() }.evaluate(evaluation).first, 0.5))
    let blind = ModelDensity(shape: [2]) { x, _ in 0 * x.sum(alongAxes: 1) }
    let none = try Evaluation(dataset: Plane(), samples: normals(4_000, seed: 1), density: blind)
    #expect(try OutOfDistribution().evaluate(none).first?.value == 0.5)
    #expect(try OutOfDistribution().evaluate(Evaluation(dataset: Plane(), samples: [0, 0])).isEmpty)
  }

  /// A density of noisy points is blind to outliers that are the data again, whatever noise the samples have: outliers get
  /// the density's noise, and so does the data.
  @Test(arguments: [0.0, 0.8]) func outliersHaveTheNoiseOfTheData(ofSamples noise: Double) throws {
    let density = ModelDensity(shape: [2]) { x, _ in x.squared().sum(alongAxes: 1) }
    let evaluation = try Evaluation(
      dataset: Plane(), samples: normals(4_000, seed: 1),
      reference: normals(4_000, seed: 7).map { (noise > 0 ? 0.9434 : 1) * $0 },
      noise: noise > 0 ? PointNoise(signal: 0.5, noise: noise) : PointNoise(), density: density,
      densityNoise: PointNoise(signal: 0.5, noise: 0.8), seed: 9)
    #expect(isNear(try OutOfDistribution { $0.outliers = Plane() }.evaluate(evaluation).first, 0.5))
  }

  @Test func settingsOfOutliersAreAComponent() throws {
    var registry = ComponentRegistry()
    try registry.add(OutOfDistribution.self)
    #expect(registry.entries(in: .metric)[0].defaults["outliers"] == .null)
    #expect(
      try OutOfDistribution {
        $0.outliers = Plane()
      }.recipeValue()["outliers"]?["type"]?.stringValue == "plane")
  }

  @Test func calibrationOfAConstructedCase() throws {
    // Bins of 0.8: 10 of which 6 are right; of 0.6: 10 of which 6 are right. ECE = ½ · 0.2 + ½ · 0.
    let probabilities = (0..<20).flatMap { $0 < 10 ? [0.8, 0.2] : [0.4, 0.6] }
    let labels = (0..<20).map { $0 < 10 ? ($0 < 6 ? 1 : 2) : ($0 < 16 ? 2 : 1) }
    let figures = CalibrationError { $0.bins = 10 }.figures(probabilities: probabilities, labels: labels, seed: 1)
    #expect(abs(try #require(figures["ECE"]).value - 0.1) < 1e-12)
    #expect(abs(try #require(figures["accuracy"]).value - 0.6) < 1e-12)
    #expect(try #require(figures["ECE"]?.standardError) > 0.01)
    #expect(CalibrationError().figures(probabilities: [], labels: [], seed: 1).isEmpty)
  }

  @Test func aCalibratedClassifierHasALittleError() throws {
    let draws = normals(40_000, seed: 5).map { 0.5 * erfc(-Double($0) / 2.0.squareRoot()) }
    let confidences = (0..<20_000).map { 0.5 + 0.5 * draws[$0] }
    let labels = (0..<20_000).map { draws[20_000 + $0] < confidences[$0] ? 1 : 2 }
    func figures(_ sharpen: Double) -> [Figure] {
      let probabilities = confidences.flatMap { value -> [Double] in
        let p = min(1, value + sharpen)
        return [p, 1 - p]
      }
      return CalibrationError().figures(probabilities: probabilities, labels: labels, seed: 1)
    }
    #expect(try #require(figures(0)["ECE"]).value < 0.02)
    #expect(try #require(figures(0)["accuracy"]).value > 0.74)
    #expect(try #require(figures(0.1)["ECE"]).value > 0.07)
  }
}
