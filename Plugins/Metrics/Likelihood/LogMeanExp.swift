private import Foundation
internal import Sampling

/// ln of the mean of weights that are given by their logarithms, as an estimate.
public struct LogMeanExp: Sendable {
  /// ln((1/n) Σ exp(w)).
  public let value: Double
  /// Its standard error by the delta method: sd(exp w)/(√n mean(exp w)). Too small when few weights dominate.
  public let standardError: Double
  /// (Σ exp w)²/Σ exp(2 w): how many equal weights the weights are worth.
  public let effectiveSampleSize: Double
  /// Its standard error by the delta method: as a share, that of the mean of 2 u − u²/mean(u²), u being weights over
  /// their mean. Too small when few weights dominate.
  public let effectiveSampleSizeError: Double

  /// The estimate from logarithms of weights.
  ///
  /// - Returns: nil for no weights, or when one is a NaN or +∞, or all are −∞.
  public init?(_ logWeights: [Double]) {
    guard let peak = logWeights.max(), peak.isFinite, !logWeights.contains(where: \.isNaN) else { return nil }
    let weights = Moments(logWeights.map { exp($0 - peak) })
    value = peak + log(weights.mean)
    standardError = weights.standardError / weights.mean
    // Of weights over their mean.
    let relative = logWeights.map { exp($0 - peak) / weights.mean }
    let square = Moments(relative.map { $0 * $0 }).mean
    effectiveSampleSize = Double(weights.count) / square
    effectiveSampleSizeError = effectiveSampleSize * Moments(relative.map { 2 * $0 - $0 * $0 / square }).standardError
  }
}
