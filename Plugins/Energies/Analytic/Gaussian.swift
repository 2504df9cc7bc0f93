public import EBMCore
private import Foundation
public import Tensors

/// A normal distribution of any covariance.
///
/// ```
/// E(x) = ½ (x − μ)ᵀ Σ⁻¹ (x − μ),   ln Z = (D/2) ln 2π + ½ ln det Σ
/// ```
/// Computed as ½ ‖L⁻¹(x − μ)‖² with Σ = L Lᵀ.
public struct Gaussian: TractableEnergy {
  public static let name = "gaussian"
  public static let summary = "Normal distribution of any covariance."

  /// The origin of the plane.
  @Setting("μ, one number for each coordinate", .list(of: .coordinate, count: 1...)) public var center = [0.0, 0.0]
  @Setting(
    "Σ, a list of its rows; symmetric, positive definite", .list(of: .list(of: .coordinate, count: 1...), count: 1...))
  public var covariance = [[1.0, 0.0], [0.0, 1.0]]

  private enum CodingKeys: String, CodingKey {
    case center = "mean"
    case covariance
  }

  public init() {}

  /// N(mean, deviation² I).
  public init(mean: [Double], deviation: Double = 1) {
    center = mean
    covariance = mean.indices.map { row in mean.indices.map { $0 == row ? deviation * deviation : 0 } }
  }

  public func conflicts() -> [String] {
    if covariance.count != center.count || covariance.contains(where: { $0.count != center.count }) {
      let sizes = covariance.map { String($0.count) }.joined(separator: ", ")
      return ["the mean has \(center.count) numbers, but the covariance has rows of \(sizes)"]
    }
    return factor == nil ? ["the covariance \(covariance) is not symmetric and positive definite"] : []
  }

  private var factor: CholeskyFactor? { CholeskyFactor(covariance) }

  public var space: SampleSpace { SampleSpace(shape: [center.count]) }
  public var mean: [Double]? { center }
  public var variance: [Double]? { covariance.indices.map { covariance[$0][$0] } }
  public var logNormalizer: Double? {
    factor.map { factor in
      center.indices.reduce(0) { $0 + 0.5 * log(2 * .pi) + log(factor.lower[$1][$1]) }
    }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard let factor else { preconditionFailure("gaussian: \(conflicts().joined())") }
    let whitening = Tensor(rows: factor.inverse.map { $0.map(Float.init) })
    let white = (x - Tensor(center.map(Float.init))).matmul(whitening, transposeRight: true)
    return 0.5 * white.squared().sum(alongAxes: 1)
  }

  public func draws(_ count: Int, random: inout RandomStream) -> Tensor? {
    factor.map { factor in
      let coloring = Tensor(rows: factor.lower.map { $0.map(Float.init) })
      let white = random.normal([count, center.count])
      return white.matmul(coloring, transposeRight: true) + Tensor(center.map(Float.init))
    }
  }
}
