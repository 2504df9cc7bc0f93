import EBMCore
import Samplers
import Sampling
import Tensors
import Testing

/// The mean of each coordinate of a function of chains by the no-U-turn sampler, warmed up on the target.
///
/// Each chain's mean is one number of an estimate, so that the error needs no autocorrelations. Chains start where the
/// warm-up left them, and half as many steps as are averaged come first.
///
/// - Parameters:
///   - spread: deviation of the chains' starts around the origin.
///   - value: what is averaged, `[chains, D]` to `[chains, k]`.
/// - Returns: k estimates, and the share of divergent steps.
func posteriorMeans(
  of target: Target, dimension: Int, spread: Float = 1, chains: Int, draws: Int, seed: UInt64,
  _ value: @escaping @Sendable (Tensor) -> Tensor
) -> (means: [Estimate], divergent: Double) {
  let start = CompiledFunction { _, context in [spread * context.random.normal([chains, dimension])] }([])[0]
  var warmUp = WarmUp(steps: 200)
  // Shorter steps than usual diverge less in the narrow places of a posterior.
  warmUp.targetAcceptance = 0.9
  let tuned = warmUp.tune(NUTS { $0.maximumDepth = 6 }, target: target, from: start, seed: seed)
  let (sampler, position) = (tuned.sampler, tuned.position)
  let found = results(seed: seed + 1) { context in
    let burnIn = sampler.run(from: position, target: target, steps: draws / 2, random: &context.random).position
    let initial = Summed(
      state: sampler.start(at: burnIn, target: target), value: 0 * value(burnIn),
      divergent: Tensor(0).broadcast(to: [chains]))
    var stream = context.random.split("draws")
    let final = Tensor.iterate(draws, from: initial, random: &stream) { chain, _, random in
      let info = sampler.step(&chain.state, target: target, random: &random)
      chain.value = chain.value + value(sampler.position(of: chain.state))
      if let divergent = info.divergent { chain.divergent = chain.divergent + divergent }
    }
    return [final.value / Float(draws), final.divergent / Float(draws)]
  }
  let width = found[0].count / chains
  let means = (0..<width).map { column in
    Estimate(stride(from: column, to: found[0].count, by: width).map { found[0][$0] })
  }
  return (means, Estimate(found[1]).mean)
}

private struct Summed: TensorGroup {
  var state: GradientState
  var value: Tensor
  var divergent: Tensor
}

/// Expects an estimate within 4 standard errors, its own and the reference's together, of a reference.
func expect(
  _ estimate: Estimate, isNear reference: Double, error: Double, _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let total = (estimate.standardError * estimate.standardError + error * error).squareRoot()
  #expect(
    abs(estimate.mean - reference) < 4 * total, "\(label): \(estimate.mean) ± \(total), not \(reference)",
    sourceLocation: sourceLocation)
}
