internal import EBMCore
internal import Tensors

/// Chains of a sampler on a target as compiled programs: starts and the scale of steps are arguments, and the sampler's
/// whole state is carried from one run of the program to the next.
struct ChainRunner: Sendable {
  /// Ends of chains and what the sampler said of itself on the way.
  struct Ends {
    let positions: [Float]
    /// What the next step needs.
    fileprivate(set) var state: [Tensor]
    /// Mean acceptance probability; nil for samplers that report none.
    fileprivate(set) var acceptance: Double?
    /// Number of proposals that were rejected because they are not finite.
    fileprivate(set) var nonFinite = 0.0
    /// Share of steps that the sampler calls divergent.
    fileprivate(set) var divergent = 0.0

    var isFinite: Bool { positions.allSatisfy(\.isFinite) }
    /// Whether the sampler says that its assumptions do not hold on this target.
    var isDeclined: Bool { divergent > 0.005 }
  }

  /// How chains are told what to follow.
  typealias MakeTarget = @Sendable (_ scale: Tensor) -> Target

  private let begin: CompiledFunction
  private let advance: CompiledFunction
  private let shape: [Int]
  private let steps: Int
  /// Whether the sampler reports acceptance and counts what is not finite.
  let reportsAcceptance: Bool
  let countsNonFinite: Bool

  /// - Parameters:
  ///   - shape: of one point.
  ///   - makeTarget: the target, given the scale of steps.
  ///   - steps: steps of a block.
  ///   - threads: threads at most; 0 for all cores.
  init(
    _ sampler: some Sampler, shape: [Int], steps: Int, threads: Int = 0, makeTarget: @escaping MakeTarget
  ) {
    self.shape = shape
    self.steps = steps
    // Chains of a sampler at temperature T follow exp(−E/T): with T E in the place of E the law is the target's again.
    let temperature = sampler.lawTemperature ?? 1
    let makeTarget: MakeTarget = { scale in
      temperature == 1 ? makeTarget(scale) : makeTarget(scale).derived { energy, x in temperature * energy(x) }
    }
    begin = CompiledFunction(threads: threads) { arguments, _ in
      sampler.start(at: arguments[0], target: makeTarget(arguments[1].reshaped([]))).tensors
    }
    // What a state is made of, whatever its tensors are.
    let structure = sampler.chains(at: Tensor(repeating: 1, shape: [1] + shape), target: makeTarget(Tensor(1)))
    advance = CompiledFunction(threads: threads) { arguments, context in
      let target = makeTarget(arguments[0].reshaped([]))
      let state = structure.state.replacing(Array(arguments.dropFirst()))
      var chains = sampler.chains(in: state)
      sampler.advance(&chains, steps: steps, target: target, random: &context.random)
      return [sampler.position(of: chains)] + chains.state.tensors
        + [chains.sums.acceptance, chains.sums.nonFinite, chains.sums.divergent]
    }
    // One step traced with nothing computed, to see what it reports.
    var random = RandomStream()
    var state = sampler.start(at: Tensor(repeating: 1, shape: [2] + shape), target: makeTarget(Tensor(1)))
    let info = sampler.step(&state, target: makeTarget(Tensor(1)), random: &random)
    reportsAcceptance = info.acceptance != nil
    countsNonFinite = info.nonFinite != nil
  }

  /// On a reference target.
  init(_ sampler: some Sampler, _ target: ReferenceTarget, steps: Int, threads: Int = 0) {
    self.init(sampler, shape: [target.dimension], steps: steps, threads: threads) { target.target(scale: $0) }
  }

  /// Chains at the start, which have taken no step.
  func start(at positions: [Float], scale: Double) -> Ends {
    let rows = positions.count / shape.reduce(1, *)
    let state = begin([Tensor(positions, shape: [rows] + shape), Tensor([Float(scale)])])
    return Ends(positions: positions, state: state)
  }

  /// Moves chains on, `blocks` times `steps` steps. The diagnostics are those of the last block.
  func run(_ chains: Ends, scale: Double, blocks: Int = 1, key: RandomKey) -> Ends {
    var chains = chains
    for block in 0..<max(1, blocks) {
      let results = advance(
        [Tensor([Float(scale)])] + chains.state,
        key: RandomKey(seed: key.seed, step: key.step &* 1_000_003 &+ UInt64(block)))
      chains = Ends(positions: results[0].scalars, state: Array(results.dropFirst().dropLast(3)))
      let sums = results.suffix(3).map { $0.scalars.reduce(0) { $0 + Double($1) } }
      let total = Double(steps * results[results.count - 1].elementCount)
      if reportsAcceptance { chains.acceptance = sums[0] / total }
      chains.nonFinite = sums[1]
      chains.divergent = sums[2] / total
    }
    return chains
  }

  /// Runs chains from points.
  func run(from positions: [Float], scale: Double, blocks: Int = 1, key: RandomKey) -> Ends {
    run(start(at: positions, scale: scale), scale: scale, blocks: blocks, key: key)
  }

  /// Whether the state after a step is what a chain that starts there would have: then exact draws need no time in
  /// which momenta, replicas or counters settle.
  func isFunctionOfPosition(_ chains: Ends, scale: Double) -> Bool {
    let fresh = start(at: chains.positions, scale: scale).state
    return fresh.count == chains.state.count
      && zip(fresh, chains.state).allSatisfy { a, b in
        a.shape == b.shape
          && zip(a.scalars, b.scalars).allSatisfy {
            abs($0 - $1) <= 1e-3 * max(1, abs($0)) || $0.bitPattern == $1.bitPattern
          }
      }
  }
}
