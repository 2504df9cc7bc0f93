public import EBMCore
private import Foundation
public import Tensors

/// Two interleaved half circles with Gaussian noise.
///
/// Angle θ uniform on [0, π]; upper moon (cos θ, sin θ), lower moon (1 − cos θ, ½ − sin θ), each with probability ½;
/// shifted by (−½, −¼); noise N(0, s²). The density is the integral over θ, computed by quadrature.
/// This is the definition with random angles; others place angles on a grid. Classes 1 and 2 are the upper and the lower
/// moon.
public struct TwoMoons: Dataset {
  public static let name = "two-moons"
  public static let summary = "Two interleaved half circles with Gaussian noise."

  @Setting("s, standard deviation of the noise", .positive) public var deviation = 0.1

  public init() {}

  public var space: SampleSpace { SampleSpace(shape: [2], classes: 2) }
  public var plotRange: ClosedRange<Double> { -2.5...2.5 }

  public func batch(_ count: Int, random: inout RandomStream) -> Tensor { moons(count, &random).points }

  /// Points and the moon each belongs to.
  public func labeledBatch(_ count: Int, random: inout RandomStream) -> (points: Tensor, labels: Tensor)? {
    moons(count, &random)
  }

  private func moons(_ count: Int, _ random: inout RandomStream) -> (points: Tensor, labels: Tensor) {
    let angle = random.uniform([count, 1]) * Float.pi
    let isUpper = random.uniform([count, 1]) .< 0.5
    let x = Tensor.select(isUpper, angle.cos(), 1 - angle.cos()) - 0.5
    let y = Tensor.select(isUpper, angle.sin(), 0.5 - angle.sin()) - 0.25
    let curve = Tensor.concatenated([x, y], alongAxis: 1)
    return (curve + Float(deviation) * random.normal([count, 2]), 2 - isUpper.reshaped([count]))
  }

  /// Nodes of the midpoint rule: spaced by a thirtieth of the default noise.
  private static let nodes = 1_000

  public func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    let centres = (0..<TwoMoons.nodes).flatMap { node -> [(x: Double, y: Double)] in
      let angle = Double.pi * (Double(node) + 0.5) / Double(TwoMoons.nodes)
      let (x, y) = (cos(angle) - 0.5, sin(angle) - 0.25)
      return [(x, y), (-x, -y)]
    }
    return PlaneMixture(centres: centres, deviation: deviation, signal: signal, noise: noise).logDensity(at: points)
  }
}
