internal import Foundation

/// Dual averaging of a step size: moves ln ε until the acceptance is on average what was asked for.
///
/// ```
/// H̄ ← (1 − 1/(m + t₀)) H̄ + (δ − α)/(m + t₀)
/// ln ε ← μ − (√m/γ) H̄,      ln ε̄ ← m^−κ ln ε + (1 − m^−κ) ln ε̄
/// ```
/// with δ the acceptance wanted, α the one seen at step m = 1, 2, …, μ = ln 10 ε₀, γ = 0.05, t₀ = 10, κ = 0.75. ε is for
/// exploring; its average ε̄ is the result. Source: Hoffman & Gelman, *The no-U-turn sampler*, 2014, section 3.2.
public struct DualAveraging: Sendable {
  /// δ.
  public let targetAcceptance: Double
  /// ε for the next step.
  public private(set) var stepSize: Double
  /// Statistics that were taken in.
  public private(set) var count = 0

  private let center: Double
  private var error = 0.0
  private var averageLogStep = 0.0

  /// - Parameters:
  ///   - stepSize: ε₀, above 0.
  ///   - targetAcceptance: δ, in (0, 1).
  public init(stepSize: Double, targetAcceptance: Double) {
    self.stepSize = stepSize
    self.targetAcceptance = targetAcceptance
    center = log(10 * stepSize)
  }

  /// Takes in the acceptance of a step of size ``stepSize``; one that is not a number counts as 0.
  public mutating func update(acceptance: Double) {
    count += 1
    let m = Double(count)
    let seen = acceptance.isFinite ? min(1, max(0, acceptance)) : 0
    error += (targetAcceptance - seen - error) / (m + 10)
    // Beyond these ends nothing is accepted or nothing moves, and e^ε would overflow.
    let logStep = min(40, max(-40, center - m.squareRoot() / 0.05 * error))
    let weight = pow(m, -0.75)
    averageLogStep += weight * (logStep - averageLogStep)
    stepSize = exp(logStep)
  }

  /// ε̄; ε₀ before any statistic.
  public var averageStepSize: Double { count == 0 ? stepSize : exp(averageLogStep) }
}
