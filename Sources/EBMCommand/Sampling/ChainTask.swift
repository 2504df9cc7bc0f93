import EBMCore
import FileFormats
import Foundation
import Runs
import Sampling
import Tensors

/// Long chains on one density, an energy's or a trained run's, with what is known about how they mixed.
struct ChainTask {
  let sampler: any Sampler
  let problem: SamplingProblem
  let settings: ChainSettings
  let seed: UInt64
  /// What chains run on, for messages.
  let energyName: String

  /// - Parameters:
  ///   - run: a trained run; nil for the energy that the settings name.
  ///   - overrides: settings of a recipe.
  ///   - report: takes what has to be known of a trained run's model.
  init(
    run: RunDirectory?, overrides: [String], settings: ChainSettings, seed: UInt64?, registry: ComponentRegistry,
    report: (String) -> Void
  ) throws {
    self.settings = settings
    if let run {
      let trained = try TrainedModel(run: run, overrides: overrides, registry: registry, report: report)
      guard let sampler = trained.model.sampler else {
        throw ConfigurationError([ConfigurationProblem(missing: .sampler, "which moves chains")])
      }
      self.sampler = sampler
      problem = try SamplingProblem(trained, level: settings.level)
      self.seed = seed ?? trained.pipeline.seed ?? 0
      energyName = run.path
    } else {
      let recipe = try Recipe().applying(overrides: overrides).resolved(with: registry)
      func part<Family>(_ family: ComponentFamily, _ type: Family.Type) throws -> Family? {
        try recipe.sections[family.rawValue].flatMap {
          try registry.component($0, as: family, at: family.rawValue) as? Family
        }
      }
      guard let energy = try part(.energy, (any Energy).self) else {
        throw ConfigurationError([
          ConfigurationProblem(missing: .energy, "such as energy=banana, or the folder of a trained run")
        ])
      }
      guard let sampler = try part(.sampler, (any Sampler).self) else {
        throw ConfigurationError([ConfigurationProblem(missing: .sampler, "such as sampler=nuts")])
      }
      self.sampler = sampler
      let space = try part(.dataset, (any Dataset).self)?.opened().space
      problem = try SamplingProblem(energy: energy, space: space)
      self.seed = seed ?? recipe.seed ?? RunTraining.randomSeed()
      energyName = type(of: energy).name
    }
    try sampler.checkFit(over: problem.space)
    try MemoryNeed(
      path: "draws", what: "\(settings.draws) draws of \(settings.chains) chains",
      numbers: [settings.chains, settings.draws] + problem.space.shape, copies: 6
    ).check()
  }

  /// Warms up and records, until the end or an interruption: one of the warm-up ends the program, which has nothing to
  /// lose yet.
  ///
  /// - Parameter progress: told what is being done.
  func run(
    interruption: InterruptSignal, progress: (String) -> Void
  ) -> (record: ChainRecord, notes: [String]) {
    let (sampler, position, notes) = interruption.endingAtOnce(with: {}) { warmedUp(progress) }
    progress("\(settings.draws) draws of \(settings.chains) chains")
    let recorder = ChainRecorder(
      sampler: sampler, target: problem.target, store: problem.store, count: settings.draws,
      thinning: settings.thinning)
    return (recorder.record(from: position, seed: seed &+ 2) { interruption.isRaised }, notes)
  }

  /// The sampler and the chains after the steps before the first draw, and what there is to say of them.
  private func warmedUp(_ progress: (String) -> Void) -> (any Sampler, Tensor, [String]) {
    let start = problem.starts(settings.chains, seed: seed)
    var (sampler, position, notes): (any Sampler, Tensor, [String]) = (sampler, start, [])
    if settings.warmUp > 0, let tunable = sampler as? any TunableSampler, sampler.isExact {
      progress("warm-up, \(settings.warmUp) steps")
      var plan = WarmUp(steps: settings.warmUp)
      if sampler is any TrajectorySampler { plan.trajectory = Double.pi / 2 }
      let tuned = plan.tune(
        erased: tunable, target: problem.target, from: start, store: problem.store, seed: seed &+ 1)
      (sampler, position) = (tuned.sampler, tuned.position)
      notes = tuned.report.warnings
    } else if settings.warmUp > 0 {
      progress("\(settings.warmUp) steps before the first draw")
      let (sampler, target, steps) = (sampler, problem.target, settings.warmUp)
      position =
        CompiledFunction { inputs, context in
          [sampler.run(from: inputs[0], target: target, steps: steps, random: &context.random).position]
        }([start], store: problem.store, key: RandomKey(seed: seed &+ 1))[0]
    }
    return (sampler, position, notes)
  }

  /// The draws as arrays by name: `x`, `[chain, draw, …]`, and by chain and draw `lp` = −E, `acceptance_rate` and
  /// `diverging`, the names that ArviZ gives statistics of samples.
  func arrays(of record: ChainRecord) -> [(String, Tensor)] {
    let (chains, draws) = (settings.chains, record.count)
    let dimension = record.draws.count
    var scalars = [Float](repeating: 0, count: chains * draws * dimension)
    for coordinate in 0..<dimension {
      for chain in 0..<chains {
        for draw in 0..<draws {
          scalars[(chain * draws + draw) * dimension + coordinate] = Float(record.draws[coordinate][chain][draw])
        }
      }
    }
    let density = ModelDensity(problem)
    let energies = density.energies(at: scalars)
    func byChain(_ rows: [[Float]]) -> Tensor {
      Tensor((0..<chains).flatMap { chain in rows.map { $0[chain] } }, shape: [chains, draws])
    }
    var arrays = [
      ("x", Tensor(scalars, shape: [chains, draws] + problem.space.shape)),
      ("lp", Tensor(energies.map { -$0 }, shape: [chains, draws])),
    ]
    if record.acceptance != nil { arrays.append(("acceptance_rate", byChain(record.acceptances))) }
    arrays.append(("diverging", byChain(record.divergences)))
    return arrays
  }

  /// A line a coordinate, as summaries of chains show them, the worst ones where there are many, and what to think of it.
  func summary(of record: ChainRecord, notes: [String]) -> String {
    var table = TextTable(header: ["x", "mean", "error", "deviation", "ESS bulk", "ESS tail", "R-hat"])
    func text(_ value: Double?) -> String { value.map { ProgressText.short($0) } ?? "–" }
    // Fewer have no halves to compare.
    let isTold = record.count >= 4
    let rows = isTold ? record.draws.map(ChainDraws.init) : []
    let order = rows.indices.sorted {
      (rows[$0].bulkEffectiveSampleSize ?? 0, $0) < (rows[$1].bulkEffectiveSampleSize ?? 0, $1)
    }
    for index in order.prefix(ChainTask.shown).sorted() {
      let draws = rows[index]
      table.add([
        "\(index)", text(draws.mean), text(draws.meanStandardError), text(draws.standardDeviation),
        text(draws.bulkEffectiveSampleSize), text(draws.tailEffectiveSampleSize), text(draws.rankNormalizedRHat),
      ])
    }
    var lines = notes.map { "warning: \($0)" }
    if rows.count > ChainTask.shown {
      lines.append("the \(ChainTask.shown) of \(rows.count) coordinates with the smallest effective sample sizes")
    }
    let acceptance = record.acceptance.map { "acceptance \(ProgressText.short($0)), " } ?? ""
    let perDraw = record.evaluations / Double(settings.chains * record.count)
    lines.append(
      "\(acceptance)\(Int((record.divergent * record.steps).rounded())) divergent steps, "
        + "\(ProgressText.short(perDraw)) evaluations a draw, \(ProgressText.short(record.seconds)) s")
    if !record.isFinite { lines.append("warning: chains have left the finite numbers") }
    if !isTold { lines.append("warning: convergence is told from 4 draws of a chain on") }
    if isTold, record.isFinite, settings.chains > 1, !record.isMixed {
      lines.append(
        "warning: chains have not mixed, R-hat \(text(record.rHat)): means are those of where chains began; "
          + "more draws or another sampler may help")
    }
    if record.divergent > 0 {
      lines.append("warning: divergent steps: places that need shorter steps are seen too rarely")
    }
    return (isTold ? table.text : "") + lines.map { $0 + "\n" }.joined()
  }

  /// Coordinates at most that a summary shows.
  private static let shown = 10
}

extension ModelDensity {
  /// The density of a problem, to tell energies of points.
  fileprivate init(_ problem: SamplingProblem) {
    let target = problem.target
    self.init(shape: problem.space.shape, store: problem.store) { points, _ in target.energy(points) }
  }
}
