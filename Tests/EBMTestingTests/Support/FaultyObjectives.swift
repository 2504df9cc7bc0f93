import EBMCore
import Tensors

/// Maximum likelihood with the sampler's negatives, or with a fault.
struct FaultyLikelihood: Objective, ObjectiveFunction {
  enum Fault: String, Codable, Sendable, CaseIterable {
    case none, phasesExchanged, weakNegatives, ignoresData, isNotANumber, seedlessNoise
  }

  static let name = "faulty-likelihood"
  static let summary = "Maximum likelihood with a fault."
  @Setting("what is wrong") var fault = Fault.none
  @Setting("weight of the squared energies", .atLeast(0)) var energyPenalty: Float = 0.01

  init() {}

  var offers: Set<Capability> { [.data] }
  var needs: [Need] { [.part(.sampler), .part(.initializer)] }
  func withoutPenalties() -> Self {
    var plain = self
    plain.energyPenalty = 0
    return plain
  }

  private func target(_ model: Model) -> Target {
    Target { x in
      var context = Context()
      return model.energy(x, Condition(), &context)
    }
  }

  func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    guard let sampler = model.sampler, let initializer = model.initializer else { return Losses(energy: Tensor(0)) }
    let start = initializer.starts(StartRequest(count: data.shape[0], space: model.space, data: data), &context)
    let negative = sampler.run(from: start, target: target(model), random: &context.random).position.stoppingGradient()
    let (low, high) = (model.energy(data, Condition(), &context), model.energy(negative, Condition(), &context))
    var loss = low.mean() - high.mean() + energyPenalty * (low.squared().mean() + high.squared().mean())
    switch fault {
    case .none: break
    case .phasesExchanged: loss = -loss
    case .weakNegatives: loss = low.mean() - 0.8 * high.mean()
    case .ignoresData: loss = 0 * low.mean()
    case .isNotANumber: loss = loss + (-1 - low.squared().mean()).log()
    case .seedlessNoise: loss = model.energy(Tensor(repeating: 0.5, shape: data.shape), Condition(), &context).mean()
    }
    return Losses(energy: loss)
  }

  func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    let start = context.random.normal([count] + model.space.shape)
    guard let sampler = model.sampler else { return [] }
    let chain = sampler.run(from: start, target: target(model), random: &context.random)
    return [LeveledSamples(level: nil, points: chain.position)]
  }

  func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    model.energy(points, Condition(), &context)
  }
}

/// Score matching without noise, E‖½∇E‖² − tr ∇²E and so on, in closed form for energies quadratic in x; its trace term
/// may have the wrong sign.
struct FaultyScoreMatching: Objective, ObjectiveFunction {
  static let name = "faulty-score-matching"
  static let summary = "Score matching that may have the wrong sign."
  @Setting("of the trace: −1, or 1 for the wrong one", .range(-1...1)) var sign: Float = -1

  init() {}

  /// ½‖∇E‖² − Δ E, the Laplacian by derivatives along both axes.
  func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    let energy = model.energy(data, Condition(), &context)
    let ones = Tensor(1).broadcast(to: energy.shape)
    let slope = pullback(of: [energy], along: [ones], withRespectTo: [data])[0]
    let traces = (0..<2).map { axis -> Tensor in
      let column = slope.sliced(alongAxis: 1, axis..<(axis + 1)).reshaped([data.shape[0]])
      return pullback(of: [column], along: [ones], withRespectTo: [data])[0].sliced(alongAxis: 1, axis..<(axis + 1))
    }
    let laplacian = (traces[0] + traces[1]).mean()
    return Losses(energy: 0.5 * slope.squared().sum(alongAxes: 1).mean() + sign * laplacian)
  }

  func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] { [] }

  func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    model.energy(points, Condition(), &context)
  }
}
