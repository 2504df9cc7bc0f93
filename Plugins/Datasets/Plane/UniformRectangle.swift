private import Foundation
internal import Tensors

/// The uniform law on a rectangle in the plane, and its law under noise.
struct UniformRectangle {
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>

  func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    let lower = Tensor([Float(x.lowerBound), Float(y.lowerBound)])
    let size = Tensor([Float(x.upperBound - x.lowerBound), Float(y.upperBound - y.lowerBound)])
    return lower + size * random.uniform([count, 2])
  }

  /// ln p at points `[count, 2]` of ā c + s̄ ε.
  func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double] {
    // ∫ N(x; ā u, s̄²) du/(b − a) over one side.
    func side(_ value: Double, _ range: ClosedRange<Double>) -> Double {
      let (low, high) = (signal * range.lowerBound, signal * range.upperBound)
      if noise == 0 { return value >= low && value <= high ? 1 / (high - low) : 0 }
      let unit = noise * 2.0.squareRoot()
      return 0.5 * (erf((value - low) / unit) - erf((value - high) / unit)) / (high - low)
    }
    return stride(from: 0, to: points.count - 1, by: 2).map { index in
      log(side(points[index], x)) + log(side(points[index + 1], y))
    }
  }

  func contains(_ point: ArraySlice<Float>) -> Bool {
    let coordinates = point.map(Double.init)
    return x.contains(coordinates[0]) && y.contains(coordinates[1])
  }
}
