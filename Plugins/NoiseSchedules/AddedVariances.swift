internal import EBMCore
private import Foundation

extension NoiseLevels {
  /// Variance-preserving levels, each of which adds the variance β_j and shrinks the signal by √(1 − β_j), from the
  /// first: ā_j² = Π_{k ≤ j} (1 − β_k), s̄_j² = 1 − ā_j².
  init(addedVariances: [Double]) throws(ConfigurationError) {
    // ln ā², summed so that 1 − ā² keeps its digits where ā is near 1.
    var logarithm = 0.0
    let logarithms = addedVariances.map { variance in
      logarithm += log1p(-variance)
      return logarithm
    }
    try self.init(signals: logarithms.map { exp($0 / 2) }, noises: logarithms.map { (-expm1($0)).squareRoot() })
  }
}
