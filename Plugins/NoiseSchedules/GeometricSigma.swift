public import EBMCore
private import Foundation

/// Noise levels in geometric progression, variance exploding: x_i = x + s_i ε with s_i = s_0 (s_T/s_0)^(i/T).
///
/// The signal keeps its size, so nothing has to be scaled; the noisiest level should be as wide as the data.
/// Source: Song & Ermon, *Generative modeling by estimating gradients of the data distribution*, 2019, section 5.
public struct GeometricSigma: NoiseSchedule {
  public static let name = "geometric-sigma"
  public static let summary = "Noise in geometric progression, variance exploding (NCSN)."
  public static let settings = [
    Setting("levels", "number of levels, T + 1", .integers(2...100_000)),
    Setting("minimum", "s of the least noisy level", .positive),
    Setting("maximum", "s of the noisiest level", .positive),
  ]

  /// Number of levels. 10.
  public var levels = 10
  /// s of the least noisy level. 0.01.
  public var minimum = 0.01
  /// s of the noisiest level. 1.
  public var maximum = 1.0

  public init() {}

  /// So many levels between two standard deviations.
  public init(levels: Int = 10, minimum: Double = 0.01, maximum: Double = 1) {
    self.levels = levels
    self.minimum = minimum
    self.maximum = maximum
  }

  public func conflicts() -> [String] {
    minimum < maximum ? [] : ["minimum \(minimum) is not below maximum \(maximum)"]
  }

  public func noiseLevels() throws(ConfigurationError) -> NoiseLevels {
    let noises = (0..<levels).map { level in
      minimum * pow(maximum / minimum, Double(level) / Double(levels - 1))
    }
    return try NoiseLevels(signals: noises.map { _ in 1 }, noises: noises)
  }
}
