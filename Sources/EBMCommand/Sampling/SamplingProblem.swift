import EBMCore
import Networks
import Tensors

/// A density that chains are run on, with what is known of it.
struct SamplingProblem {
  /// What a point is.
  let space: SampleSpace
  /// p ∝ exp(−E), traced.
  let target: Target
  /// Values of the parameters in it; nil for one without.
  let store: ParameterStore?
  /// The mean of each coordinate, where it is known.
  private(set) var mean: [Double]?
  /// The variance of each coordinate, where it is known.
  private(set) var variance: [Double]?
  /// Makes points that a model drew itself, good starts; nil for densities that nobody trained.
  private let modelSamples: (@Sendable (_ count: Int, _ seed: UInt64) -> Tensor?)?

  /// The density of an energy without parameters.
  ///
  /// - Parameters:
  ///   - space: what a point is; asked for where the energy does not know itself.
  ///   - path: where the energy stands, for messages.
  /// - Throws: a `ConfigurationError` for a network, and for an energy of points nobody knows.
  init(energy: any Energy, space: SampleSpace?, at path: String = "energy") throws(ConfigurationError) {
    let name = type(of: energy).name
    let tractable = energy as? any TractableEnergy
    guard let space = tractable?.space ?? space else {
      throw ConfigurationError(
        path: path, what: "\(name) is an energy of points of any length",
        expected: "--dimension, or a recipe with a dataset")
    }
    let scope = ParameterScope()
    try energy.checkFit(over: space, at: path)
    let function = try energy.function(over: space, in: scope[path])
    let values = scope.initialValues(seed: 0)
    if let parameter = scope.parameters.first(where: { !$0.name.contains(".trained.") }) {
      throw ConfigurationError(
        path: path, what: "\(name) has parameters that are not trained yet, such as \(parameter.name)",
        expected: "an analytic energy, or the folder of a trained run")
    }
    self.space = space
    target = Target(function, over: space, context: Context())
    store = scope.parameters.isEmpty ? nil : values
    (mean, variance) = (tractable?.mean, tractable?.variance)
    modelSamples = nil
  }

  /// The density of a trained model.
  ///
  /// - Parameter level: the noise level, where the model has some; nil for models without.
  /// - Throws: a `ConfigurationError` for a level that does not exist, and for a model with levels where none is named: it
  ///   has a density, and a length of steps, for each.
  init(_ trained: TrainedModel, level: Int? = nil) throws(ConfigurationError) {
    let model = trained.model
    var place: Int?
    if let levels = model.levels {
      guard let level else {
        throw ConfigurationError(
          path: "schedule", what: "the model has noise levels, and each sets the length of its steps itself",
          expected: "a run without a noise schedule")
      }
      if level >= levels.steps {
        throw ConfigurationError(path: "level", found: "\(level)", expected: "0 to \(levels.steps - 1)")
      }
      place = level
    } else if let level, level > 0 {
      throw ConfigurationError(path: "level", found: "\(level)", expected: "0: the model has no noise levels")
    }
    space = model.space
    store = trained.store
    target = Target(values: model.space.values) { [place] x in
      var context = Context()
      return model.objective.energy(at: x, level: place, model: model, &context)
    }
    modelSamples = { count, seed in trained.samples(count, seed: seed).last?.points }
  }

  /// The same density with moments that were found otherwise.
  func with(mean: [Double], variance: [Double]) -> SamplingProblem {
    var problem = self
    (problem.mean, problem.variance) = (mean, variance)
    return problem
  }

  /// Starts of chains, `[count, …]`: the model's own samples, or points that are spread twice as widely as the density,
  /// so that chains which do not forget their start are found out.
  func starts(_ count: Int, seed: UInt64) -> Tensor {
    if let points = modelSamples?(count, seed) { return points }
    let space = space
    let center = Tensor((mean ?? space.zeros).map(Float.init), shape: space.shape)
    let spread = Tensor((variance ?? space.zeros.map { $0 + 1 }).map { 2 * Float($0.squareRoot()) }, shape: space.shape)
    return CompiledFunction { _, context in
      [center + spread * space.noise(count, random: &context.random)]
    }([], key: RandomKey(seed: seed))[0]
  }
}

extension SampleSpace {
  /// A zero for each coordinate.
  fileprivate var zeros: [Double] { [Double](repeating: 0, count: dimension) }
}
