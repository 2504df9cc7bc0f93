public import EBMCore

/// What recovery objectives need of each step i − 1 ← i, in the order of t = i − 1.
public struct RecoverySteps: Sendable {
  /// The levels.
  public let levels: NoiseLevels
  /// σ_i, noise added from level t to level i.
  public let transitionNoise: [Double]
  /// m_t in y = m_t x_t: α_i, but 1 at the highest level.
  public let multiplier: [Double]
  /// b_t, which is the scale of steps and of the energy: b_t² = 2 c (s̄_t or 1) σ_i²/s̄_0.
  public let step: [Double]
  /// r_t/σ_i², weight of the coupling to the noisier point; 0 at the highest level.
  public let coupling: [Double]
  /// m_t b̃_i, standard deviation of proposals.
  public let deviation: [Double]
  /// w_i = σ_1/σ_i, weight of the loss.
  public let weight: [Double]

  /// The numbers of each step between levels.
  ///
  /// - Parameters:
  ///   - levels: the levels.
  ///   - stepConstant: c.
  ///   - scalesWithNoise: whether b² grows with the level's noise.
  ///   - hasMarginalTop: whether the highest level is learned without the coupling, at y = x.
  public init(_ levels: NoiseLevels, stepConstant: Double, scalesWithNoise: Bool, hasMarginalTop: Bool = true) {
    self.levels = levels
    let t = 0..<levels.steps
    let noise = t.map { levels.transitionNoise(to: $0 + 1) }
    let isMarginal = { (t: Int) in hasMarginalTop && t == levels.steps - 1 }
    transitionNoise = noise
    multiplier = t.map { isMarginal($0) ? 1 : levels.transitionSignal(to: $0 + 1) }
    step = t.map { t in
      let scale = scalesWithNoise ? levels.noises[t] : 1
      return (2 * stepConstant * scale / levels.noises[0]).squareRoot() * noise[t]
    }
    coupling = t.map { isMarginal($0) ? 0 : 1 / (noise[$0] * noise[$0]) }
    deviation = zip(t, multiplier).map { levels.posteriorNoise(from: $0 + 1) * $1 }
    weight = noise.map { noise[0] / $0 }
  }
}
