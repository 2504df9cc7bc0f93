public import EBMCore
private import Foundation

/// The cosine schedule in log SNR of cooperative diffusion recovery likelihood.
///
/// λ(u) = −2 ln tan(a u + b), u = t/T, with b = arctan e^(−λmax/2) and a = arctan e^(−λmin/2) − b; so ā = cos θ and
/// s̄ = sin θ with θ = a u + b. Source: Zhu et al., 2024, eq. 19 and 20.
public struct CosineLogSNR: NoiseSchedule {
  public static let name = "cosine-log-snr"
  public static let summary = "Cosine in log SNR, variance preserving (CDRL)."

  /// 6, the authors' choice: 4 do not converge, 5 are worse.
  @Setting("T, the number of models; there are T + 1 levels", .integers(1...1_000)) public var levels = 6
  @Setting("log SNR of the noisiest level", .range(-20...20)) public var minimum = -5.1
  @Setting("log SNR of the least noisy level", .range(-20...20)) public var maximum = 9.8

  public init() {}

  public func conflicts() -> [String] {
    minimum < maximum ? [] : ["minimum \(minimum) is not below maximum \(maximum)"]
  }

  public func noiseLevels() throws(ConfigurationError) -> NoiseLevels {
    let start = atan(exp(-maximum / 2))
    let span = atan(exp(-minimum / 2)) - start
    let angles = (0...levels).map { span * Double($0) / Double(levels) + start }
    return try NoiseLevels(signals: angles.map { cos($0) }, noises: angles.map { sin($0) })
  }
}
