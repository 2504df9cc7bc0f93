private import Foundation

/// How much signal and noise there is at each level: the family `schedule`.
public protocol NoiseSchedule: Component {
  /// The levels, least noisy first.
  func noiseLevels() throws(ConfigurationError) -> NoiseLevels
}

extension NoiseSchedule {
  public static var family: ComponentFamily { .schedule }
}

/// A table of noise levels: x_i = ā_i x + s̄_i ε, i = 0 … T.
///
/// Level T is taken as pure noise. One step from i − 1 to i is x_i = α_i x_{i−1} + σ_i ε.
public struct NoiseLevels: Sendable, Equatable {
  /// ā_i, signal.
  public let signals: [Double]
  /// s̄_i, standard deviation of the noise.
  public let noises: [Double]

  /// - Throws: when there are fewer than two levels, a number is not finite, or the signal-to-noise ratio does not fall.
  public init(signals: [Double], noises: [Double]) throws(ConfigurationError) {
    let ratios = zip(signals, noises).map { $0 / $1 }
    guard signals.count == noises.count, signals.count >= 2, ratios.allSatisfy({ $0.isFinite && $0 > 0 }),
      zip(ratios, ratios.dropFirst()).allSatisfy({ $0 > $1 })
    else {
      throw ConfigurationError(
        path: "schedule", found: "signal-to-noise ratios \(ratios)", expected: "two or more, positive and falling")
    }
    self.signals = signals
    self.noises = noises
  }

  /// T, the number of steps between levels, which is the number of models.
  public var steps: Int { signals.count - 1 }

  /// λ_i = log (ā_i² / s̄_i²).
  public var logSNR: [Double] { zip(signals, noises).map { 2 * (log($0) - log($1)) } }

  /// α_i = ā_i/ā_{i−1}, signal kept from level i − 1 to level i, for i in 1 … T.
  public func transitionSignal(to level: Int) -> Double { signals[level] / signals[level - 1] }

  /// σ_i, noise added from level i − 1 to level i: σ_i² = s̄_i² − α_i² s̄_{i−1}².
  public func transitionNoise(to level: Int) -> Double {
    let alpha = transitionSignal(to: level)
    return (noises[level] * noises[level] - alpha * alpha * noises[level - 1] * noises[level - 1]).squareRoot()
  }

  /// b̃_i, standard deviation of level i − 1 given level i and the clean point: b̃_i = σ_i s̄_{i−1}/s̄_i.
  public func posteriorNoise(from level: Int) -> Double {
    transitionNoise(to: level) * noises[level - 1] / noises[level]
  }

  /// Weights of the mean of level i − 1 given level i and the clean point x, `partner` · x_i + `clean` · x:
  /// α_i s̄_{i−1}²/s̄_i² and ā_{i−1} σ_i²/s̄_i².
  public func posteriorWeights(from level: Int) -> (partner: Double, clean: Double) {
    let (lower, upper) = (noises[level - 1] * noises[level - 1], noises[level] * noises[level])
    let added = transitionNoise(to: level) * transitionNoise(to: level)
    return (transitionSignal(to: level) * lower / upper, signals[level - 1] * added / upper)
  }
}
