public import EBMCore

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
    return [KullbackLeibler.figure(truth, grid.logDensity)]
  }
}
