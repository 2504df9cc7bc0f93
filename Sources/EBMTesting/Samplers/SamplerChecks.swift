internal import EBMCore

extension Examination {
  /// How a sampler moves chains.
  mutating func checkSampler(_ sampler: some Sampler) {
    // A sampler made of others moves what all of them move.
    let inner = PartsInside.components(of: sampler).compactMap { $0 as? any Sampler }
    let values = inner.reduce(type(of: sampler).values) { $0.intersection(type(of: $1).values) }
    if values.contains(.continuous) {
      checkBits(sampler, ContinuousChains())
      if sampler.lawTemperature == nil {
        record("law", true, "none is claimed", expected: "a law of chains, or lawTemperature nil")
      } else if sampler.isExactInTheLimit {
        checkInvariance(sampler)
        checkLaw(sampler)
        checkNonFinite(sampler)
      } else {
        checkBias(sampler)
        checkEulerVariance(sampler)
      }
    }
    for kind in [SampleSpace.Values.binary, .spin] where values.contains(kind) {
      let target = EnumerableTarget(kind)
      checkBits(sampler, DiscreteChains(target: target))
      if sampler.lawTemperature != nil { checkDiscreteLaw(sampler, target) }
    }
  }
}

/// What the check of bits runs on.
protocol ExampleChains {
  /// What messages call it, empty for continuous points.
  var name: String { get }
  /// Starts of `count` chains, row-major.
  func starts(_ count: Int, seed: UInt64) -> [Float]
  /// Number of scalars of a point.
  var dimension: Int { get }
  /// Chains of so many steps.
  func runner(_ sampler: some Sampler, steps: Int, threads: Int) -> ChainRunner
  var scale: Double { get }
}

struct ContinuousChains: ExampleChains {
  let name = ""
  private let target = ReferenceTarget.correlatedGaussian
  var dimension: Int { target.dimension }
  var scale: Double { 0.5 * target.length }
  func starts(_ count: Int, seed: UInt64) -> [Float] { target.draws(count, seed: seed) }
  func runner(_ sampler: some Sampler, steps: Int, threads: Int) -> ChainRunner {
    ChainRunner(sampler, target, steps: steps, threads: threads)
  }
}

struct DiscreteChains: ExampleChains {
  let target: EnumerableTarget
  var name: String { ": \(target.name)" }
  var dimension: Int { EnumerableTarget.dimension }
  let scale = 1.0
  func starts(_ count: Int, seed: UInt64) -> [Float] { target.draws(count, seed: seed) }
  func runner(_ sampler: some Sampler, steps: Int, threads: Int) -> ChainRunner {
    let target = target
    return ChainRunner(sampler, shape: [dimension], steps: steps, threads: threads) { target.target(scale: $0) }
  }
}

extension Examination {
  /// Randomness by seed alone, and rows that do not see one another.
  fileprivate mutating func checkBits(_ sampler: some Sampler, _ chains: some ExampleChains) {
    // More rows than one tile holds, and not a multiple of anything.
    let rows = 1_003
    let starts = chains.starts(rows, seed: options.seed)
    let runner = chains.runner(sampler, steps: 5, threads: 1)
    let ends = runner.run(from: starts, scale: chains.scale, key: key(1)).positions

    let same = [1, 2, 3].map { threads in
      let runner = chains.runner(sampler, steps: 5, threads: threads)
      return differing(runner.run(from: starts, scale: chains.scale, key: key(1)).positions, ends)
    }
    record(
      "bits by threads" + chains.name, same.allSatisfy { $0 == 0 },
      "\(same.map(String.init).joined(separator: ", ")) of \(ends.count) numbers differ with 1, 2, 3 threads",
      expected: "the same bits for any number of threads")

    let half = rows / 2
    let split = runner.run(from: Array(starts.prefix(half * chains.dimension)), scale: chains.scale, key: key(1))
    let fromSplit = differing(split.positions, Array(ends.prefix(half * chains.dimension)))
    // Other rows start elsewhere: the first ones must not notice.
    var moved = chains.starts(rows, seed: options.seed &+ 1)
    moved.replaceSubrange(0..<(half * chains.dimension), with: starts.prefix(half * chains.dimension))
    let others = runner.run(from: moved, scale: chains.scale, key: key(1)).positions
    let fromOthers = differing(
      Array(others.prefix(half * chains.dimension)), Array(ends.prefix(half * chains.dimension)))
    record(
      "independent rows" + chains.name, fromSplit == 0 && fromOthers == 0,
      "\(fromSplit) numbers of the first \(half) rows differ in a batch split in two, \(fromOthers) with other rows beside",
      expected: "each row's bits from its own start and random numbers alone",
      hint: fromOthers > 0 ? "rows mix: they see those beside them" : "rows mix: they depend on how many there are")

    let again = differing(runner.run(from: starts, scale: chains.scale, key: key(1)).positions, ends)
    let other = differing(runner.run(from: starts, scale: chains.scale, key: key(2)).positions, ends)
    record(
      "seed" + chains.name, again == 0 && (other > 0 || sampler.lawTemperature == nil),
      "\(again) numbers differ with the same seed, \(other) of \(ends.count) with another",
      expected: "none with the same seed, some with another")
  }

  private func differing(_ a: [Float], _ b: [Float]) -> Int {
    a.count == b.count ? zip(a, b).reduce(0) { $0 + ($1.0.bitPattern == $1.1.bitPattern ? 0 : 1) } : a.count
  }
}
