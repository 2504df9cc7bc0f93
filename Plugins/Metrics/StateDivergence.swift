public import EBMCore

/// KL(true ‖ model) = Σ p (ln p − ln q) over all states, for points of at most 16 coordinates of two values.
///
/// Both laws are normalised by their sums. It has no sampling error. What ``GridDivergence`` is in the plane.
public struct StateDivergence: Metric {
  public static let name = "state-divergence"
  public static let summary = "KL(true ‖ model) over all states of few spins or bits, for data whose law is known."
  public static var uses: Set<EvaluationPoints> { [] }

  public init() {}

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    guard let density = evaluation.density, let states = DiscreteStates.all(of: evaluation.dataset.space),
      let truth = evaluation.dataset.logDensity(at: states.map(Double.init), signal: 1, noise: 0)
    else { return [] }
    let model = density.energies(at: states).map { -Double($0) }
    let (value, problems) = KullbackLeibler.divergence(truth, model, place: "states")
    return [Figure("KL(true‖model)", value, cautions: problems)]
  }
}
