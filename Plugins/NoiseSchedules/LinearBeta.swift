public import EBMCore

/// The linear schedule of diffusion models, variance preserving.
///
/// β_j rises linearly from `first` · 1000/N to `last` · 1000/N over j = 0 … N − 1, and ā_j² = Π_{k ≤ j} (1 − β_k): fewer
/// levels take larger steps and end as noisy. With N = 1000 it is also the thousand-level schedule of diffusion
/// recovery likelihood. Source: Ho et al., *Denoising diffusion probabilistic models*, 2020, section 4.
public struct LinearBeta: NoiseSchedule {
  public static let name = "linear-beta"
  public static let summary = "Linear in the variance added, variance preserving (DDPM)."

  @Setting("N, the number of levels", .integers(2...100_000)) public var levels = 1_000
  @Setting("variance added by the first level, for N = 1000", .positive) public var first = 1e-4
  @Setting("variance added by the last level, for N = 1000", .positive) public var last = 0.02

  public init() {}

  public func conflicts() -> [String] {
    let largest = max(first, last) * 1_000 / Double(levels)
    return largest < 1 ? [] : ["levels \(levels) are too few: one would add a variance of \(largest), not below 1"]
  }

  public func noiseLevels() throws(ConfigurationError) -> NoiseLevels {
    let scale = 1_000 / Double(levels)
    return try NoiseLevels(
      addedVariances: (0..<levels).map { level in
        scale * (first + (last - first) * Double(level) / Double(levels - 1))
      })
  }
}
