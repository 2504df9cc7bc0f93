internal import EBMCore
private import Foundation
internal import Networks
internal import Tensors

/// The energies at which an objective's own density, `energy(at:level:)`, is that of the data, noised to each level.
struct TruthProblem {
  private let pipeline: Pipeline
  private let model: Model
  /// Levels that the objective has densities of: those that it samples.
  let levels: [Int?]

  init(_ pipeline: Pipeline, _ model: Model) {
    self.pipeline = pipeline
    self.model = model
    var probe = Context()
    let sampled = model.objective.samples(4, model: model, &probe).map(\.level)
    levels = sampled.isEmpty ? [nil] : Array(Set(sampled)).sorted { ($0 ?? -1) < ($1 ?? -1) }
  }

  /// Where each level's parameter stands in the parameter that is looked at.
  var indices: [Int] { levels.map { $0 ?? 0 } }

  /// Variance of the data at a level: ā² s² + s̄².
  private func variance(_ level: Int?) -> Double {
    let clean = pow(GaussianData.deviation, 2)
    guard let level, let levels = model.levels else { return clean }
    return pow(levels.signals[level], 2) * clean + pow(levels.noises[level], 2)
  }

  /// The true parameter of each level; nil when an energy does not follow the model's, so that none could make it true.
  ///
  /// - Parameter store: values of the model's parameters, before any is set to the truth.
  func parameters(_ store: ParameterStore) -> [Float]? {
    if model.space.values != .continuous {
      let p = Double(CoinData.probability)
      return [Float(log(p / (1 - p)))]
    }
    let trained = TrainedModel(pipeline: pipeline, model: model, store: store)
    let found = levels.map { level -> Float? in
      // With η = 0 the objective's energy is k ‖x‖²/2: exp(η) k has to be 1/variance.
      let values = trained.energy(at: Tensor([0, 0, 1, 0, 0, 2], shape: [3, 2]), level: level).map(Double.init)
      let k = 2 * (values[1] - values[0])
      guard k > 0, abs((values[2] - values[0]) / (values[1] - values[0]) - 4) < 1e-2 else { return nil }
      return Float(-log(k * variance(level)))
    }
    return found.contains(nil) ? nil : found.compactMap { $0 }
  }

  /// Sets the true parameters, `shift` added to each, and ln Z of the data as it is in the constants.
  func set(_ parameters: [Float], shift: Float, in store: ParameterStore) {
    // What the objective itself learns, such as ln Z, keeps its first value: 0, next to an energy that has it already.
    for weight in model.energyWeights where weight.name.hasPrefix("energy.") {
      var values = store[weight] ?? []
      for (position, index) in indices.enumerated() {
        let isConstant = weight.name == "energy.constant"
        values[index] =
          isConstant ? Float(log(2 * Double.pi * variance(levels[position]))) : parameters[position] + shift
      }
      store[weight] = values
    }
  }
}
