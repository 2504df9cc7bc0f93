public import EBMCore
private import Foundation
public import Tensors

/// A rolled-up line with Gaussian noise, the Swiss roll seen from the side.
///
/// t uniform on [3π/2, 9π/2], point t (cos t, sin t)/5, noise N(0, s²) with s = 0.1. The roll is that of scikit-learn's
/// `make_swiss_roll` without its third axis, divided by 5 so that it spans about [−3, 3]². The density is the integral
/// over t, computed by quadrature.
public struct SwissRoll: Dataset {
  public static let name = "swiss-roll"
  public static let summary = "A rolled-up line with Gaussian noise."

  @Setting("s, standard deviation of the noise", .positive) public var deviation = 0.1

  public init() {}

  public var space: SampleSpace { SampleSpace(shape: [2]) }
  public var plotRange: ClosedRange<Double> { -4...4 }

  private static let start = 1.5 * Double.pi
  private static let length = 3 * Double.pi

  public func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    let t = Float(SwissRoll.start) + Float(SwissRoll.length) * random.uniform([count, 1])
    let roll = Tensor.concatenated([t * t.cos(), t * t.sin()], alongAxis: 1) / 5
    return roll + Float(deviation) * random.normal([count, 2])
  }

  public func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    // The curve is 18 long: with 1,000 nodes they are a fifth of the default noise apart, where the midpoint rule is
    // exact to rounding.
    let centres = (0..<1_000).map { node -> (x: Double, y: Double) in
      let t = SwissRoll.start + SwissRoll.length * (Double(node) + 0.5) / 1_000
      return (t * cos(t) / 5, t * sin(t) / 5)
    }
    return PlaneMixture(centres: centres, deviation: deviation, signal: signal, noise: noise).logDensity(at: points)
  }
}
