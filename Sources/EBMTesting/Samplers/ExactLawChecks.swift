internal import EBMCore

extension Examination {
  /// From exact draws, steps of any length stay at the target, from the first one on: detailed balance or whatever else
  /// makes it so. Samplers that are exact in the limit alone come back to it.
  mutating func checkInvariance(_ sampler: some Sampler) {
    let all = [
      .correlatedGaussian, .narrowGaussian, .banana, .mixture, .doubleWell, .funnel,
      ReferenceTarget.standardGaussian(dimension: 3),
    ]
    let rows = count(40_000)
    var judged = 0
    for target in all where judged < most(3) && sampler.misfits(over: target.space).isEmpty {
      let one = ChainRunner(sampler, target, steps: 1)
      let draws = target.draws(rows, seed: options.seed &+ 11)
      let scale = StepScale(one, target, draws: Array(draws.prefix(1_024 * target.dimension)), key: key(3))
      if scale.isDeclined { continue }
      judged += 1
      var finding: Finding = ("none", 0, "no step", 1, draws)
      if sampler.isExact {
        finding = invariance(one, ChainRunner(sampler, target, steps: 12), target, draws: draws, scale: scale.best)
      }
      if !sampler.isExact || !scale.isMarkov {
        let settled = settling(ChainRunner(sampler, target, steps: 100), target, draws: draws, scale: scale.best)
        if settled.deviation > finding.deviation || settled.probability < finding.probability { finding = settled }
      }
      let passes =
        finding.deviation < Significance.standardErrors && finding.probability > Conformance.falseAlarm && scale.moves
      record(
        "invariance: \(target.name)", passes,
        "\(finding.name) moves by \(finding.deviation.short) standard errors (\(finding.place)), "
          + "χ² p = \(finding.probability.short), \(rows) chains at scale \(scale.best.short)"
          + (scale.acceptance.map { ", acceptance \($0.short)" } ?? "") + (scale.moves ? "" : ", no chain moves"),
        expected:
          "exact draws \(sampler.isExact ? "stay" : "end") exact: within \(Significance.standardErrors) standard errors, p above "
          + Conformance.falseAlarm.short,
        hint: scale.moves ? target.departure(of: finding.ends) : "chains stay where they start")
    }
    if judged == 0, !options.isBrief {
      record(
        "invariance", false, "every target is called divergent", expected: "a reference target that the sampler can do")
    }
  }

  private typealias Finding = (name: String, deviation: Double, place: String, probability: Double, ends: [Float])

  /// One step of three lengths, where differences from the draws see most, and a dozen steps.
  private func invariance(
    _ one: ChainRunner, _ many: ChainRunner, _ target: ReferenceTarget, draws: [Float], scale: Double
  ) -> Finding {
    let before = target.features(of: draws)
    var finding: Finding = ("none", 0, "one step", 1, [])
    for (runner, factor, place) in [
      (one, 0.5, "one step × ½"), (one, 1, "one step"), (one, 2, "one step × 2"), (many, 1, "12 steps"),
    ] {
      let ends = runner.run(from: draws, scale: scale * factor, key: key(4))
      guard ends.isFinite else { return ("a position that is not finite", .infinity, place, 0, ends.positions) }
      let features = target.features(of: ends.positions)
      for (name, deviation) in [Feature.worst(features, before: before), Feature.worst(features)]
      where deviation > finding.deviation {
        (finding.name, finding.deviation, finding.place, finding.ends) = (name, deviation, place, ends.positions)
      }
      finding.probability = min(finding.probability, target.cellProbability(of: ends.positions))
    }
    return finding
  }

  /// For samplers that keep more than the position: after as many steps as momenta and replicas need to settle, when
  /// what is wrong with those has had its effect.
  private func settling(
    _ runner: ChainRunner, _ target: ReferenceTarget, draws: [Float], scale: Double
  ) -> Finding {
    let ends = runner.run(from: draws, scale: scale, blocks: 2, key: key(4))
    guard ends.isFinite else { return ("a position that is not finite", .infinity, "200 steps", 0, ends.positions) }
    let worst = Feature.worst(target.features(of: ends.positions))
    return (worst.name, worst.deviation, "200 steps", target.cellProbability(of: ends.positions), ends.positions)
  }

  /// From starts of another law, chains end at the target's.
  mutating func checkLaw(_ sampler: some Sampler) {
    let all: [ReferenceTarget] = [.correlatedGaussian, .narrowGaussian, .mixture, .doubleWell, .banana]
    let rows = count(20_000)
    var judged = 0
    for target in all where judged < most(2) && sampler.misfits(over: target.space).isEmpty {
      let one = ChainRunner(sampler, target, steps: 1)
      let block = ChainRunner(sampler, target, steps: 32)
      let draws = target.draws(2_048, seed: options.seed &+ 12)
      let scale = StepScale(one, target, draws: draws, key: key(5))
      if scale.isDeclined { continue }
      judged += 1
      // Shorter than the boldest step, at which correct samplers may stick where the target is narrow.
      var (length, blocks) = (scale.best, Int?.none)
      for _ in 0..<3 where blocks == nil {
        length *= 0.5
        blocks = Forgetting.blocks(block, target, draws: draws, scale: length, limit: 128, key: key(6))
      }
      guard let blocks else {
        record(
          "stationary law: \(target.name)", false,
          "chains still know their start after 4096 steps of scale \(length.short), and of up to 4 times that",
          expected: "chains that forget it")
        continue
      }
      let starts = target.displaced(rows, seed: options.seed &+ 13)
      let ends = block.run(from: starts, scale: length, blocks: 5 * blocks, key: key(7))
      let worst = Feature.worst(target.features(of: ends.positions))
      let p = ends.isFinite ? target.cellProbability(of: ends.positions) : 0
      record(
        "stationary law: \(target.name)",
        ends.isFinite && worst.deviation < Significance.standardErrors && p > Conformance.falseAlarm,
        "\(worst.name) off by \(worst.deviation.short) standard errors, χ² p = \(p.short), \(rows) chains of "
          + "\(5 * blocks * 32) steps of scale \(length.short)",
        expected: "within \(Significance.standardErrors) standard errors, p above \(Conformance.falseAlarm.short)",
        hint: target.departure(of: ends.positions))
    }
  }

  /// Where the energy is not finite chains never go, and each refusal is counted.
  mutating func checkNonFinite(_ sampler: some Sampler) {
    let rows = count(20_000)
    for outside in chosen([Float.nan, .infinity, -.infinity], quick: 1) {
      let target = ReferenceTarget.truncated(at: 1, outside: outside)
      // A mass of each coordinate is of the points it was made for.
      guard sampler.misfits(over: target.space).isEmpty else { continue }
      let runner = ChainRunner(sampler, target, steps: 100)
      let draws = target.draws(rows, seed: options.seed &+ 14)
      var (worst, refused, strays, least) = ((name: "none", deviation: 0.0), 0.0, 0, 1.0)
      // Two lengths of step, because one may be awkward for some samplers.
      var isDeclined = false
      for scale in [0.5, 1] {
        let ends = runner.run(from: draws, scale: scale, key: key(8))
        isDeclined = isDeclined || ends.isDeclined
        strays += ends.positions.filter { !($0 <= 1) || !$0.isFinite }.count
        refused += ends.nonFinite
        let feature = Feature.worst(target.features(of: ends.positions))
        if feature.deviation > worst.deviation { worst = feature }
        least = min(least, target.cellProbability(of: ends.positions))
      }
      if isDeclined { continue }
      let isCounted = !runner.reportsAcceptance || (runner.countsNonFinite && refused > 0)
      record(
        "refusal: \(target.name)",
        strays == 0 && isCounted && worst.deviation < Significance.standardErrors && least > Conformance.falseAlarm,
        "\(strays) chains strayed, "
          + (runner.countsNonFinite ? "\(Int(refused)) refusals counted" : "refusals not counted")
          + ", \(worst.name) off by \(worst.deviation.short) standard errors, χ² p = \(least.short)",
        expected: "no chain there, refusals counted in StepInfo.nonFinite, the law elsewhere unchanged")
    }
  }
}
