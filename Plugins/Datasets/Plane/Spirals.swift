public import EBMCore
private import Foundation
public import Tensors

/// Two interleaved spirals with Gaussian noise, each with probability ½.
///
/// θ = 3π √u with u uniform on [0, 1], so that points are spread evenly along the spiral; ±θ (cos θ, sin θ)/(3π/2), noise
/// N(0, s²). Default s = 0.08. The density is the integral over u, computed by quadrature. Classes 1 and 2 are the two
/// spirals.
public struct Spirals: Dataset {
  public static let name = "spirals"
  public static let summary = "Two interleaved spirals with Gaussian noise."

  @Setting("s, standard deviation of the noise", .positive) public var deviation = 0.08

  public init() {}

  public var space: SampleSpace { SampleSpace(shape: [2], classes: 2) }
  public var plotRange: ClosedRange<Double> { -2.8...2.8 }

  public func batch(_ count: Int, random: inout RandomStream) -> Tensor { spirals(count, &random).points }

  /// Points and the spiral each belongs to.
  public func labeledBatch(_ count: Int, random: inout RandomStream) -> (points: Tensor, labels: Tensor)? {
    spirals(count, &random)
  }

  private func spirals(_ count: Int, _ random: inout RandomStream) -> (points: Tensor, labels: Tensor) {
    let angle = (3 * Float.pi) * random.uniform([count, 1]).squareRoot()
    let isSecond = random.uniform([count, 1]) .>= 0.5
    let radius = angle / (1.5 * Float.pi) * (1 - 2 * isSecond)
    let curve = Tensor.concatenated([radius * angle.cos(), radius * angle.sin()], alongAxis: 1)
    return (curve + Float(deviation) * random.normal([count, 2]), isSecond.reshaped([count]) + 1)
  }

  public func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    // Even steps of u are even steps of area, and nearly of length: 600 nodes on 9.7 of curve are 0.016 apart, a fifth
    // of the default noise, but the first few.
    let centres = (0..<600).flatMap { node -> [(x: Double, y: Double)] in
      let angle = 3 * Double.pi * ((Double(node) + 0.5) / 600).squareRoot()
      let (x, y) = (angle * cos(angle) / (1.5 * .pi), angle * sin(angle) / (1.5 * .pi))
      return [(x, y), (-x, -y)]
    }
    return PlaneMixture(centres: centres, deviation: deviation, signal: signal, noise: noise).logDensity(at: points)
  }
}
