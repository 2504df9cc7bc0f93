public import EBMCore
private import Foundation
public import Tensors

/// Concentric circles with Gaussian noise, each with the same probability.
///
/// Angle uniform on [0, 2π), radius one of `radii`, noise N(0, s²) in both coordinates. Defaults 0.7, 1.4, 2.1 and
/// s = 0.05. A circle of radius ρ under noise of variance v has the density
/// p(x) = exp(−(|x|² + ρ²)/(2v)) I₀(|x| ρ/v)/(2πv), with the Bessel function I₀.
public struct Rings: Dataset {
  public static let name = "rings"
  public static let summary = "Concentric circles with Gaussian noise."

  @Setting("radius of each circle", .list(of: .positive, count: 1...)) public var radii = [0.7, 1.4, 2.1]
  @Setting("s, standard deviation of the noise", .positive) public var deviation = 0.05

  public init() {}

  private var outermost: Double { radii.max() ?? 0 }

  public var space: SampleSpace { SampleSpace(shape: [2]) }
  public var plotRange: ClosedRange<Double> {
    let reach = 1.25 * outermost + 3 * deviation
    return -reach...reach
  }

  public func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    let last = Float(radii.count - 1)
    let ring = Tensor.minimum((random.uniform([count]) * (last + 1)).floor(), Tensor(last))
    let radius = Tensor(rows: radii.map { [Float($0)] }).gatheringRows(at: ring)
    let angle = random.uniform([count, 1]) * (2 * Float.pi)
    let circle = Tensor.concatenated([radius * angle.cos(), radius * angle.sin()], alongAxis: 1)
    return circle + Float(deviation) * random.normal([count, 2])
  }

  public func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    let variance = signal * signal * deviation * deviation + noise * noise
    return stride(from: 0, to: points.count - 1, by: 2).map { index in
      let distance = hypot(points[index], points[index + 1])
      let terms = radii.map { radius -> Double in
        let difference = distance - signal * radius
        return -difference * difference / (2 * variance) + logScaledBessel(distance * signal * radius / variance)
      }
      let greatest = terms.max() ?? 0
      let sum = terms.reduce(0) { $0 + exp($1 - greatest) }
      return greatest + log(sum / (Double(radii.count) * 2 * Double.pi * variance))
    }
  }

  public var modeCount: Int { radii.count }

  /// The circle within 3 s of which the point lies, the nearest of several.
  public func mode(of point: ArraySlice<Float>) -> Int? {
    let coordinates = point.map(Double.init)
    let distances = radii.map { abs(hypot(coordinates[0], coordinates[1]) - $0) }
    guard let least = distances.min(), least <= 3 * deviation else { return nil }
    return distances.firstIndex(of: least)
  }

  /// ln(e^(−z) I₀(z)) for z ≥ 0: the power series below 20, the asymptotic one above, both to 1e-12.
  ///
  /// Source: Abramowitz & Stegun, *Handbook of mathematical functions*, 1964, 9.6.10 and 9.7.1.
  private func logScaledBessel(_ z: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    if z < 20 {
      for k in 1...100 where term > 1e-17 * sum {
        term *= z * z / (4 * Double(k * k))
        sum += term
      }
      return log(sum) - z
    }
    for k in 1...20 {
      let odd = Double(2 * k - 1)
      let next = term * odd * odd / (8 * z * Double(k))
      // An asymptotic series is best cut where its terms begin to grow.
      if next > term { break }
      term = next
      sum += term
    }
    return log(sum) - 0.5 * log(2 * Double.pi * z)
  }
}
