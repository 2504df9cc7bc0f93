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
  /// A stretch of steps with one inverse mass. Means are over its second half, when the step size has settled.
  public struct Stretch: Sendable, Codable {
    /// Steps in it.
    public var steps = 0
    /// ε̄ at its end.
    public var stepSize = 0.0
    /// Mean acceptance.
    public var acceptance = 0.0
    /// Smallest and largest variance of the inverse mass that it ran with; 1 and 1 for the identity.
    public var variances: [Double] = [1, 1]
    /// Largest variance along any axis over the smallest: of the matrix where the inverse mass is one.
    public var condition = 1.0
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

  /// What is suspicious about the last stretch, whose step size is the result; a line each.
  public var warnings: [String] {
    guard let last = stretches.last else { return [] }
    var lines: [String] = []
    func percent(_ share: Double) -> String { String(format: "%.2g %%", 100 * share) }
    // A dozen steps of all chains tell the mean acceptance to a few hundredths.
    if abs(last.acceptance - targetAcceptance) > 0.1 {
      lines.append(
        String(format: "the acceptance is %.3f, not %.3f: ", last.acceptance, targetAcceptance)
          + (last.acceptance > targetAcceptance
            ? "steps of any length are accepted, or the warm-up is too short"
            : "no step is short enough, or the warm-up is too short"))
    }
    // The step size that explores goes beyond what is stable now and then.
    if last.nonFinite > 0.01 {
      lines.append("\(percent(last.nonFinite)) of the proposals had an energy or a gradient that is not finite")
    }
    if last.divergent > 0.01 {
      lines.append(
        "\(percent(last.divergent)) of the steps diverged: places where a step of this size is too long are sampled "
          + "too rarely")
    }
    return lines
  }
}
