import EBMCore
import FileFormats
import Foundation
import Runs
import Sampling
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

  /// - Throws: a `ConfigurationError` where the two samplers that all others are set up by are not registered.
  init(
    energy: BenchmarkEnergy, registry: ComponentRegistry, chains: Int, warmUpSteps: Int, threads: Int, seed: UInt64
  ) throws(ConfigurationError) {
    (self.energy, self.registry, self.seed) = (energy, registry, seed)
    warmUp = WarmUp(steps: warmUpSteps, threads: threads)
    let plain = WarmUp(steps: warmUpSteps, mass: .none, threads: threads)
    let walk = try SamplerSetup.tunable("random-walk-metropolis", registry)
    let langevin = try SamplerSetup.tunable("mala", registry)
    let target = energy.problem.target
    let far = energy.problem.starts(16 * chains, seed: seed)
    manyStarts = warmUp.tune(erased: walk, target: target, from: far, seed: seed &+ 1).position
    start = manyStarts.sliced(alongAxis: 0, 0..<chains)
    plainStep = plain.tune(erased: langevin, target: target, from: start, seed: seed &+ 2).sampler.stepSize
    let whitened = warmUp.tune(erased: langevin, target: target, from: start, seed: seed &+ 3).sampler
    massStep = whitened.stepSize
    inverseMass = (whitened as? any PreconditionedSampler)?.inverseMass ?? []
  }

  private static func tunable(
    _ name: String, _ registry: ComponentRegistry
  ) throws(ConfigurationError) -> any TunableSampler {
    let path = "\(ComponentFamily.sampler.rawValue).\(name)"
    guard let sampler = try registry.component(.string(name), as: .sampler, at: path) as? any TunableSampler else {
      throw ConfigurationError(path: path, what: "samplers are set up by it, and it has no step size to tune")
    }
    return sampler
  }

  /// What each rule is, for the header of the table.
  static let rules = """
    Settings: tunable samplers by warm-up to their own acceptance, with variances as mass, HMC with trajectories of π/2;
    samplers without a Metropolis test take a third of MALA's step; rejection takes a uniform envelope over a square;
    parallel tempering moves by MALA at temperatures 1, 2, 4 and 8; annealing falls from half of MALA's step to a tenth.
    """

  /// A sampler with settings for this energy.
  func ready(_ sampler: any Sampler) -> Ready {
    let (sampler, settings) = fitted(sampler)
    let words = settings.map { "\($0.name) \(ProgressText.short($0.value))" }
    return Ready(sampler: sampler, settings: words.isEmpty ? "defaults" : words.joined(separator: ", "))
  }

  private func fitted(_ sampler: any Sampler) -> (sampler: any Sampler, settings: [FittedSetting]) {
    if let sampler = sampler as? any TunableSampler { return tuned(sampler) }
    guard var sampler = sampler as? any FittableSampler else { return untested(sampler) }
    let settings = sampler.fit(to: scales)
    return (sampler, settings)
  }

  private var scales: TargetScales {
    TargetScales(
      stepSize: plainStep, preconditionedStepSize: massStep, inverseMass: inverseMass,
      envelope: { [energy] in energy.envelope }, fitting: { fitted($0) })
  }

  private func tuned(_ sampler: any TunableSampler) -> (sampler: any Sampler, settings: [FittedSetting]) {
    var plan = warmUp
    plan.trajectory = Double.pi / 2
    let sampler = plan.tune(erased: sampler, target: energy.problem.target, from: start, seed: seed &+ 4).sampler
    let length = (sampler as? any TrajectorySampler).map { [FittedSetting("leapfrogSteps", Float($0.leapfrogSteps))] }
    return (sampler, [FittedSetting("stepSize", sampler.stepSize)] + (length ?? []))
  }

  /// A sampler without a test, or one that nobody here knows: a third of MALA's step where it has such a setting.
  private func untested(_ sampler: any Sampler) -> (sampler: any Sampler, settings: [FittedSetting]) {
    var sampler = sampler
    var step = plainStep
    if var preconditioned = sampler as? any PreconditionedSampler {
      preconditioned.inverseMass = inverseMass
      (sampler, step) = (preconditioned, massStep)
    }
    // One that does not take this step keeps its own.
    guard var settings = try? sampler.recipeValue().objectValue, settings["stepSize"] != nil else {
      return (sampler, [])
    }
    settings["stepSize"] = .number(Double(step / 3))
    guard let chosen = try? registry.component(.object(settings), as: .sampler, at: "sampler") as? any Sampler else {
      return (sampler, [])
    }
    return (chosen, [FittedSetting("stepSize", step / 3)])
  }
}
