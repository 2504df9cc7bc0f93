/// Where chains were at regular times, and what that cost.
public struct ChainRecord: Sendable {
  /// Draws by coordinate, chain and time.
  public private(set) var draws: [[[Double]]]
  /// Time of the recorded part; of one without burn-in, compilation included.
  public internal(set) var seconds = 0.0
  /// Draws of each chain.
  public var count: Int { divergences.count }
  /// Steps of all chains.
  public var steps: Double { Double(count * stepsPerDraw * (divergences.first?.count ?? 0)) }
  /// Sums over steps and chains: acceptance, proposals that were not finite, divergences, evaluations of the energy.
  private var sums = [0.0, 0, 0, 0]
  /// Mean acceptance of the steps that led to each draw, by time, then chain; not numbers for samplers without a test.
  public private(set) var acceptances: [[Float]] = []
  /// Whether one of the steps that led to a draw diverged, by time, then chain: 1 or 0.
  public private(set) var divergences: [[Float]] = []
  private let stepsPerDraw: Int

  init(stepsPerDraw: Int, chains: Int, dimension: Int) {
    self.stepsPerDraw = stepsPerDraw
    draws = [[[Double]]](repeating: [[Double]](repeating: [], count: chains), count: dimension)
  }

  /// Takes in where all chains are, row-major `[chains, D]`, and sums over the steps since the last time, by chain.
  mutating func add(_ positions: [Float], sums more: [[Float]]) {
    for coordinate in draws.indices {
      for chain in draws[coordinate].indices {
        draws[coordinate][chain].append(Double(positions[chain * draws.count + coordinate]))
      }
    }
    sums = zip(sums, more).map { $0 + $1.reduce(0) { $0 + Double($1) } }
    acceptances.append(more[0].map { $0 / Float(stepsPerDraw) })
    divergences.append(more[2].map { $0 > 0 ? 1 : 0 })
  }

  /// Mean acceptance probability; nil for samplers without a test.
  public var acceptance: Double? { sums[0].isNaN ? nil : sums[0] / steps }
  /// Share of steps whose proposal was not finite.
  public var nonFinite: Double { sums[1] / steps }
  /// Share of divergent steps.
  public var divergent: Double { sums[2] / steps }
  /// Evaluations of the energy, with its gradient where the sampler needs it, by all chains.
  public var evaluations: Double { sums[3] }

  /// Whether chains have stayed where numbers are.
  public var isFinite: Bool { draws.allSatisfy { $0.allSatisfy { $0.allSatisfy(\.isFinite) } } }

  /// The effective sample size for the bulk of the coordinate that has the least; nil when nothing moves or something
  /// is not finite.
  public var effectiveSampleSize: Double? {
    guard isFinite else { return nil }
    let sizes = draws.map { ChainDraws($0).bulkEffectiveSampleSize }
    return sizes.contains(nil) ? nil : sizes.compactMap { $0 }.min()
  }

  /// The largest R̂, rank-normalised of the coordinates, plain of their squared deviations, which see chains that stay in
  /// a tail; nil when nothing moves or something is not finite.
  public var rHat: Double? {
    guard isFinite else { return nil }
    let numbers = draws.map { ChainDraws($0).rankNormalizedRHat } + squares.map(\.splitRHat)
    return numbers.contains(nil) ? nil : numbers.compactMap { $0 }.max()
  }

  /// Steps after which chains have forgotten where they were, far out as well as in the middle; infinite when nothing
  /// moves or something is not finite.
  public var forgetting: Double {
    let sizes = [effectiveSampleSize] + squares.map { $0.split.effectiveSampleSize }
    guard isFinite, !sizes.contains(nil), let least = sizes.compactMap({ $0 }).min() else { return .infinity }
    return steps / least
  }

  /// Squared deviations from the mean, by coordinate.
  private var squares: [ChainDraws] {
    draws.map { chains in
      let mean = ChainDraws(chains).mean
      return ChainDraws(chains.map { $0.map { ($0 - mean) * ($0 - mean) } })
    }
  }

  /// R̂ above which chains have not mixed: within-chain and total deviations differ by 5 %.
  public static let mixingLimit = 1.05

  /// Whether all chains have seen the same law.
  public var isMixed: Bool { rHat.map { $0 < ChainRecord.mixingLimit } ?? false }
}
