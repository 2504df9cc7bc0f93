public import EBMCore
private import Foundation

/// The squared cosine schedule of improved diffusion models, variance preserving.
///
/// ```
/// g(j) = cos²( (j/N + s)/(1 + s) · π/2 ),   β_j = min(1 − g(j + 1)/g(j), limit),   ā_j² = Π_{k ≤ j} (1 − β_k)
/// ```
/// for j = 0 … N − 1. The limit alone keeps the last level from pure noise.
/// Source: Nichol & Dhariwal, *Improved denoising diffusion probabilistic models*, 2021, eq. 17.
public struct SquaredCosine: NoiseSchedule {
  public static let name = "squared-cosine"
  public static let summary = "Squared cosine in the signal, variance preserving (improved DDPM)."

  @Setting("N, the number of levels", .integers(2...100_000)) public var levels = 100
  @Setting("s, keeps the first levels from being too alike", .range(0...1)) public var offset = 0.008
  @Setting("largest variance that a level adds", .range(0.1..<1)) public var limit = 0.999

  public init() {}

  public func noiseLevels() throws(ConfigurationError) -> NoiseLevels {
    func signal(_ level: Int) -> Double {
      let cosine = cos((Double(level) / Double(levels) + offset) / (1 + offset) * Double.pi / 2)
      return cosine * cosine
    }
    return try NoiseLevels(addedVariances: (0..<levels).map { min(1 - signal($0 + 1) / signal($0), limit) })
  }
}
