public import EBMCore
private import Foundation
public import Tensors

/// Two interleaved half circles with Gaussian noise.
///
/// Angle θ uniform on [0, π]; upper moon (cos θ, sin θ), lower moon (1 − cos θ, ½ − sin θ), each with probability ½;
/// shifted by (−½, −¼); noise N(0, s²). The density is the integral over θ, computed by quadrature.
/// This is the definition with random angles; others place angles on a grid.
public struct TwoMoons: Dataset {
  public static let name = "two-moons"
  public static let summary = "Two interleaved half circles with Gaussian noise."
  public static let settings = [Setting("deviation", "s, standard deviation of the noise", .positive)]

  /// s. 0.1.
  public var deviation = 0.1

  public init() {}

  /// Moons with this noise.
  public init(deviation: Double) { self.deviation = deviation }

  public var space: SampleSpace { SampleSpace(shape: [2]) }
  public var plotRange: ClosedRange<Double> { -2.5...2.5 }

  public func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    let angle = random.uniform([count, 1]) * Float.pi
    let isUpper = random.uniform([count, 1]) .< 0.5
    let x = Tensor.select(isUpper, angle.cos(), 1 - angle.cos()) - 0.5
    let y = Tensor.select(isUpper, angle.sin(), 0.5 - angle.sin()) - 0.25
    return Tensor.concatenated([x, y], alongAxis: 1) + Float(deviation) * random.normal([count, 2])
  }

  /// Nodes of the midpoint rule: spaced by a thirtieth of the default noise.
  private static let nodes = 1_000

  public func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    let variance = signal * signal * deviation * deviation + noise * noise
    let centres = (0..<TwoMoons.nodes).flatMap { node -> [(Double, Double)] in
      let angle = Double.pi * (Double(node) + 0.5) / Double(TwoMoons.nodes)
      return [
        (signal * (cos(angle) - 0.5), signal * (sin(angle) - 0.25)),
        (signal * (0.5 - cos(angle)), signal * (0.25 - sin(angle))),
      ]
    }
    let scale = 1 / (Double(centres.count) * 2 * Double.pi * variance)
    return stride(from: 0, to: points.count - 1, by: 2).map { index in
      let sum = centres.reduce(0.0) { sum, centre in
        let (dx, dy) = (points[index] - centre.0, points[index + 1] - centre.1)
        return sum + exp(-(dx * dx + dy * dy) / (2 * variance))
      }
      return log(scale * sum)
    }
  }
}
