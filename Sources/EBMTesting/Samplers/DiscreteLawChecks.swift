internal import EBMCore

extension Examination {
  /// On sixteen points of known probabilities: exact draws stay exact, and chains from one corner find the law.
  mutating func checkDiscreteLaw(_ sampler: some Sampler, _ target: EnumerableTarget) {
    let rows = count(100_000)
    let makeTarget: ChainRunner.MakeTarget = { target.target(scale: $0) }
    let shape = [EnumerableTarget.dimension]
    let one = ChainRunner(sampler, shape: shape, steps: 1, makeTarget: makeTarget)
    let many = ChainRunner(sampler, shape: shape, steps: 150, makeTarget: makeTarget)
    let draws = target.draws(rows, seed: options.seed &+ 41)
    let before = target.features(of: target.states(of: draws))
    let expected = "every share within \(Significance.standardErrors) standard errors of its probability"
    func judge(_ check: String, _ points: [Float], paired: Bool, moved: Int?) {
      let states = target.states(of: points)
      let strays = states.filter { $0 < 0 }.count
      let features = target.features(of: states)
      var worst = Feature.worst(features)
      if paired {
        let difference = Feature.worst(features, before: before)
        if difference.deviation > worst.deviation { worst = difference }
      }
      record(
        "\(check): \(target.name)",
        strays == 0 && worst.deviation < Significance.standardErrors && moved != 0,
        "\(worst.name) off by \(worst.deviation.short) standard errors, \(rows) chains, \(strays) at none of the points"
          + (moved.map { ", \($0) moved" } ?? ""), expected: expected)
    }
    if sampler.isExactInTheLimit {
      if sampler.isExact {
        let ends = one.run(from: draws, scale: 1, key: key(41)).positions
        let moved = zip(target.states(of: ends), target.states(of: draws)).filter { $0 != $1 }.count
        judge("invariance", ends, paired: true, moved: moved)
      }
      judge(
        "stationary law", many.run(from: target.corner(rows), scale: 1, key: key(42)).positions, paired: false,
        moved: nil)
    } else {
      let ends = many.run(from: target.corner(rows), scale: 0.25, key: key(42)).positions
      let strays = target.states(of: ends).filter { $0 < 0 }.count
      record(
        "points: \(target.name)", strays == 0, "\(strays) of \(rows) chains at none of the points",
        expected: "chains at points of the space")
    }
  }
}
