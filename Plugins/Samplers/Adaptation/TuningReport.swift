public import EBMCore
internal import Foundation
public import Tensors

/// A tuned sampler.
public struct Tuned<S: TunableSampler>: Sendable {
  /// With its new step size and inverse mass.
  public let sampler: S
  /// Where the chains of the warm-up ended, `[chains, …]`: good starts.
  public let position: Tensor
  /// What was done.
  public let report: TuningReport
}

/// What a warm-up did.
public struct TuningReport: Sendable, Codable {
  /// A stretch of steps with one inverse mass.
  public struct Stretch: Sendable, Codable {
    /// Steps in it.
    public var steps = 0
    /// ε̄ at its end.
    public var stepSize = 0.0
    /// Mean acceptance of its second half, when the step size has settled.
    public var acceptance = 0.0
    /// Smallest and largest variance of the inverse mass that it ran with; 1 and 1 for the identity.
    public var variances: [Double] = [1, 1]
    /// Share of steps whose proposal was not finite.
    public var nonFinite = 0.0
    /// Share of divergent steps.
    public var divergent = 0.0
    /// Evaluations of the energy a step and chain.
    public var evaluations = 0.0
  }

  /// Acceptance that was wanted.
  public var targetAcceptance: Double
  /// Chains that took part.
  public var chains: Int
  /// In order.
  public var stretches: [Stretch] = []

  /// The stretches as lines of text.
  public var lines: [String] {
    stretches.map { stretch in
      let variances = stretch.variances.map { String(format: "%.3g", $0) }.joined(separator: " to ")
      let step = String(format: "step size %.4g, acceptance %.3f", stretch.stepSize, stretch.acceptance)
      let goal = String(format: "%.3f", targetAcceptance)
      let cost = String(format: "%.1f evaluations a step", stretch.evaluations)
      let trouble = String(format: "%.2g divergent, %.2g not finite", stretch.divergent, stretch.nonFinite)
      return "\(stretch.steps) steps: \(step) of \(goal), variances \(variances), \(cost), \(trouble)"
    }
  }
}
