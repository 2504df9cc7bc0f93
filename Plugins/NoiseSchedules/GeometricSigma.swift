public import EBMCore
private import Foundation

/// Noise levels in geometric progression, variance exploding: x_i = x + s_i ε with s_i = s_0 (s_T/s_0)^(i/T).
///
/// The signal keeps its size, so nothing has to be scaled; the noisiest level should be as wide as the data.
/// Source: Song & Ermon, *Generative modeling by estimating gradients of the data distribution*, 2019, section 5.
public struct GeometricSigma: NoiseSchedule {
  public static let name = "geometric-sigma"
  public static let summary = "Noise in geometric progression, variance exploding (NCSN)."

  @Setting("number of levels, T + 1", .integers(2...100_000)) public var levels = 10
  @Setting("s of the least noisy level", .positive) public var minimum = 0.01
  @Setting("s of the noisiest level", .positive) public var maximum = 1.0

  public init() {}

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
