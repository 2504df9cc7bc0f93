private import Foundation

/// A mixture of isotropic Gaussians in the plane, all of one weight and one variance: what data sets of modes and of
/// noisy curves (a centre a node of a quadrature) have as their density.
struct PlaneMixture {
  private var x: [Double] = []
  private var y: [Double] = []
  private let variance: Double

  init(centres: [(x: Double, y: Double)], variance: Double) {
    x = centres.map(\.x)
    y = centres.map(\.y)
    self.variance = variance
  }

  /// The law of ā c + s̄ ε for points c of a mixture around these centres with standard deviation `deviation`.
  init(centres: [(x: Double, y: Double)], deviation: Double, signal: Double, noise: Double) {
    self.init(
      centres: centres.map { (signal * $0.x, signal * $0.y) },
      variance: signal * signal * deviation * deviation + noise * noise)
  }

  /// ln p at points, row-major `[count, 2]`.
  func logDensity(at points: [Double]) -> [Double] {
    let normalizer = log(Double(x.count) * 2 * Double.pi * variance)
    var exponents = [Double](repeating: 0, count: x.count)
    return stride(from: 0, to: points.count - 1, by: 2).map { index in
      var greatest = -Double.infinity
      for centre in exponents.indices {
        let (dx, dy) = (points[index] - x[centre], points[index + 1] - y[centre])
        exponents[centre] = -(dx * dx + dy * dy) / (2 * variance)
        greatest = max(greatest, exponents[centre])
      }
      // Far from the greatest term the others are nothing: exp(-40) is below the rounding of 1.
      var sum = 0.0
      for exponent in exponents where exponent > greatest - 40 { sum += exp(exponent - greatest) }
      return greatest + log(sum) - normalizer
    }
  }

  /// The centre within `radius` of a point, if any; the nearest of several.
  static func nearest(
    to point: ArraySlice<Float>, among centres: [(x: Double, y: Double)], within radius: Double
  ) -> Int? {
    let coordinates = point.map(Double.init)
    let squares = centres.map { centre in
      (coordinates[0] - centre.x) * (coordinates[0] - centre.x)
        + (coordinates[1] - centre.y) * (coordinates[1] - centre.y)
    }
    guard let least = squares.min(), least <= radius * radius else { return nil }
    return squares.firstIndex(of: least)
  }
}
