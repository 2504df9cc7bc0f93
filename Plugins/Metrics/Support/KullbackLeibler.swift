internal import EBMCore
private import Foundation

/// KL(true ‖ model) of two laws on the same points.
enum KullbackLeibler {
  /// Σ p (ln p − ln q) of laws that are given by their logarithms up to a constant.
  static func figure(_ truth: [Double], _ model: [Double]) -> Figure {
    let (p, q) = (normalized(truth), normalized(model))
    // 0 ln 0 = 0
    let divergence = zip(p, q).reduce(0) { sum, pair in
      pair.0 == -.infinity ? sum : sum + exp(pair.0) * (pair.0 - pair.1)
    }
    return Figure("KL(true‖model)", divergence)
  }

  private static func normalized(_ logDensity: [Double]) -> [Double] {
    let peak = logDensity.max() ?? 0
    let total = peak + log(logDensity.reduce(0) { $0 + exp($1 - peak) })
    return logDensity.map { $0 - total }
  }
}
