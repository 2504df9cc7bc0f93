public import EBMCore
public import Tensors

/// Sliced score matching: explicit score matching along random directions, at a cost that does not grow with D.
///
/// ```
/// J = mean [ ½ (vᵀ∇E(x))² − vᵀ ∇²E(x) v ],   with less variance: mean [ ½ ‖∇E(x)‖² − vᵀ ∇²E(x) v ]
/// ```
/// over random v with E[v vᵀ] = I. Both have the expectation of explicit score matching.
/// Source: Song et al., *Sliced score matching*, 2019, eq. 7 and 8.
public struct SlicedScoreMatching: Objective, ObjectiveFunction {
  public static let name = "sliced-score-matching"
  public static let summary = "Score matching along random directions."

  /// How directions are drawn.
  public enum Directions: String, Codable, Sendable, CaseIterable {
    /// −1 or 1 in each coordinate: exact where ∇²E is diagonal.
    case signs
    /// Standard normal.
    case normal
  }

  @Setting("directions for each point", .integers(1...65_536)) public var projections = 1
  /// Signs, which have the least variance.
  @Setting("how directions are drawn") public var directions = Directions.signs
  @Setting("whether the slope's square is taken as a whole, not along the direction") public var reducesVariance = true
  @Setting("sampler steps of a chain that makes a sample, from a fresh start", .integers(0...))
  public var samplingSteps = 500

  public init() {}

  public var needs: [Need] { [.continuousPoints, .part(.sampler), .from(.energy, .gradient)] }
  public var mayUse: Set<ComponentFamily> { [.initializer] }

  public func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    let points = data.copies(projections)
    let terms = ScoreMatchingTerms(model.energy, at: points, &context)
    let v =
      directions == .normal
      ? context.random.normal(points.shape) : 1 - 2 * (context.random.uniform(points.shape) .< 0.5)
    let slope =
      reducesVariance ? terms.gradient.squared().sumOfFeatures() : (v * terms.gradient).sumOfFeatures().squared()
    let curvature = terms.curvature(along: v).mean()
    return Losses(energy: 0.5 * slope.mean() - curvature, diagnostics: [("curvature", curvature)])
  }

  public func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    MaximumLikelihood { $0.samplingSteps = samplingSteps }.samples(count, model: model, &context)
  }

  public func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    model.energy(points, Condition(), &context)
  }
}
