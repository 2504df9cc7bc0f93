public import EBMCore
public import Tensors

/// Explicit score matching: the energy's slope is fitted to that of the data's log density, with neither chains nor noise.
///
/// ```
/// J = mean [ ½ ‖∇E(x)‖² − tr ∇²E(x) ]
/// ```
/// which is the Fisher divergence ½ E‖∇ ln p_data + ∇E‖² up to a constant. The trace takes one second derivative for
/// each of the D coordinates, one after the other in one loop: time grows with D, memory does not. The energy must be
/// smooth, and data with sharp edges, whose slope does not exist there, is not for it.
/// Source: Hyvärinen, *Estimation of non-normalized statistical models by score matching*, 2005, eq. 4.
public struct ExplicitScoreMatching: Objective, ObjectiveFunction {
  public static let name = "explicit-score-matching"
  public static let summary = "Explicit score matching: squared slope minus curvature (Hyvärinen)."

  @Setting("sampler steps of a chain that makes a sample, from a fresh start", .integers(0...))
  public var samplingSteps = 500

  public init() {}

  public var needs: [Need] { [.continuousPoints, .part(.sampler), .from(.energy, .gradient)] }
  public var mayUse: Set<ComponentFamily> { [.initializer] }

  public func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    let terms = ScoreMatchingTerms(model.energy, at: data, &context)
    let slope = 0.5 * terms.gradient.squared().sumOfFeatures().mean()
    let trace = terms.trace().mean()
    return Losses(energy: slope - trace, diagnostics: [("curvature", trace)])
  }

  public func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    MaximumLikelihood { $0.samplingSteps = samplingSteps }.samples(count, model: model, &context)
  }

  public func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    model.energy(points, Condition(), &context)
  }
}
