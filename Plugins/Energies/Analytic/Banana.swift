public import EBMCore
private import Foundation
public import Tensors

/// A bent normal distribution in the plane.
///
/// ```
/// E(x) = x₁²/(2 s₁²) + (x₂ − b (x₁² − s₁²))²/(2 s₂²),   ln Z = ln(2π s₁ s₂)
/// ```
/// x₁ ~ N(0, s₁²); given it, x₂ is normal around b (x₁² − s₁²), so that both means are 0 and Var x₂ = 2 b² s₁⁴ + s₂².
/// Source: the bend of Haario, Saksman & Tamminen, *Adaptive proposal distribution for random walk Metropolis
/// algorithm*, 1999, whose (s₁, s₂, b) are (10, 1, −0.03) or (10, 1, −0.1).
public struct Banana: TractableEnergy {
  public static let name = "banana"
  public static let summary = "Bent normal distribution in the plane."

  @Setting("b", .coordinate) public var bend = 1.0
  @Setting("s₁ and s₂", .list(of: .scale, count: 2...2)) public var deviations = [1.0, 0.5]

  public init() {}

  private var square: Double { deviations[0] * deviations[0] }

  public var space: SampleSpace { SampleSpace(shape: [2]) }
  public var logNormalizer: Double? { log(2 * .pi * deviations[0] * deviations[1]) }
  public var mean: [Double]? { [0, 0] }
  public var variance: [Double]? { [square, 2 * bend * bend * square * square + deviations[1] * deviations[1]] }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let first = x.sliced(alongAxis: 1, 0..<1)
    let offset = x.sliced(alongAxis: 1, 1..<2) - ridge(first)
    let energy = (first / Float(deviations[0])).squared() + (offset / Float(deviations[1])).squared()
    return 0.5 * energy.sum(alongAxes: 1)
  }

  /// The middle of x₂ given x₁.
  private func ridge(_ first: Tensor) -> Tensor { Float(bend) * (first.squared() - Float(square)) }

  public func draws(_ count: Int, random: inout RandomStream) -> Tensor? {
    let normal = random.normal([count, 2]) * Tensor(deviations.map(Float.init))
    let first = normal.sliced(alongAxis: 1, 0..<1)
    return Tensor.concatenated([first, normal.sliced(alongAxis: 1, 1..<2) + ridge(first)], alongAxis: 1)
  }
}
