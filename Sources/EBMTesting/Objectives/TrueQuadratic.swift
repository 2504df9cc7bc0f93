internal import EBMCore
private import Foundation
internal import Networks
internal import Tensors

/// The quadratic energies at which an objective's own density, `energy(at:level:)`, is that of the noised data.
struct TrueQuadratic {
  private let model: Model
  private let trained: TrainedModel
  /// Levels that the objective has densities of: those that it samples.
  let levels: [Int?]

  init(_ pipeline: Pipeline, _ model: Model) {
    self.model = model
    trained = TrainedModel(pipeline: pipeline, model: model, store: model.scope.initialValues(seed: 1))
    var probe = Context()
    let sampled = pipeline.objective.samples(4, model: model, &probe).map(\.level)
    levels = sampled.isEmpty ? [nil] : Array(Set(sampled)).sorted { ($0 ?? -1) < ($1 ?? -1) }
  }

  /// Where each level's precision stands among the parameters.
  var indices: [Int] { levels.map { $0 ?? 0 } }

  /// Variance of the data at a level: ā² s² + s̄².
  private func variance(_ level: Int?) -> Double {
    let clean = pow(GaussianData.deviation, 2)
    guard let level, let levels = model.levels else { return clean }
    return pow(levels.signals[level], 2) * clean + pow(levels.noises[level], 2)
  }

  /// η of each level; nil when an energy does not grow with ‖x‖², so that no precision could make it true.
  var logPrecisions: [Float]? {
    let found = levels.map { level -> Float? in
      // With η = 0 the objective's energy is k ‖x‖²/2: exp(η) k has to be 1/variance.
      let values = trained.energy(at: Tensor([0, 0, 1, 0, 0, 2], shape: [3, 2]), level: level).map(Double.init)
      let k = 2 * (values[1] - values[0])
      guard k > 0, abs((values[2] - values[0]) / (values[1] - values[0]) - 4) < 1e-2 else { return nil }
      return Float(-log(k * variance(level)))
    }
    return found.contains(nil) ? nil : found.compactMap { $0 }
  }

  /// Values of the parameters with precisions exp(shift) times the true ones, and ln Z in the constants.
  func store(_ precisions: [Float], shift: Float) -> ParameterStore {
    let store = model.scope.initialValues(seed: 1)
    for parameter in model.energyWeights {
      var values = store[parameter] ?? []
      for (position, index) in indices.enumerated() {
        let isPrecision = parameter.name.hasSuffix("logPrecision")
        values[index] = isPrecision ? precisions[position] + shift : Float(log(2 * Double.pi * variance(levels[position])))
      }
      store[parameter] = values
    }
    return store
  }
}
