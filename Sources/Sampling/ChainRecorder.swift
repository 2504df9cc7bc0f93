public import EBMCore
public import Tensors

/// Runs chains of any sampler and keeps where they are at regular times.
public struct ChainRecorder: Sendable {
  private let sampler: any Sampler
  private let target: Target
  private let store: ParameterStore?
  private let threads: Int
  private let count: Int
  private let thinning: Int
  private let burnIn: Int

  /// A recorder.
  ///
  /// - Parameters:
  ///   - sampler: how chains move.
  ///   - target: made of values and parameters, not of another trace's expressions.
  ///   - store: values of the parameters that the target reads; nil for one without.
  ///   - threads: threads at most; 0 for all cores.
  ///   - count: records of each chain.
  ///   - thinning: steps of a chain from one record to the next.
  ///   - burnIn: records that are left out at the start.
  public init(
    sampler: any Sampler, target: Target, store: ParameterStore? = nil, threads: Int = 0, count: Int, thinning: Int = 1,
    burnIn: Int = 0
  ) {
    self.sampler = sampler
    self.target = target
    self.store = store
    self.threads = threads
    self.count = count
    self.thinning = thinning
    self.burnIn = burnIn
  }

  /// Runs chains from points `[chains, …]`.
  ///
  /// - Parameters:
  ///   - start: where chains begin.
  ///   - seed: the same seed gives the same chains.
  ///   - isStopped: asked before each record; the records so far are the result when it says so.
  public func record(from start: Tensor, seed: UInt64, isStopped: () -> Bool = { false }) -> ChainRecord {
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
      return chains.state.tensors + sums + [sampler.position(of: chains)]
    }
    var record = ChainRecord(
      stepsPerDraw: thinning, chains: start.shape[0], dimension: start.elementCount / start.shape[0])
    let clock = ContinuousClock()
    var begin = clock.now
    for index in 0..<(burnIn + count) {
      if isStopped() { break }
      let results = advance(state, store: store, key: RandomKey(seed: seed, step: UInt64(index)))
      state = Array(results.prefix(size))
      // The first call compiles.
      if index == max(0, burnIn - 1), burnIn > 0 { begin = clock.now }
      if index < burnIn { continue }
      record.add(results[size + 4].scalars, sums: results[size..<size + 4].map(\.scalars))
    }
    record.seconds = (clock.now - begin) / .seconds(1)
    return record
  }
}
