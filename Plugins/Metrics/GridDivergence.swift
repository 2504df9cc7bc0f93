public import EBMCore
private import Foundation

/// KL(true ‖ model) = Σ p (ln p − ln q) on a grid in two dimensions, at the model's least noisy level.
///
/// Both densities are normalised on the grid. It has no sampling error; its value depends on the grid.
public struct GridDivergence: Metric {
  public static let name = "grid-divergence"
  public static let summary = "KL(true ‖ model) on a 200 × 200 grid, for data whose density is known."
  public static let settings: [Setting] = []

  public init() {}

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    guard let grid = evaluation.grid,
      let truth = evaluation.dataset.logDensity(
        at: DensityGrid.points(size: grid.size, range: grid.range), signal: grid.signal, noise: grid.noise)
    else { return [] }
    let (p, q) = (normalized(truth), normalized(grid.logDensity))
    // 0 ln 0 = 0
    let divergence = zip(p, q).reduce(0) { sum, pair in
      pair.0 == -.infinity ? sum : sum + exp(pair.0) * (pair.0 - pair.1)
    }
    return [Figure("KL(true‖model)", divergence)]
  }

  private func normalized(_ logDensity: [Double]) -> [Double] {
    let peak = logDensity.max() ?? 0
    let total = peak + log(logDensity.reduce(0) { $0 + exp($1 - peak) })
    return logDensity.map { $0 - total }
  }
}
