public import EBMCore
private import Foundation
public import Tensors

/// Eight Gaussians on a circle, each with probability ⅛.
///
/// Centres r (cos kπ/4, sin kπ/4), k = 0…7, noise N(0, s²). Defaults r = 2, s = 0.15; r = 0.5, s = 0.03 is the ring of
/// Du et al., *Reduce, reuse, recycle*, 2023. A mode is what lies within 3 s of a centre, as 98.9 % of each do.
public struct EightGaussians: Dataset {
  public static let name = "eight-gaussians"
  public static let summary = "Eight Gaussians on a circle."

  @Setting("r, radius of the circle of centres", .positive) public var radius = 2.0
  @Setting("s, standard deviation of each Gaussian", .positive) public var deviation = 0.15

  public init() {}

  private var centres: [(x: Double, y: Double)] {
    (0..<8).map { (radius * cos(Double($0) * .pi / 4), radius * sin(Double($0) * .pi / 4)) }
  }

  public var space: SampleSpace { SampleSpace(shape: [2]) }
  public var plotRange: ClosedRange<Double> { (-1.5 * radius - 3 * deviation)...(1.5 * radius + 3 * deviation) }

  public func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    let mode = Tensor.minimum((random.uniform([count]) * 8).floor(), Tensor(7))
    let table = Tensor(rows: centres.map { [Float($0.x), Float($0.y)] })
    return table.gatheringRows(at: mode) + Float(deviation) * random.normal([count, 2])
  }

  public func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    PlaneMixture(centres: centres, deviation: deviation, signal: signal, noise: noise).logDensity(at: points)
  }

  public var modeCount: Int { 8 }

  public func mode(of point: ArraySlice<Float>) -> Int? {
    PlaneMixture.nearest(to: point, among: centres, within: 3 * deviation)
  }
}
