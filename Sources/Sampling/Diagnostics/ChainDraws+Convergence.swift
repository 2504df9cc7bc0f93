private import Foundation

extension ChainDraws {
  /// √(pooled variance / variance within chains), the potential scale reduction; chains are not split.
  ///
  /// Source: Gelman & Rubin, *Inference from iterative simulation using multiple sequences*, 1992.
  public var potentialScaleReduction: Double? { variances.map { ($0.pooled / $0.within).squareRoot() } }

  /// R̂ of split chains, which also sees a chain that drifts.
  public var splitRHat: Double? { split.potentialScaleReduction }

  /// The larger R̂ of split, rank-normalised chains and of their distances from the median: also for laws without a
  /// variance, and for chains that differ in spread alone. Below 1.01 is good.
  ///
  /// Source: Vehtari et al., *Rank-normalization, folding, and localization*, 2021.
  public var rankNormalizedRHat: Double? {
    let median = Quantile.of(all.sorted(), 0.5)
    let folded = map { abs($0 - median) }
    guard let bulk = split.rankNormalized.potentialScaleReduction else { return nil }
    // Draws of two values are all at the same distance: then there is nothing to fold.
    return max(bulk, folded.split.rankNormalized.potentialScaleReduction ?? bulk)
  }

  /// Monte Carlo standard error of the mean: standard deviation/√ESS, chains split.
  public var meanStandardError: Double? {
    split.effectiveSampleSize.map { standardDeviation / $0.squareRoot() }
  }

  /// Monte Carlo standard error of the standard deviation.
  ///
  /// √(Var((x − x̄)²)/ESS of (x − x̄)²)/(2 sd), by the delta method, chains split.
  public var deviationStandardError: Double? {
    let mean = mean
    let squares = map { ($0 - mean) * ($0 - mean) }
    return squares.meanStandardError.map { $0 / (2 * standardDeviation) }
  }
}
