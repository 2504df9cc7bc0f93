internal import EBMCore
internal import Tensors
private import Foundation

extension Examination {
  /// A sampler that does not claim exactness has a bias that vanishes with the step: halving the step takes away at
  /// least 40 % of it (first order would take 50 %), and what two steps extrapolate to is the target.
  mutating func checkBias(_ sampler: some Sampler) {
    let rows = count(100_000)
    let expected = "a bias that falls at least like the step, towards none"
    for target in chosen([ReferenceTarget.correlatedGaussian, .doubleWell], quick: 1)
    where sampler.misfits(over: target.space).isEmpty {
      let one = ChainRunner(sampler, target, steps: 1)
      let block = ChainRunner(sampler, target, steps: 32)
      let pilot = target.draws(2_048, seed: options.seed &+ 21)
      let steps = StepScale(one, target, draws: pilot, key: key(21))
      let draws = target.draws(rows, seed: options.seed &+ 22)
      var found = (scales: [Double](), features: [[Feature]](), ends: [Float]())
      // Where tails are light, steps that suit nearly all chains send a rare one to infinity; shorter ones do not.
      for scale in [1, 0.5, 0.25, 0.125].map({ $0 * steps.moderate }) where found.scales.count < 2 {
        let blocks = Forgetting.blocks(block, target, draws: pilot, scale: scale, limit: 64, key: key(22))
          .map { 3 * $0 }
        // At least the sampler's own number of steps; those that have a plan for them need not forget where they start.
        let planned = min(64, (sampler.steps + 31) / 32)
        if blocks == nil, !steps.isMarkov {
          checkPlan(block, target, draws: draws, scale: steps.moderate, blocks: planned)
          return
        }
        guard let blocks else {
          record(
            "bias: \(target.name)", false, "chains still know their start after 2048 steps of scale \(scale.short)",
            expected: "chains that forget it")
          return
        }
        let ends = block.run(from: draws, scale: scale, blocks: max(planned, blocks), key: key(23))
        found.ends = ends.positions
        if !ends.isFinite { continue }
        found.scales.append(scale)
        found.features.append(target.features(of: ends.positions))
      }
      guard found.scales.count == 2 else {
        record(
          "bias: \(target.name)", false, "positions that are not finite at scale \(steps.moderate.short) and an eighth",
          expected: expected, hint: target.departure(of: found.ends))
        return
      }
      let (passed, figures) = bias(found.features[0], found.features[1], scale: found.scales[0])
      record(
        "bias: \(target.name)", passed, figures, expected: expected,
        hint: "with short steps too " + target.departure(of: found.ends))
    }
  }

  /// A sampler with a plan for its steps, such as annealing: at the plan's end chains are near the target, though no
  /// shorter steps bring them nearer.
  private mutating func checkPlan(
    _ runner: ChainRunner, _ target: ReferenceTarget, draws: [Float], scale: Double, blocks: Int
  ) {
    let ends = runner.run(from: draws, scale: scale, blocks: blocks, key: key(24))
    let errors = target.features(of: ends.positions).map {
      (name: $0.name, bias: SampleMean($0.values).mean - $0.expected)
    }
    let worst = errors.max { abs($0.bias) < abs($1.bias) }
    record(
      "bias: \(target.name)", ends.isFinite && abs(worst?.bias ?? .infinity) < 0.25,
      "\(worst?.name ?? "nothing") off by \((worst?.bias ?? .nan).short) after all steps of the plan at scale \(scale.short)",
      expected: "features within 0.25 of the target's, variances in units of it")
  }

  private func bias(_ long: [Feature], _ short: [Feature], scale: Double) -> (passed: Bool, figures: String) {
    var passed = true
    var worst = (name: "none", long: 0.0, short: 0.0, excess: -Double.infinity)
    for (a, b) in zip(long, short) {
      let (first, second) = (SampleMean(a.values), SampleMean(b.values))
      let (biasLong, biasShort) = (first.mean - a.expected, second.mean - b.expected)
      let noise = Significance.standardErrors * (first.standardError + second.standardError)
      let extrapolated = (4 * biasShort - biasLong) / 3
      // Of second order and more, as all are that have a name; a first-order bias b extrapolates to b/3.
      let excess = max(
        abs(biasShort) - 0.6 * abs(biasLong) - noise, abs(extrapolated) - 0.4 * abs(biasLong) - 2 * noise)
      if excess > 0 { passed = false }
      if excess > worst.excess || abs(biasLong) > abs(worst.long) && passed {
        worst = (a.name, biasLong, biasShort, excess)
      }
    }
    return (
      passed,
      "bias of \(worst.name) \(worst.long.short) at scale \(scale.short), \(worst.short.short) at half of it, "
        + "\(long[0].values.count) chains"
    )
  }

  /// Unadjusted Langevin dynamics on N(0, s²) is x ← (1 − b²/(2 s²)) x + b ε, whose variance is s²/(1 − b²/(4 s²)):
  /// exactly, not to an order. Samplers that are not of this form are left to the check of the bias.
  mutating func checkEulerVariance(_ sampler: some Sampler) {
    let rows = count(200_000)
    for deviation in chosen([1.0, 2.0], quick: 1) {
      let target = ReferenceTarget.gaussian("Gaussian", mean: [0], deviation: deviation)
      guard sampler.misfits(over: target.space).isEmpty else { return }
      let one = ChainRunner(sampler, target, steps: 1)
      let pilot = target.draws(1_024, seed: options.seed &+ 31)
      let steps = StepScale(one, target, draws: pilot, key: key(31))
      // Momentum that is kept makes later steps differ from the first.
      guard steps.isMarkov else { return }
      let scale = steps.moderate
      // The step from two points tells drift and noise apart.
      let variance = deviation * deviation
      let start = Float(2 * deviation)
      let moved = one.run(from: [Float](repeating: start, count: rows), scale: scale, key: key(32)).positions
      let step = SampleMean(moved.map(Double.init))
      let noise = SampleMean(moved.map { pow(Double($0) - step.mean, 2) })
      let drift = SampleMean(moved.map { 1 - Double($0) / Double(start) })
      let euler = noise.mean / (2 * variance)
      let isEuler =
        abs(drift.mean - euler)
        < Significance.standardErrors * (drift.standardError + noise.standardError / (2 * variance))
      guard isEuler, noise.mean > 0 else { return }
      let block = ChainRunner(sampler, target, steps: 64)
      let blocks = Int((12 / (64 * euler)).rounded(.up))
      let ends = block.run(
        from: target.draws(rows, seed: options.seed &+ 33), scale: scale, blocks: min(64, blocks), key: key(33))
      let found = SampleMean(ends.positions.map { pow(Double($0), 2) })
      let claim = variance / (1 - noise.mean / (4 * variance))
      // The noise's own error enters the claim.
      let tolerance = Significance.standardErrors * (found.standardError + noise.standardError / 4)
      record(
        "Euler variance: N(0, \(variance.short))", abs(found.mean - claim) < tolerance,
        "variance \(found.mean.short) ± \(found.standardError.short) at b² = \(noise.mean.short)",
        expected: "s²/(1 − b²/(4 s²)) = \(claim.short), within \(Significance.standardErrors) standard errors")
    }
  }
}
