private import Foundation

/// Likelihoods as code lengths.
public enum BitsPerDimension {
  /// Bits a coordinate takes: −log₂ p(x)/D − log₂ w, where w is the width of the interval that stands for one value of
  /// discrete data: 1/256 for (q + u)/256, 1/127.5 for q/127.5 − 1, 1 for data that is continuous.
  ///
  /// - Parameters:
  ///   - logDensity: ln p(x), in nats.
  ///   - dimension: D.
  ///   - binWidth: w.
  public static func bits(logDensity: Double, dimension: Int, binWidth: Double = 1) -> Double {
    -logDensity / (Double(dimension) * log(2)) - log2(binWidth)
  }
}
