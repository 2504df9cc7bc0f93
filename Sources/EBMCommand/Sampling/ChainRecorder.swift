import EBMCore
import Metrics
import Tensors

/// Runs chains of any sampler and keeps where they are at regular times.
struct ChainRecorder {
  let sampler: any Sampler
  let target: Target
  /// Values of the parameters that the target reads; nil for one without.
  var store: ParameterStore?
  /// Threads at most; 0 for all cores.
  var threads = 0
  /// Records of each chain.
  let count: Int
  /// Steps of a chain from one record to the next.
  var thinning = 1
  /// Records that are left out at the start.
  var burnIn = 0

  /// Runs chains from points `[chains, …]`.
  func record(from start: Tensor, seed: UInt64) -> ChainRecord {
    let (sampler, target, thinning) = (sampler, target, thinning)
    let starting = CompiledFunction(threads: threads) { arguments, _ in
      sampler.erasedState(at: arguments[0], target: target).tensors
    }
    var state = starting([start], store: store)
    let size = state.count
    // What a state is made of, whatever its tensors are.
    let structure = sampler.erasedState(at: Tensor(repeating: 1, shape: [1] + start.shape.dropFirst()), target: target)
    let advance = CompiledFunction(threads: threads) { arguments, context in
      var chains = sampler.chains(in: structure.replacing(arguments))
      sampler.advance(&chains, steps: thinning, target: target, random: &context.random)
      let sums = [chains.sums.acceptance, chains.sums.nonFinite, chains.sums.divergent, chains.sums.evaluations]
      return chains.state.tensors + sums.map { $0.sum() } + [sampler.position(of: chains)]
    }
    var record = ChainRecord(chains: start.shape[0], dimension: start.elementCount / start.shape[0])
    let clock = ContinuousClock()
    var begin = clock.now
    for index in 0..<(burnIn + count) {
      let results = advance(state, store: store, key: RandomKey(seed: seed, step: UInt64(index)))
      state = Array(results.prefix(size))
      // The first call compiles.
      if index == max(0, burnIn - 1), burnIn > 0 { begin = clock.now }
      if index < burnIn { continue }
      record.add(results[size + 4].scalars, sums: results[size..<size + 4].map { Double($0.scalar) })
    }
    record.seconds = (clock.now - begin) / .seconds(1)
    record.steps = Double(count * thinning * start.shape[0])
    return record
  }
}

/// Where chains were at regular times, and what that cost.
struct ChainRecord {
  /// Draws by coordinate, chain and time.
  private(set) var draws: [[[Double]]]
  /// Time of the recorded part; of one without burn-in, compilation included.
  var seconds = 0.0
  /// Steps of all chains.
  var steps = 0.0
  /// Sums over steps and chains: acceptance, proposals that were not finite, divergences, evaluations of the energy.
  private var sums = [0.0, 0, 0, 0]

  init(chains: Int, dimension: Int) {
    draws = [[[Double]]](repeating: [[Double]](repeating: [], count: chains), count: dimension)
  }

  /// Takes in where all chains are, row-major `[chains, D]`.
  mutating func add(_ positions: [Float], sums more: [Double]) {
    for coordinate in draws.indices {
      for chain in draws[coordinate].indices {
        draws[coordinate][chain].append(Double(positions[chain * draws.count + coordinate]))
      }
    }
    sums = zip(sums, more).map { $0 + $1 }
  }

  /// Mean acceptance probability; nil for samplers without a test.
  var acceptance: Double? { sums[0].isNaN ? nil : sums[0] / steps }
  /// Share of steps whose proposal was not finite.
  var nonFinite: Double { sums[1] / steps }
  /// Share of divergent steps.
  var divergent: Double { sums[2] / steps }
  /// Evaluations of the energy, with its gradient where the sampler needs it, by all chains.
  var evaluations: Double { sums[3] }

  /// Whether chains have stayed where numbers are.
  var isFinite: Bool { draws.allSatisfy { $0.allSatisfy { $0.allSatisfy(\.isFinite) } } }

  /// The effective sample size for the bulk of the coordinate that has the least; nil when nothing moves or something
  /// is not finite.
  var effectiveSampleSize: Double? {
    guard isFinite else { return nil }
    let sizes = draws.map { ChainDraws($0).bulkEffectiveSampleSize }
    return sizes.contains(nil) ? nil : sizes.compactMap { $0 }.min()
  }

  /// The largest R̂, rank-normalised of the coordinates, plain of their squared deviations, which see chains that stay in
  /// a tail; nil when nothing moves or something is not finite.
  var rHat: Double? {
    guard isFinite else { return nil }
    let numbers = draws.map { ChainDraws($0).rankNormalizedRHat } + squares.map(\.splitRHat)
    return numbers.contains(nil) ? nil : numbers.compactMap { $0 }.max()
  }

  /// Steps after which chains have forgotten where they were, far out as well as in the middle; infinite when nothing
  /// moves or something is not finite.
  var forgetting: Double {
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
  static let mixingLimit = 1.05

  /// Whether all chains have seen the same law.
  var isMixed: Bool { rHat.map { $0 < ChainRecord.mixingLimit } ?? false }
}
