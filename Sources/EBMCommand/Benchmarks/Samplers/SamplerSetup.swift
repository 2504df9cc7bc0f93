import EBMCore
import FileFormats
import Foundation
import Samplers
import Tensors

/// Settings of each sampler that suit an energy, found the same way for all energies.
struct SamplerSetup {
  let energy: BenchmarkEnergy
  let registry: ComponentRegistry
  private let warmUp: WarmUp
  private let seed: UInt64
  /// Where the chains of all samplers start: widely spread points, moved by random-walk Metropolis for a while.
  let start: Tensor
  /// 16 times as many, for samplers whose chains count at their ends alone.
  let manyStarts: Tensor
  /// Step sizes of MALA at its best acceptance, without a mass and with variances: what the samplers without a
  /// Metropolis test take a third of.
  private let plainStep: Float
  private let massStep: Float
  private let inverseMass: [Float]

  /// A sampler that is ready for an energy.
  struct Ready {
    let sampler: any Sampler
    /// The settings that were found, for the table.
    let settings: String
  }

  init(
    energy: BenchmarkEnergy, registry: ComponentRegistry, chains: Int, warmUpSteps: Int, threads: Int, seed: UInt64
  ) {
    (self.energy, self.registry, self.seed) = (energy, registry, seed)
    warmUp = WarmUp(steps: warmUpSteps, threads: threads)
    let plain = WarmUp(steps: warmUpSteps, mass: .none, threads: threads)
    let target = energy.problem.target
    let far = energy.problem.starts(16 * chains, seed: seed)
    manyStarts = warmUp.tune(RandomWalkMetropolis(), target: target, from: far, seed: seed &+ 1).position
    start = manyStarts.sliced(alongAxis: 0, 0..<chains)
    plainStep = plain.tune(MALA(), target: target, from: start, seed: seed &+ 2).sampler.stepSize
    let whitened = warmUp.tune(MALA(), target: target, from: start, seed: seed &+ 3).sampler
    (massStep, inverseMass) = (whitened.stepSize, whitened.inverseMass)
  }

  /// What each rule is, for the header of the table.
  static let rules = """
    Settings: tunable samplers by warm-up to their own acceptance, with variances as mass, HMC with trajectories of π/2;
    samplers without a Metropolis test take a third of MALA's step; rejection takes a uniform envelope over a square;
    parallel tempering moves by MALA at temperatures 1, 2, 4 and 8; annealing falls from half of MALA's step to a tenth.
    """

  /// A sampler with settings for this energy.
  func ready(_ sampler: any Sampler) throws(ConfigurationError) -> Ready {
    switch sampler {
    case let sampler as any TunableSampler: return tuned(sampler)
    case var sampler as ParallelTempering:
      sampler.sampler = MALA {
        $0.stepSize = massStep; $0.inverseMass = inverseMass
      }
      return Ready(sampler: sampler, settings: "mala \(short(massStep))")
    case var sampler as AnnealedLangevin:
      (sampler.largestNoise, sampler.smallestNoise) = (1, 0.2)
      (sampler.levels, sampler.stepsPerLevel) = (10, 20)
      sampler.stepSize = plainStep * plainStep / 100
      return Ready(sampler: sampler, settings: "√a \(short(0.5 * plainStep)) to \(short(0.1 * plainStep))")
    case var sampler as RejectionSampling:
      let (center, reach, lowest) = energy.envelope
      (sampler.proposal, sampler.center, sampler.width) = (.uniform, Float(center), Float(reach))
      // The grid may miss the least energy by a little.
      sampler.logBound = Float(2 * log(2 * reach) - lowest + 0.05)
      return Ready(sampler: sampler, settings: "width \(short(sampler.width))")
    case var sampler as ReducedSteps:
      sampler.sampler = try ready(sampler.sampler).sampler
      return Ready(sampler: sampler, settings: "stepSize \(short(plainStep / 3 * sampler.stepMultiplier))")
    case var sampler as Masked:
      let inner = try ready(sampler.sampler)
      sampler.sampler = inner.sampler
      return Ready(sampler: sampler, settings: "nothing observed, \(inner.settings)")
    default: return try untested(sampler)
    }
  }

  private func tuned(_ sampler: any TunableSampler) -> Ready {
    var plan = warmUp
    plan.trajectory = Double.pi / 2
    let sampler = plan.tune(erased: sampler, target: energy.problem.target, from: start, seed: seed &+ 4).sampler
    var settings = "stepSize \(short(sampler.stepSize))"
    if let trajectory = sampler as? any TrajectorySampler { settings += " × \(trajectory.leapfrogSteps)" }
    return Ready(sampler: sampler, settings: settings)
  }

  /// A sampler without a test, or one that nobody here knows: a third of MALA's step where it has such a setting.
  private func untested(_ sampler: any Sampler) throws(ConfigurationError) -> Ready {
    var sampler = sampler
    var step = plainStep
    if var preconditioned = sampler as? any PreconditionedSampler {
      preconditioned.inverseMass = inverseMass
      (sampler, step) = (preconditioned, massStep)
    }
    guard var settings = try sampler.recipeValue().objectValue, settings["stepSize"] != nil else {
      return Ready(sampler: sampler, settings: "defaults")
    }
    settings["stepSize"] = .number(Double(step / 3))
    guard let chosen = try registry.component(.object(settings), as: .sampler, at: "sampler") as? any Sampler else {
      return Ready(sampler: sampler, settings: "defaults")
    }
    return Ready(sampler: chosen, settings: "stepSize \(short(step / 3))")
  }

  private func short(_ number: Float) -> String { ProgressText.short(Double(number)) }
}
