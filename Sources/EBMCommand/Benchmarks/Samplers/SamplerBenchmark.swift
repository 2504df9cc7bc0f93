import EBMCore
import FileFormats
import Sampling
import Tensors

/// `ebm benchmark samplers`: every sampler of continuous points on every analytic energy of known moments.
struct SamplerBenchmark: Sendable {
  /// How much work is done.
  struct Size: Sendable {
    /// Chains of each sampler.
    var chains = 128
    /// Records of each chain that count, after a quarter as many that do not.
    var draws = 240
    /// Evaluations of the energy between two records, at most.
    var evaluations = 500.0
    /// Steps of each warm-up.
    var warmUp = 400
    /// The only energies; nil for all.
    var energies: Set<String>?

    init() {}

    /// Some seconds, for a first look.
    static var quick: Size {
      var size = Size()
      (size.chains, size.draws, size.evaluations, size.warmUp) = (64, 160, 60, 150)
      size.energies = ["banana", "double-well", "gaussian", "gaussian-mixture"]
      return size
    }
  }

  private let registry: ComponentRegistry
  private let size: Size
  private let threads: Int
  private let seed: UInt64

  init(registry: ComponentRegistry, size: Size = Size(), threads: Int = 0, seed: UInt64 = 1) {
    (self.registry, self.size, self.threads, self.seed) = (registry, size, threads, seed)
  }

  /// The samplers of continuous points.
  var samplers: [ComponentRegistry.Entry] {
    registry.entries(in: .sampler).filter { ($0.type as? any Sampler.Type)?.values.contains(.continuous) == true }
  }

  /// The energies that are compared on.
  func energies() throws(ConfigurationError) -> [BenchmarkEnergy] {
    try BenchmarkEnergy.all(in: registry).filter { size.energies?.contains($0.name) ?? true }
  }

  /// What is measured for an energy, one sampler after the other.
  func scores(
    on energy: BenchmarkEnergy, samplers: [ComponentRegistry.Entry]
  ) throws(ConfigurationError) -> [SamplerScore] {
    let setup = try SamplerSetup(
      energy: energy, registry: registry, chains: size.chains, warmUpSteps: size.warmUp, threads: threads, seed: seed)
    var scores: [SamplerScore] = []
    for entry in samplers {
      let component = try registry.component(.string(entry.name), as: .sampler, at: entry.name)
      guard let sampler = component as? any Sampler else { continue }
      let ready = setup.ready(sampler)
      if ready.sampler.plansSteps {
        scores.append(ends(of: ready, entry.name, on: energy, from: setup.manyStarts))
      } else {
        scores.append(record(ready, entry.name, on: energy, from: setup.start))
      }
    }
    return scores
  }

  private func record(
    _ ready: SamplerSetup.Ready, _ name: String, on energy: BenchmarkEnergy, from start: Tensor
  ) -> SamplerScore {
    func record(_ count: Int, thinning: Int, burnIn: Int, seed: UInt64) -> ChainRecord {
      ChainRecorder(
        sampler: ready.sampler, target: energy.problem.target, threads: threads, count: count, thinning: thinning,
        burnIn: burnIn
      ).record(from: start, seed: seed)
    }
    // A pilot says how far apart draws have to be: a quarter of the time in which chains forget, so that nothing is lost
    // between two of them and all of them together are long.
    let pilot = record(60, thinning: 3, burnIn: 10, seed: seed &+ 5)
    let most = size.evaluations * pilot.steps / max(pilot.steps, pilot.evaluations)
    let thinning = max(1, Int(min(pilot.forgetting / 4, most)))
    return SamplerScore(
      record(size.draws, thinning: thinning, burnIn: size.draws / 4, seed: seed &+ 6), of: name,
      settings: ready.settings, on: energy)
  }

  /// Many chains that are only looked at where they end: samplers whose law changes on the way.
  private func ends(
    of ready: SamplerSetup.Ready, _ name: String, on energy: BenchmarkEnergy, from start: Tensor
  ) -> SamplerScore {
    let (sampler, target) = (ready.sampler, energy.problem.target)
    let run = CompiledFunction(threads: threads) { arguments, context in
      [sampler.run(from: arguments[0], target: target, random: &context.random).position]
    }
    // The first run compiles.
    _ = run([start], key: RandomKey(seed: seed &+ 8))
    let clock = ContinuousClock()
    let begin = clock.now
    let points = run([start], key: RandomKey(seed: seed &+ 9))[0]
    return SamplerScore(
      ends: points.scalars, starts: start.scalars, seconds: (clock.now - begin) / .seconds(1),
      evaluations: Double(sampler.steps * start.shape[0]), of: name, settings: ready.settings, on: energy)
  }
}
