internal import EBMCore
private import Foundation
internal import Networks
internal import Tensors

extension Examination {
  /// What an objective asks to be minimised.
  mutating func checkObjective(_ objective: some Objective) {
    checkLosses(objective)
    checkTruth(objective)
    checkSign(objective)
  }

  /// The objective in a pipeline of the kit's own parts.
  private func pipeline(
    _ objective: any Objective, _ dataset: any Dataset, _ energy: any Energy, _ sampler: any Sampler, batch: Int
  ) throws(ConfigurationError) -> Pipeline {
    var training = TrainingSettings()
    training.batch = batch
    training.averagingDecay = 0
    training.iterations = 1_000
    let needs = type(of: objective).needs
    let parts: [(any Component)?] = [
      dataset, energy, objective, PlainAdam(), needs.contains(.schedule) ? FiveLevels() : nil,
      needs.contains(.sampler) ? sampler : nil, needs.contains(.initializer) ? NearestStart() : nil,
    ]
    return try Pipeline("conformance", seed: options.seed, training: training) {
      for part in parts.compactMap({ $0 }) { part }
    }
  }

  // MARK: Losses

  /// Losses and gradients are finite, and their bits depend on the seed alone.
  private mutating func checkLosses(_ objective: any Objective) {
    do throws(ConfigurationError) {
      let pipeline = try pipeline(objective, SpotData(), SmallEnergy(), MixedSteps(), batch: 300)
      let model = try Model(pipeline)
      let store = model.scope.initialValues(seed: options.seed)
      func run(threads: Int, _ key: RandomKey) -> [Tensor] {
        lossesAndGradients(pipeline, model, threads: threads)([], store: store.copy(), key: key)
      }
      let first = run(threads: 1, key(61))
      let isFinite = first.allSatisfy(\.isAllFinite)
      let isDead = first.dropFirst().allSatisfy { $0.scalars.allSatisfy { $0 == 0 } }
      record(
        "finite losses", isFinite && !isDead,
        "loss \(first[0].scalar.short), gradients \(isFinite ? "finite" : "not finite")\(isDead ? ", all 0" : "")",
        expected: "finite losses and gradients, some not 0")
      let differing = [1, 2, 3].map { threads in
        zip(run(threads: threads, key(61)), first).reduce(0) { $0 + $1.0.differingBits(from: $1.1) }
      }
      let other = zip(run(threads: 1, key(62)), first).reduce(0) { $0 + $1.0.differingBits(from: $1.1) }
      record(
        "bits by threads", differing.allSatisfy { $0 == 0 } && other > 0,
        "\(differing.map(String.init).joined(separator: ", ")) numbers differ with 1, 2, 3 threads, \(other) with another key",
        expected: "the same bits for any number of threads, others for another key")
    } catch { record("finite losses", error: error, expected: "an objective that the kit's pipeline can use") }
  }

  private func lossesAndGradients(_ pipeline: Pipeline, _ model: Model, threads: Int) -> CompiledFunction {
    let objective = pipeline.objective
    let feed = DataFeed(pipeline.dataset, count: pipeline.training.batch)
    let weights = model.energyWeights
    return CompiledFunction(phase: .training, threads: threads) { _, context in
      var random = context.random.split("data")
      let losses = objective.losses(for: feed.batch([], random: &random).points, model: model, &context)
      return [losses.energy] + gradient(of: losses.energy, withRespectTo: weights.map(\.tensor))
    }
  }

  // MARK: Truth

  /// With normal data and quadratic energies that are true at every level, the gradient's mean is 0; with precisions too
  /// high it is above 0 and with precisions too low below: the truth is a minimum.
  private mutating func checkTruth(_ objective: any Objective) {
    let expected = "0 at the truth within \(Significance.standardErrors) standard errors, above 0 beyond it, below 0 short of it"
    do throws(ConfigurationError) {
      let plain = withoutPenalties(objective)
      let pipeline = try pipeline(plain, GaussianData(), QuadraticEnergy(), QuadraticSolver(), batch: 4_096)
      let model = try Model(pipeline)
      let truth = TrueQuadratic(pipeline, model)
      guard let precisions = truth.logPrecisions else {
        return record(
          "gradient at the truth", false, "energies of \(truth.levels.map { $0.map(String.init) ?? "no level" }) do not grow with ‖x‖²",
          expected: "energy(at:level:) that follows the model's energy")
      }
      let function = lossesAndGradients(pipeline, model, threads: 0)
      func gradients(shift: Float) -> [SampleMean] {
        let store = truth.store(precisions, shift: shift)
        let runs = (0..<(options.quick ? 40 : 160)).map { run in
          function([], store: store.copy(), key: key(1_000 + UInt64(run)))[1].scalars
        }
        return truth.indices.map { index in SampleMean(runs.map { Double($0[index]) }) }
      }
      let (at, above, below) = (gradients(shift: 0), gradients(shift: 0.4), gradients(shift: -0.4))
      let worst = at.map { $0.deviation(from: 0) }.max() ?? .infinity
      // Two standard errors from the wrong side: a positive slope is many.
      let isMinimum = zip(above, below).allSatisfy { high, low in
        high.mean > 3 * high.standardError && low.mean < -3 * low.standardError
      }
      record(
        "gradient at the truth", worst < Significance.standardErrors && isMinimum,
        "\(at.map { "\($0.mean.short) ± \($0.standardError.short)" }.joined(separator: ", ")); e^0.4 beyond "
          + "\(above.map(\.mean.short).joined(separator: ", ")), short of it \(below.map(\.mean.short).joined(separator: ", "))",
        expected: expected)
    } catch { record("gradient at the truth", error: error, expected: expected) }
  }

  /// The objective without what keeps energies small, which moves the minimum: settings whose names end in "Penalty" are
  /// 0 where they may be.
  private func withoutPenalties(_ objective: any Objective) -> any Objective {
    guard var value = (try? objective.recipeValue())?.objectValue else { return objective }
    for setting in type(of: objective).settings where setting.key.lowercased().hasSuffix("penalty") {
      value[setting.key] = 0
    }
    let plain = try? registry.component(.object(value), as: .objective, at: "objective")
    return plain as? any Objective ?? objective
  }

  // MARK: Sign

  /// After some updates, data has a lower energy than what is far away.
  private mutating func checkSign(_ objective: any Objective) {
    let expected = "energies at the data below those 1.5 away, at the least noisy level"
    do {
      let trainer = try Trainer(try pipeline(objective, SpotData(), SmallEnergy(), MixedSteps(), batch: 256))
      for _ in 0..<(options.quick ? 150 : 400) { _ = try trainer.advance() }
      let trained = TrainedModel(pipeline: trainer.pipeline, model: trainer.model, store: trainer.store)
      var generator = SplitMixGenerator(seed: options.seed)
      let count = 500
      var (near, far): ([Float], [Float]) = ([], [])
      for _ in 0..<count {
        let angle = 2 * Double.pi * generator.uniform()
        for (axis, direction) in [cos(angle), sin(angle)].enumerated() {
          near.append(SpotData.center[axis] + SpotData.deviation * Float(generator.normal()))
          far.append(SpotData.center[axis] + 1.5 * Float(direction))
        }
      }
      let level = trainer.model.levels == nil ? nil : 0
      let low = trained.energy(at: Tensor(near, shape: [count, 2]), level: level).map(Double.init)
      let high = trained.energy(at: Tensor(far, shape: [count, 2]), level: level).map(Double.init)
      let (data, away) = (SampleMean(low), SampleMean(high))
      record(
        "sign", away.mean - data.mean > 3 * (away.standardError + data.standardError) && away.mean.isFinite,
        "mean energy \(data.mean.short) at the data, \(away.mean.short) away, after \(trainer.iteration) updates",
        expected: expected)
    } catch { record("sign", error: error, expected: expected) }
  }
}
