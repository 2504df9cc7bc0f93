import EBMCore
import Runs
import Sampling
import Tensors

/// Tunes a sampler and measures what that gave.
struct Tuning {
  let sampler: any TunableSampler
  let problem: SamplingProblem
  let warmUp: WarmUp
  let chains: Int
  let seed: UInt64

  /// What came out.
  struct Outcome {
    let sampler: any TunableSampler
    /// What was done and found.
    let lines: [String]
    /// What is suspicious.
    let warnings: [String]
  }

  /// Draws of each chain that the measurement looks at.
  static let draws = 300

  func run() -> Outcome {
    let start = problem.starts(chains, seed: seed)
    let tuned = warmUp.tune(
      erased: sampler, target: problem.target, from: start, store: problem.store, seed: seed &+ 1)
    let before = record(sampler, from: tuned.position)
    let after = record(tuned.sampler, from: tuned.position)
    var lines = zip(1..., tuned.report.lines).map { "stretch \($0): \($1)" }
    lines.append(found(tuned.sampler, condition: tuned.report.stretches.last?.condition ?? 1))
    lines.append("before: \(efficiency(before)); after: \(efficiency(after))")
    return Outcome(
      sampler: tuned.sampler, lines: lines,
      warnings: tuned.report.warnings + warnings(tuned.sampler, before: before, after: after))
  }

  /// Chains from where the warm-up ended: both samplers from the same points by the same random numbers.
  private func record(_ sampler: any Sampler, from start: Tensor) -> ChainRecord {
    ChainRecorder(
      sampler: sampler, target: problem.target, store: problem.store, threads: warmUp.threads, count: Tuning.draws
    ).record(from: start, seed: seed &+ 2)
  }

  private func found(_ sampler: any TunableSampler, condition: Double) -> String {
    var text = "found: stepSize \(sampler.stepSize)"
    if let trajectory = sampler as? any TrajectorySampler {
      text += ", leapfrogSteps \(trajectory.leapfrogSteps)\(warmUp.trajectory == nil ? " as before" : "")"
    }
    guard let mass = (sampler as? any PreconditionedSampler)?.inverseMass, warmUp.mass != .none else { return text }
    let kind = warmUp.mass == .dense ? "covariances" : "variances"
    return text + ", inverseMass of \(mass.count) \(kind), condition \(ProgressText.short(condition))"
  }

  private func efficiency(_ record: ChainRecord) -> String {
    guard let size = record.effectiveSampleSize else { return "chains that do not move" }
    let perGradient = ProgressText.short(size / record.evaluations)
    let acceptance = record.acceptance.map { ", acceptance \(ProgressText.short($0))" } ?? ""
    return "\(perGradient) effective draws a gradient\(acceptance)"
  }

  /// Steps of a trajectory of length π/2.
  private func fitting(_ stepSize: Float) -> Int { max(1, Int((Double.pi / 2 / Double(stepSize)).rounded())) }

  private func warnings(_ sampler: any TunableSampler, before: ChainRecord, after: ChainRecord) -> [String] {
    var lines: [String] = []
    if !after.isMixed {
      let number = after.rHat.map { "R-hat \(ProgressText.short($0))" } ?? "nothing moves"
      lines.append(
        "chains have not mixed (\(number)): figures are guesses, and the mass is that of the places they are in")
    }
    if after.divergent > 0 {
      lines.append("\(ProgressText.short(100 * after.divergent)) % of the tuned sampler's steps diverge")
    }
    if let old = before.effectiveSampleSize, let new = after.effectiveSampleSize, before.isMixed,
      new / after.evaluations < 0.8 * old / before.evaluations
    {
      lines.append("the settings from before give more effective draws a gradient")
    }
    // Half an orbit takes π where all variances are 1, as they are in units of the mass.
    if let trajectory = sampler as? any TrajectorySampler, (after.acceptance ?? 0) > 0.3 {
      let length = Double(trajectory.leapfrogSteps) * Double(trajectory.stepSize)
      if length > Double.pi, warmUp.mass != .none {
        lines.append(
          "trajectories of \(trajectory.leapfrogSteps) × \(trajectory.stepSize) turn back on themselves after π: "
            + "fewer leapfrogSteps may do, \(fitting(trajectory.stepSize)) make a quarter of an orbit")
      }
    }
    return lines
  }
}
