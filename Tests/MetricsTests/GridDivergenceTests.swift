import EBMCore
import Foundation
import Metrics
import Tensors
import Testing

@Suite struct GridDivergenceTests {
  /// The figures of a model whose energy is given.
  private func figures(
    of dataset: some Dataset = Plane(), signal: Double = 1, noise: Double = 0,
    _ energy: @escaping @Sendable (_ x: Tensor) -> Tensor
  ) throws -> [Figure] {
    let density = ModelDensity(shape: [2]) { x, _ in energy(x) }
    return try GridDivergence().figures(
      from: Evaluation(
        dataset: dataset, samples: [], density: density, densityNoise: PointNoise(signal: signal, noise: noise)))
  }

  private static func normal(_ x: Tensor, center: [Float] = [0, 0], deviation: Float = 1) -> Tensor {
    (x - Tensor(center)).squared().sum(alongAxes: 1) / (2 * deviation * deviation)
  }

  @Test func vanishesForTheTruthUpToAConstant() throws {
    let found = try figures { Self.normal($0) - 37 }
    // Energies are single precision.
    #expect(abs(try #require(found.first).value) < 1e-5)
    #expect(found.allSatisfy { $0.cautions.isEmpty }, "\(found)")
  }

  /// KL(N(0, v I) ‖ N(m, s² I)) = ‖m‖²/(2 s²) + (v/s² − 1 − ln(v/s²)) in two dimensions.
  @Test(arguments: [(1, 0, 0.5, -0.25, 1), (1, 0, 0, 0, 1.5), (0.8, 0.9, 0.3, 0.3, 0.9), (1, 0, 6, 0, 3)])
  func isThatOfGaussians(signal: Double, noise: Double, x0: Double, y0: Double, deviation s: Double) throws {
    let v = signal * signal + noise * noise
    let found = try figures(signal: signal, noise: noise) {
      Self.normal($0, center: [Float(x0), Float(y0)], deviation: Float(s))
    }
    let ratio = v / (s * s)
    let expected = (x0 * x0 + y0 * y0) / (2 * s * s) + ratio - 1 - log(ratio)
    // The midpoint rule is off by h²/24 times the slope at the edge of grid and frame, h = 0.32.
    #expect(abs(try #require(found.first).value - expected) < 1e-3)
    #expect(found.allSatisfy { $0.cautions.isEmpty }, "\(found)")
  }

  /// Half of the model lies where neither data nor pictures are: ln 2, which a grid of the plot range alone would call 0.
  @Test(arguments: [20, 60] as [Float]) func massOutsideThePlotIsCounted(away: Float) throws {
    let found = try figures { x in
      let terms = [[0, 0], [away, away]].map { -Self.normal(x, center: $0).reshaped([-1, 1]) }
      return -Tensor.concatenated(terms, alongAxis: 1).logSumExp(alongAxes: 1)
    }
    #expect(abs(try #require(found["KL(true‖model)"]).value - log(2)) < 1e-3, "\(found)")
    #expect(abs(try #require(found["model mass outside the plot"]).value - 0.5) < 1e-3)
  }

  /// Data whose plot shows a quarter of it.
  private struct NarrowPlot: Dataset {
    static let name = "narrow-plot"
    static let summary = "A normal distribution, of which the plot shows a part."
    var space: SampleSpace { SampleSpace(shape: [2]) }
    var plotRange: ClosedRange<Double> { -0.6745...0.6745 }
    func batch(_ count: Int, random: inout RandomStream) -> Tensor { random.normal([count, 2]) }
    func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
      Plane().logDensity(at: points, signal: signal, noise: noise)
    }
  }

  @Test func theWindowHoldsTheData() throws {
    // Within the plot a wider law looks nearly the same.
    let found = try figures(of: NarrowPlot()) { Self.normal($0, deviation: 3) }
    #expect(abs(try #require(found.first).value - (1.0 / 9 - 1 + log(9))) < 1e-3)
  }

  @Test func anEnergyWithoutEndIsSaidToHaveNone() throws {
    let found = try figures { Tensor.minimum(Self.normal($0), Tensor(12)) }
    #expect(found.count == 2)
    for figure in found {
      #expect(figure.cautions.contains { $0.hasPrefix("the model's mass does not end: ") }, "\(figure)")
    }
  }

  @Test func aWellThatTheGridMissesIsNoticed() throws {
    // A third of a cell wide; half the mass is there, or none, as the grid falls.
    let width: Float = 0.027
    let found = try figures { x in
      let well = -Self.normal(x, center: [0.04, 0.04], deviation: width) - 2 * log(width)
      let terms = [-Self.normal(x), well].map { $0.reshaped([-1, 1]) }
      return -Tensor.concatenated(terms, alongAxis: 1).logSumExp(alongAxes: 1)
    }
    #expect(try #require(found.first).cautions.contains { $0.hasPrefix("the grid is too coarse") }, "\(found)")
  }

  @Test func aModelWithoutMassWhereDataIsIsInfinitelyFar() throws {
    let found = try figures { x in
      Tensor.select(x.sum(alongAxes: 1) .< 0, Self.normal(x), Tensor(Float.infinity))
    }
    #expect(found.first?.value == .infinity)
    #expect(found.first?.cautions.first?.hasPrefix("the model has no mass at ") == true, "\(found)")
  }

  @Test func doesNotHideWhatIsNotANumber() throws {
    let found = try figures { x in Tensor.select(x.sum(alongAxes: 1) .< 0, Self.normal(x), Tensor(Float.nan)) }
    #expect(found.first?.value.isNaN == true)
    #expect(found.first?.cautions == ["the model's energy is not a number at 20100 of 40000 points of the grid"])
  }

  @Test func doesNotApplyWithoutDensity() throws {
    #expect(try GridDivergence().evaluate(Evaluation(dataset: Plane(), samples: [])).isEmpty)
    #expect(try figures(of: Unknown()) { Self.normal($0) }.isEmpty)
  }
}
