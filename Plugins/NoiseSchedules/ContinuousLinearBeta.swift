public import EBMCore
private import Foundation

/// The variance-preserving stochastic differential equation with linear β(t), at evenly spaced times.
///
/// ```
/// ā(t) = exp( −t² (β₁ − β₀)/4 − t β₀/2 ),   s̄(t)² = 1 − ā(t)²
/// ```
/// at T + 1 times from `start` to 1. It is the limit of the linear schedule for many levels.
/// Source: Song et al., *Score-based generative modeling through stochastic differential equations*, 2021, eq. 33.
public struct ContinuousLinearBeta: NoiseSchedule {
  public static let name = "continuous-linear-beta"
  public static let summary = "Linear β(t) in continuous time at evenly spaced times (VP-SDE)."
  private static let betweenZeroAndOne = NumberInterval(lower: 0, includesLower: false, upper: 1, includesUpper: false)

  @Setting("T, the number of steps between levels; there are T + 1 levels", .integers(1...100_000))
  public var levels = 100
  @Setting("time of the least noisy level", .numbers(betweenZeroAndOne)) public var start = 1e-3
  @Setting("β at time 0", .positive) public var minimum = 0.1
  @Setting("β at time 1", .positive) public var maximum = 20.0

  public init() {}

  public func noiseLevels() throws(ConfigurationError) -> NoiseLevels {
    let logarithms = (0...levels).map { level in
      let time = start + (1 - start) * Double(level) / Double(levels)
      return -time * time * (maximum - minimum) / 4 - time * minimum / 2
    }
    return try NoiseLevels(
      signals: logarithms.map { exp($0) }, noises: logarithms.map { (-expm1(2 * $0)).squareRoot() })
  }
}
