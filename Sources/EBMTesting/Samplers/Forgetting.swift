internal import Tensors

/// How long chains take to forget where they started.
enum Forgetting {
  /// The number of blocks after which the correlation of start and end, in every feature, is below 0.1; nil when it
  /// takes more than `limit`.
  static func blocks(
    _ runner: ChainRunner, _ target: ReferenceTarget, draws: [Float], scale: Double, limit: Int, key: RandomKey
  ) -> Int? {
    let before = target.features(of: draws)
    var chains = runner.start(at: draws, scale: scale)
    var total = 0
    while total < limit {
      let next = max(1, total)
      chains = runner.run(
        chains, scale: scale, blocks: next, key: RandomKey(seed: key.seed, step: key.step &+ UInt64(total)))
      total += next
      let after = target.features(of: chains.positions)
      if zip(before, after).allSatisfy({ abs(correlation($0.values, $1.values)) < 0.1 }) { return total }
    }
    return nil
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let n = Double(a.count)
    let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
    let covariance = zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) }
    let varianceA = a.reduce(0) { $0 + ($1 - meanA) * ($1 - meanA) }
    let varianceB = b.reduce(0) { $0 + ($1 - meanB) * ($1 - meanB) }
    return varianceA * varianceB > 0 ? covariance / (varianceA * varianceB).squareRoot() : 0
  }
}
