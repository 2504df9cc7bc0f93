/// Draws of one scalar by several chains of the same length: what convergence diagnostics look at.
///
/// ```swift
/// let draws = ChainDraws([[0.1, 0.4, …], [0.3, 0.2, …]])
/// draws.effectiveSampleSize        // nil when nothing moved
/// ```
/// Diagnostics are nil for draws that are all equal or not all finite: no convergence can be told from them.
public struct ChainDraws: Sendable {
  /// The draws of each chain, in time.
  public let chains: [[Double]]

  /// Draws of at least one chain, at least four each.
  ///
  /// - Precondition: all chains have the same length, at least 4.
  public init(_ chains: [[Double]]) {
    let length = chains.first?.count ?? 0
    precondition(
      length >= 4 && chains.allSatisfy { $0.count == length },
      "ChainDraws: chains of lengths \(chains.map(\.count)), expected one length, at least 4")
    self.chains = chains
  }

  /// Draws whose lengths are known to agree; halves may be as short as 2.
  private init(unchecked chains: [[Double]]) { self.chains = chains }

  /// Number of chains.
  public var count: Int { chains.count }
  /// Draws of each chain.
  public var length: Int { chains[0].count }

  /// All draws.
  var all: [Double] { chains.flatMap { $0 } }

  /// Each chain's halves as chains, the middle draw of an odd number left out.
  public var split: ChainDraws {
    let half = length / 2
    return ChainDraws(unchecked: chains.flatMap { [Array($0.prefix(half)), Array($0.suffix(half))] })
  }

  /// The draws with each replaced by a function of it.
  func map(_ transform: (Double) -> Double) -> ChainDraws {
    ChainDraws(unchecked: chains.map { $0.map(transform) })
  }

  /// The draws with their ranks r among all S in their place, as normal scores Φ⁻¹((r − 3/8)/(S + 1/4)); equal draws
  /// have the mean of their ranks.
  ///
  /// Source: Vehtari et al., *Rank-normalization, folding, and localization*, 2021, equation 14.
  public var rankNormalized: ChainDraws {
    let ranks = Ranks.averaged(all)
    let total = Double(ranks.count)
    let scores = ranks.map { NormalDistribution.quantile(($0 - 0.375) / (total + 0.25)) }
    return ChainDraws(unchecked: (0..<count).map { Array(scores[$0 * length..<($0 + 1) * length]) })
  }

  /// Variances within and between chains, as they are pooled: (n − 1)/n W + B/n.
  var variances: (within: Double, pooled: Double)? {
    let moments = chains.map(Moments.init)
    let within = moments.map(\.variance).reduce(0, +) / Double(count)
    let between = count > 1 ? Moments(moments.map(\.mean)).variance : 0
    let pooled = within * Double(length - 1) / Double(length) + between
    return within > 0 && pooled.isFinite ? (within, pooled) : nil
  }

  /// Mean of all draws.
  public var mean: Double { Moments(all).mean }
  /// Standard deviation of all draws.
  public var standardDeviation: Double { Moments(all).variance.squareRoot() }
}
