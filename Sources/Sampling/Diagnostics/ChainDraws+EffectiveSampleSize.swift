private import Foundation

extension ChainDraws {
  /// The biased autocovariance of each chain, (1/n) Σ (x_t − x̄)(x_{t+k} − x̄) at lags k = 0, 1, …, n − 1.
  ///
  /// - Complexity: O(n log n) a chain, by Fourier transforms.
  public var autocovariance: [[Double]] {
    var size = 1
    while size < 2 * length { size *= 2 }
    return chains.map { chain in
      let mean = Moments(chain).mean
      var transform = FourierTransform(chain.map { $0 - mean }, size: size)
      for index in 0..<size {
        let (a, b) = (transform.real[index], transform.imaginary[index])
        transform.real[index] = a * a + b * b
        transform.imaginary[index] = 0
      }
      // The power spectrum is real and even: transforming it forwards is the same as backwards.
      transform.run()
      return transform.real.prefix(length).map { $0 / Double(size * length) }
    }
  }

  /// The autocorrelation over all chains at lags 0, 1, …; 1 − (W − mean autocovariance)/pooled variance. Nil when
  /// nothing moves.
  public var autocorrelation: [Double]? {
    guard let variances else { return nil }
    let covariances = autocovariance
    var result = (0..<length).map { lag in
      let mean = covariances.reduce(0) { $0 + $1[lag] } / Double(count)
      return 1 - (variances.within - mean) / variances.pooled
    }
    result[0] = 1
    return result
  }

  /// How many independent draws give the mean as exactly: chains × length / τ.
  ///
  /// ```
  /// τ = −1 + 2 Σ_k P_k,   P_k = ρ_2k + ρ_2k+1
  /// ```
  /// with the initial positive, monotone sequence of P. Chains are not split here; autocovariances are biased (divided by
  /// n), as in most packages, and τ is at least 1/log₁₀ of the number of draws. Source: Geyer, *Practical Markov chain
  /// Monte Carlo*, 1992; Stan's reference manual.
  public var effectiveSampleSize: Double? {
    guard let correlation = autocorrelation else { return nil }
    var (sum, least) = (0.0, Double.infinity)
    for lag in stride(from: 0, to: length - 1, by: 2) {
      let pair = correlation[lag] + correlation[lag + 1]
      if lag > 0, pair <= 0 { break }
      least = min(least, pair)
      sum += least
    }
    let draws = Double(count * length)
    return draws / max(2 * sum - 1, 1 / log10(draws))
  }

  /// Effective sample size for the bulk of the distribution: that of split, rank-normalised chains.
  ///
  /// Source: Vehtari et al., 2021.
  public var bulkEffectiveSampleSize: Double? { split.rankNormalized.effectiveSampleSize }

  /// Effective sample size for the tails: the lesser of those of x ≤ q for the 5 % and the 95 % quantile q, chains
  /// split.
  ///
  /// Source: Vehtari et al., 2021.
  public var tailEffectiveSampleSize: Double? {
    let sorted = all.sorted()
    let sizes = [0.05, 0.95].map { level in
      let quantile = Quantile.of(sorted, level)
      return split.map { $0 <= quantile ? 1 : 0 }.effectiveSampleSize
    }
    guard let lower = sizes[0], let upper = sizes[1] else { return nil }
    return min(lower, upper)
  }
}
