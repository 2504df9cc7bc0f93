import Foundation
import Sampling
import Testing

@Suite struct ChainDrawsTests {
  /// Draws made by arithmetic alone, whose effective sizes numpyro, with biased autocovariances, and other packages
  /// agree on to three or four digits.
  private static let autoregressive = draws(4, 500) { chain, index, before in
    let position = Double(index + 1 + 37 * chain) * 0.6180339887498949
    let step = position - position.rounded(.down) - 0.5
    return index == 0 ? step : 0.8 * before + step
  }
  private static let waves = draws(4, 200) { chain, index, _ in
    sin(0.37 * Double(index) * (1 + 0.01 * Double(chain))) + 0.1 * Double(chain)
  }
  private static let ramps = draws(100, 10) { chain, index, _ in Double(10 * chain + index) }

  /// Draws as a function of the chain, the time and the draw before.
  private static func draws(_ chains: Int, _ length: Int, _ next: (Int, Int, Double) -> Double) -> ChainDraws {
    ChainDraws(
      (0..<chains).map { (chain: Int) -> [Double] in
        var values: [Double] = []
        for index in 0..<length { values.append(next(chain, index, values.last ?? 0)) }
        return values
      })
  }

  @Test func effectiveSizesAreThoseOfOtherPackages() throws {
    let cases = [(Self.autoregressive, 1_054.4876), (Self.waves, 153.96667), (Self.ramps, 52.637373)]
    for (draws, expected) in cases {
      let found = try #require(draws.effectiveSampleSize)
      #expect(abs(found / expected - 1) < 5e-3, "\(found), expected \(expected)")
    }
  }

  @Test func splitRHatsAreThoseOfOtherPackages() throws {
    for (draws, expected) in [(Self.autoregressive, 0.9984655), (Self.waves, 1.0080973)] {
      let found = try #require(draws.splitRHat)
      #expect(abs(found - expected) < 1e-6, "\(found), expected \(expected)")
    }
  }

  /// Chains x_t = φ x_{t−1} + √(1 − φ²) ε have n (1 − φ)/(1 + φ) effective draws.
  @Test(arguments: [-0.5, 0, 0.5, 0.9]) func autoregressiveChainsHaveTheirEffectiveSize(_ phi: Double) throws {
    let (chains, length) = (8, 20_000)
    let noise = normals(chains * length, seed: 3).map(Double.init)
    let scale = (1 - phi * phi).squareRoot()
    let draws = Self.draws(chains, length) { chain, index, before in
      let fresh = noise[chain * length + index]
      return index == 0 ? fresh : phi * before + scale * fresh
    }
    let expected = Double(chains * length) * (1 - phi) / (1 + phi)
    for size in [draws.effectiveSampleSize, draws.bulkEffectiveSampleSize] {
      // An estimated τ deviates by about √(20 max(τ, 1)/n) max(τ, 1), n the number of draws; 4 of them, relative to τ.
      let time = (1 + phi) / (1 - phi)
      let tolerance = 4 * (20 * max(1, time) / Double(chains * length)).squareRoot() / min(1, time)
      #expect(abs(try #require(size) / expected - 1) < tolerance)
    }
    let tail = try #require(draws.tailEffectiveSampleSize)
    #expect(tail > expected * 0.9 && tail < Double(chains * length) * 1.1 || phi < 0)
    let correlation = try #require(draws.autocorrelation)
    for lag in 0..<4 { #expect(abs(correlation[lag] - pow(phi, Double(lag))) < 0.03) }
    let error = try #require(draws.meanStandardError)
    #expect(abs(error - (1 / expected).squareRoot()) < 0.05 * error)
    // Var of the deviation of a normal chain: (1 + φ²)/(2 n (1 − φ²)).
    let spread = try #require(draws.deviationStandardError)
    let known = ((1 + phi * phi) / (2 * Double(chains * length) * (1 - phi * phi))).squareRoot()
    #expect(abs(spread / known - 1) < 0.08)
    #expect(abs(try #require(draws.rankNormalizedRHat) - 1) < 0.005)
  }

  @Test func autocovarianceIsTheSumOfProducts() {
    let chain = normals(77, seed: 1).map(Double.init)
    let draws = ChainDraws([chain])
    let center = mean(chain)
    for lag in 0..<77 {
      let sum = (0..<77 - lag).reduce(0) { $0 + (chain[$1] - center) * (chain[$1 + lag] - center) }
      #expect(abs(draws.autocovariance[0][lag] - sum / 77) < 1e-12)
    }
  }

  /// Pairs of autocorrelations count as the least before them, up to the first that is not positive.
  @Test func pairsOfAutocorrelationsAreMonotone() throws {
    var differing = 0
    for seed in 0..<20 as Range<UInt64> {
      let noise = normals(60, seed: seed).map(Double.init)
      let slow = Self.draws(1, 60) { _, index, before in 0.97 * before + noise[index] }.chains[0]
      // The wave makes pairs rise again before they end.
      let chain = slow.indices.map { (index: Int) -> Double in slow[index] + 1.5 * sin(0.8 * Double(index)) }
      let draws = ChainDraws([chain])
      let correlation = try #require(draws.autocorrelation)
      var (positive, monotone, least) = (-1.0, -1.0, Double.infinity)
      for lag in stride(from: 0, to: 59, by: 2) {
        let pair = correlation[lag] + correlation[lag + 1]
        if pair <= 0 { break }
        least = min(least, pair)
        positive += 2 * pair
        monotone += 2 * least
      }
      if abs(positive - monotone) > 1e-3 { differing += 1 }
      #expect(abs(try #require(draws.effectiveSampleSize) - 60 / max(monotone, 1 / log10(60))) < 1e-9)
    }
    #expect(differing > 2)
  }

  @Test func chainsThatDifferAreSeen() throws {
    let noise = normals(8_000, seed: 9).map(Double.init)
    func chains(_ transform: (Int, Double) -> Double) -> ChainDraws {
      Self.draws(4, 2_000) { chain, index, _ in transform(chain, noise[2_000 * chain + index]) }
    }
    let good = chains { $1 }
    #expect(try #require(good.rankNormalizedRHat) < 1.005)
    let apart = chains { chain, x in chain == 0 ? x + 1 : x }
    #expect(try #require(apart.splitRHat) > 1.05)
    #expect(try #require(apart.effectiveSampleSize) < 100)
    // Another spread alone: the plain statistic is blind, the folded one is not.
    let wider = chains { chain, x in chain == 0 ? 3 * x : x }
    #expect(try #require(wider.splitRHat) < 1.01)
    #expect(try #require(wider.rankNormalizedRHat) > 1.05)
    // A drift within each chain: seen by halves.
    let drifting = Self.draws(4, 2_000) { chain, index, _ in noise[2_000 * chain + index] + Double(index) / 500 }
    #expect(try #require(drifting.splitRHat) > 1.2)
    #expect(try #require(drifting.potentialScaleReduction) < 1.05)
    // No variance: ranks help.
    let heavy = chains { tan(1.5 * atan($1)) + 0 * Double($0) }
    #expect(try #require(heavy.rankNormalizedRHat) < 1.01)
  }

  @Test func nothingIsToldOfDrawsThatDoNotMove() {
    let still = ChainDraws([[1, 1, 1, 1, 1], [1, 1, 1, 1, 1]])
    #expect(still.effectiveSampleSize == nil && still.splitRHat == nil && still.rankNormalizedRHat == nil)
    #expect(still.bulkEffectiveSampleSize == nil && still.tailEffectiveSampleSize == nil)
    #expect(still.meanStandardError == nil && still.autocorrelation == nil)
    #expect(ChainDraws([[1, .nan, 2, 3]]).effectiveSampleSize == nil)
  }

  @Test func equalDrawsShareTheirRank() {
    let scores = ChainDraws([[5, 1, 5, 9]]).rankNormalized.chains[0]
    #expect(scores[0] == scores[2] && abs(scores[0]) < 1e-12, "rank 2.5 of 4 is the middle")
    // Φ⁻¹((1 − 3/8)/(4 + 1/4)) = Φ⁻¹(5/34).
    #expect(abs(scores[1] + 1.0491313979639725) < 1e-12 && abs(scores[3] - 1.0491313979639725) < 1e-12)
  }
}
