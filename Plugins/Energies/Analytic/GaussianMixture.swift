public import EBMCore
private import Foundation
public import Tensors

/// A mixture of round normal distributions.
///
/// ```
/// E(x) = −ln Σ_k w_k N(x; μ_k, s_k² I),   Σ w_k = 1,   ln Z = 0
/// ```
/// Weights are divided by their sum. Modes of any covariance: `mixture` of `gaussian`.
public struct GaussianMixture: TractableEnergy {
  public static let name = "gaussian-mixture"
  public static let summary = "Mixture of round normal distributions."

  /// The four points (±2, ±2).
  @Setting("μ of each mode, a list of points", .list(of: .list(of: .coordinate, count: 1...), count: 1...))
  public var means = [[-2.0, -2.0], [-2.0, 2.0], [2.0, -2.0], [2.0, 2.0]]
  /// 0.5: modes 8 s apart, which Langevin chains of moderate length hardly cross.
  @Setting("s, one for all modes or one for each", .list(of: .scale, count: 1...)) public var deviations = [0.5]
  @Setting("relative weights w, one for all modes or one for each", .list(of: .scale, count: 1...))
  public var weights = [1.0]

  public init() {}

  /// Equal modes on a circle, the first on the x axis: eight of radius 0.5 and deviation 0.03 in
  /// Du et al., *Reduce, reuse, recycle*, 2023.
  public static func ring(modes: Int = 8, radius: Double = 0.5, deviation: Double = 0.03) -> GaussianMixture {
    let angles = (0..<modes).map { 2 * Double.pi * Double($0) / Double(modes) }
    return GaussianMixture { mixture in
      mixture.means = angles.map { [radius * cos($0), radius * sin($0)] }
      mixture.deviations = [deviation]
    }
  }

  public func conflicts() -> [String] {
    var problems: [String] = []
    if Set(means.map(\.count)).count != 1 { problems.append("means \(means) are not of one length") }
    for (what, count) in [("deviations", deviations.count), ("weights", weights.count)]
    where count != 1 && count != means.count {
      problems.append("\(means.count) means, but \(count) \(what)")
    }
    return problems
  }

  /// One of each mode's.
  private func each(_ values: [Double]) -> [Double] {
    values.count == 1 ? means.map { _ in values[0] } : values
  }

  /// w, of sum 1.
  private var shares: [Double] {
    let weights = each(weights)
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  public var space: SampleSpace { SampleSpace(shape: [means[0].count]) }
  public var logNormalizer: Double? { 0 }
  public var mean: [Double]? {
    means[0].indices.map { axis in zip(shares, means).reduce(0) { $0 + $1.0 * $1.1[axis] } }
  }
  public var variance: [Double]? {
    let deviations = each(deviations)
    return mean?.enumerated().map { axis, center in
      means.indices.reduce(0) {
        let offset = means[$1][axis] - center
        return $0 + shares[$1] * (offset * offset + deviations[$1] * deviations[$1])
      }
    }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let deviations = each(deviations)
    let halfDimension = Double(means[0].count) / 2
    let logPeaks = zip(shares, deviations).map { Float(log($0) - halfDimension * log(2 * .pi * $1 * $1)) }
    let precisions = deviations.map { Float(0.5 / ($0 * $0)) }
    let centers = Tensor(rows: means.map { $0.map(Float.init) })
    let distances = (x.expandingAxis(at: 1) - centers).squared().sum(alongAxes: 2)
    return -(Tensor(logPeaks) - distances * Tensor(precisions)).logSumExp(alongAxes: 1)
  }

  public func draws(_ count: Int, random: inout RandomStream) -> Tensor? {
    var total = 0.0
    let bounds = shares.dropLast().map { share -> Float in
      total += share
      return Float(total)
    }
    let mode = (random.uniform([count, 1]) .>= Tensor(bounds)).sum(alongAxes: 1)
    let centers = Tensor(rows: means.map { $0.map(Float.init) }).gatheringRows(at: mode)
    let scales = Tensor(each(deviations).map(Float.init)).gatheringRows(at: mode).expandingAxis(at: 1)
    return centers + scales * random.normal([count, means[0].count])
  }
}
