import EBMCore
import Foundation
import Metrics
import Tensors
import Testing

@Suite struct KernelSteinDiscrepancyTests {
  /// The Stein kernel by central differences of k.
  private func stein(_ x: [Double], _ y: [Double], _ sx: [Double], _ sy: [Double], _ width: Double) -> Double {
    func kernel(_ x: [Double], _ y: [Double]) -> Double {
      1 / (width * width + zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }).squareRoot()
    }
    let h = 1e-4
    func moved(_ x: [Double], _ axis: Int, _ step: Double) -> [Double] {
      var x = x
      x[axis] += step
      return x
    }
    var sum = kernel(x, y) * zip(sx, sy).reduce(0) { $0 + $1.0 * $1.1 }
    for axis in x.indices {
      let (xp, xm, yp, ym) = (moved(x, axis, h), moved(x, axis, -h), moved(y, axis, h), moved(y, axis, -h))
      sum += sx[axis] * (kernel(x, yp) - kernel(x, ym)) / (2 * h)
      sum += sy[axis] * (kernel(xp, y) - kernel(xm, y)) / (2 * h)
      sum += (kernel(xp, yp) - kernel(xp, ym) - kernel(xm, yp) + kernel(xm, ym)) / (4 * h * h)
    }
    return sum
  }

  @Test func theFormulaIsThatOfTheKernel() throws {
    let points = normals(12, seed: 1)
    let scores = normals(12, seed: 2)
    func row(_ values: [Float], _ index: Int) -> [Double] { values[3 * index..<3 * index + 3].map(Double.init) }
    var sum = 0.0
    for i in 0..<4 {
      for j in 0..<4 where i != j {
        sum += stein(row(points, i), row(points, j), row(scores, i), row(scores, j), 0.8)
      }
    }
    let figure = try #require(
      KernelSteinDiscrepancy {
        $0.width = 0.8
      }.discrepancy(points, scores: scores, width: 3))
    #expect(abs(figure.value - sum / 12) < 1e-6)
  }

  @Test func samplesOfTheModelHaveNone() throws {
    let density = ModelDensity(shape: [2]) { x, _ in 0.5 * x.squared().sum(alongAxes: 1) }
    let exact = normals(4_000, seed: 3)
    #expect(density.scores(at: [1, -2]) == [-1, 2] && density.energies(at: [1, -2]) == [2.5])
    func figure(_ samples: [Float]) throws -> Figure? {
      try KernelSteinDiscrepancy().evaluate(Evaluation(dataset: Plane(), samples: samples, density: density)).first
    }
    #expect(isNear(try figure(exact), 0))
    // An error of a fifth of the standard deviation, or of spread, is seen.
    for wrong in [exact.map { $0 + 0.2 }, exact.map { 1.2 * $0 }] {
      let found = try #require(try figure(wrong))
      #expect(found.value > 4 * (found.standardError ?? .infinity))
    }
    #expect(try KernelSteinDiscrepancy().evaluate(Evaluation(dataset: Plane(), samples: exact)).isEmpty)
  }
}
