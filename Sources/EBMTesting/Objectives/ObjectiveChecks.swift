internal import EBMCore
internal import FileFormats
private import Foundation
internal import Networks
internal import Tensors

extension Examination {
  /// What an objective asks to be minimised.
  mutating func checkObjective(_ objective: some Objective) {
    checkLosses(objective)
    if objective.consistency == .exact { checkTruth(objective) }
    if objective.consistency != .none { checkSign(objective) }
  }

  // MARK: Losses

  /// Losses and gradients are finite, and their bits depend on the seed alone.
  private mutating func checkLosses(_ objective: any Objective) {
    do throws(ConfigurationError) {
      let (pipeline, model) = try ObjectiveKit.accepted(
        by: objective, extents: [.needed, .all], batch: 300, seed: options.seed, \.training)
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
    } catch { record("finite losses", error: error, expected: "an objective that one of the kit's pipelines fits") }
  }

  private func lossesAndGradients(_ pipeline: Pipeline, _ model: Model, threads: Int) -> CompiledFunction {
    let objective = model.objective
    let feed = DataFeed(pipeline.dataset, count: pipeline.training.batch)
    let weights = model.energyWeights
    return CompiledFunction(phase: .training, threads: threads) { _, context in
      var random = context.random.split("data")
      let data = feed.batch([], random: &random)
      let losses = objective.losses(for: data.points, labels: data.labels, model: model, &context)
      return [losses.energy] + gradient(of: losses.energy, withRespectTo: weights.map(\.tensor))
    }
  }

  // MARK: Truth

  /// With data whose law is in the energy's family at every level, the gradient's mean is 0 at the truth, above 0 with
  /// parameters too high and below 0 with parameters too low: the truth is a minimum.
  private mutating func checkTruth(_ objective: any Objective) {
    let expected =
      "0 at the truth within \(Significance.standardErrors) standard errors, above 0 beyond it, below 0 short of it"
    do throws(ConfigurationError) {
      let (pipeline, model) = try ObjectiveKit.accepted(
        by: objective.withoutPenalties(), extents: [.leveled, .needed, .all], batch: 4_096, seed: options.seed, \.truth)
      let problem = TruthProblem(pipeline, model)
      let store = model.scope.initialValues(seed: options.seed)
      guard let truth = problem.parameters(store) else {
        return record(
          "gradient at the truth", false, "energies do not grow with ‖x‖² at some of the levels \(problem.indices)",
          expected: "energy(at:level:) that follows the model's energy")
      }
      let function = lossesAndGradients(pipeline, model, threads: 0)
      func gradients(shift: Float) -> [SampleMean] {
        problem.set(truth, shift: shift, in: store)
        let runs = (0..<(options.isBrief ? 20 : options.quick ? 40 : 160)).map { run in
          function([], store: store.copy(), key: key(1_000 + UInt64(run)))[1].scalars
        }
        return problem.indices.map { index in SampleMean(runs.map { Double($0[index]) }) }
      }
      let (at, above, below) = (gradients(shift: 0), gradients(shift: 0.4), gradients(shift: -0.4))
      let worst = at.map { $0.deviation(from: 0) }.max() ?? .infinity
      let isMinimum = zip(above, below).allSatisfy { high, low in
        high.mean > 3 * high.standardError && low.mean < -3 * low.standardError
      }
      record(
        "gradient at the truth", worst < Significance.standardErrors && isMinimum,
        "\(at.map { "\($0.mean.short) ± \($0.standardError.short)" }.joined(separator: ", ")); with parameters 0.4 higher "
          + "\(above.map(\.mean.short).joined(separator: ", ")), lower \(below.map(\.mean.short).joined(separator: ", "))",
        expected: expected)
    } catch { record("gradient at the truth", error: error, expected: expected) }
  }

  // MARK: Sign

  /// After some updates, data has a lower energy than what is far away.
  private mutating func checkSign(_ objective: any Objective) {
    let expected = "energies at the data below those away from it, at the least noisy level"
    do {
      let (pipeline, _) = try ObjectiveKit.accepted(
        by: objective, extents: [.needed, .all], batch: 256, seed: options.seed, \.training)
      let trainer = try Trainer(pipeline)
      for _ in 0..<(options.quick ? 150 : 400) { _ = try trainer.advance() }
      let trained = TrainedModel(pipeline: trainer.pipeline, model: trainer.model, store: trainer.store)
      let (near, far) = try examples(of: pipeline.dataset, count: 500)
      let level = trainer.model.levels == nil ? nil : 0
      let data = SampleMean(trained.energy(at: near, level: level).map(Double.init))
      let away = SampleMean(trained.energy(at: far, level: level).map(Double.init))
      record(
        "sign", away.mean - data.mean > 3 * (away.standardError + data.standardError) && away.mean.isFinite,
        "mean energy \(data.mean.short) at the data, \(away.mean.short) away, after \(trainer.iteration) updates",
        expected: expected)
    } catch { record("sign", error: error, expected: expected) }
  }

  /// Points of the data, and points 1.5 from its centre, or fair coins.
  private func examples(of dataset: any Dataset, count: Int) throws -> (near: Tensor, far: Tensor) {
    let near = try dataset.draw(count, seed: options.seed &+ 1).points
    var generator = SplitMix64(seed: options.seed)
    if dataset.space.values != .continuous {
      return (near, Tensor(near.scalars.map { _ in generator.uniform() < 0.5 ? 0 : 1 }, shape: near.shape))
    }
    let far = (0..<count).flatMap { _ -> [Float] in
      let angle = 2 * Double.pi * generator.uniform()
      return zip(SpotData.center, [cos(angle), sin(angle)]).map { $0 + 1.5 * Float($1) }
    }
    return (near, Tensor(far, shape: near.shape))
  }
}
