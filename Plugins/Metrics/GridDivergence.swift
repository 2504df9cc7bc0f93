public import EBMCore
private import Foundation

/// KL(true ‖ model) = Σ p (ln p − ln q) on a grid in two dimensions, at the model's least noisy level.
///
/// The grid covers the plot range, or as much more as holds the data's law. The model is normalised by its mass on the
/// grid and in eight frames around it, each twice as wide as the one before. It has no sampling error; its value
/// depends on the grid, and says so where one that is shifted by half a cell gives another one. The second figure is the
/// share of the model's mass outside the plot range, which samples and pictures may not show.
public struct GridDivergence: Metric {
  public static let name = "grid-divergence"
  public static let summary = "KL(true ‖ model) on a 200 × 200 grid, for data whose density is known."
  public static var uses: Set<EvaluationPoints> { [] }

  private static let divergence = "KL(true‖model)"
  private static let outside = "model mass outside the plot"
  /// Shares of mass that no longer matter.
  private static let negligible = 1e-3

  public init() {}

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    guard let density = evaluation.density, density.shape == [2] else { return [] }
    let (dataset, noise) = (evaluation.dataset, evaluation.densityNoise)
    guard dataset.logDensity(at: [0, 0], signal: noise.signal, noise: noise.noise) != nil else { return [] }
    let truth = PlaneLaw { dataset.logDensity(at: $0, signal: noise.signal, noise: noise.noise) ?? [] }
    let model = PlaneLaw { points in density.energies(at: points.map(Float.init)).map { -Double($0) } }
    let plot = dataset.plotRange
    // Data that reaches beyond its own plot.
    var (window, size) = (plot, 200)
    for _ in 0..<6 where truth.massBeyond(window, frames: 3).share > GridDivergence.negligible {
      (window, size) = (window.doubled, 400)
    }
    let beyond = model.massBeyond(window, frames: 8)
    let (value, problems) = divergence(truth, model, on: window, size: size, offset: 0.5, beyond.logMass)
    guard value.isFinite else { return [Figure(GridDivergence.divergence, value, cautions: problems)] }
    var cautions = problems
    if beyond.isGrowing {
      cautions.append(
        "the model's mass does not end: \(percent(beyond.lastShare)) of it lies in the outermost of the grids, which "
          + "reaches to \(FigureWords.short(beyond.reach))")
    }
    let (shifted, _) = divergence(truth, model, on: window, size: size, offset: 1, beyond.logMass)
    if !(abs(shifted - value) <= 0.02 + 0.05 * abs(value)) {
      cautions.append("the grid is too coarse: shifted by half a cell it gives \(FigureWords.short(shifted))")
    }
    let inPlot = model.logMass(in: plot, size: 200)
    let total = PlaneLaw.logSum([model.logMass(in: window, size: size), beyond.logMass])
    return [
      Figure(GridDivergence.divergence, value, cautions: cautions),
      Figure(
        GridDivergence.outside, max(0, 1 - exp(inPlot - total)),
        cautions: beyond.isGrowing ? [cautions[problems.count]] : []),
    ]
  }

  /// The divergence on a grid of the window, given what of the model lies beyond it, and what is wrong with it.
  private func divergence(
    _ truth: PlaneLaw, _ model: PlaneLaw, on window: ClosedRange<Double>, size: Int, offset: Double, _ beyond: Double
  ) -> (value: Double, problems: [String]) {
    let (p, q) = (
      truth.logMasses(in: window, size: size, offset: offset), model.logMasses(in: window, size: size, offset: offset)
    )
    return KullbackLeibler.divergence(p, q, elsewhere: beyond, place: "points of the grid")
  }

  private func percent(_ share: Double) -> String { "\(FigureWords.short(100 * share)) %" }
}

extension ClosedRange<Double> {
  /// Twice as wide around the same centre.
  fileprivate var doubled: ClosedRange<Double> {
    let half = (upperBound - lowerBound) / 2
    return (lowerBound - half)...(upperBound + half)
  }
}
