import EBM
import Testing

/// E(x) = θ ‖x‖²/2: true of N(0, s² I) at θ = 1/s².
struct Bowl: Energy {
  static let name = "bowl"
  static let summary = "A parabola with one parameter."

  func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    Function(curvature: scope.parameter("curvature", shape: [], .constant(1)))
  }

  struct Function: EnergyFunction {
    let curvature: Parameter
    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      0.5 * curvature.tensor * x.squared().sum(alongAxes: 1)
    }
  }
}

/// N(0, s² I).
struct NormalPoints: Dataset {
  static let name = "normal-points"
  static let summary = "A normal distribution."
  var dimension = 2
  var deviation = 1.0

  init() {}

  var space: SampleSpace { SampleSpace(shape: [dimension]) }
  var plotRange: ClosedRange<Double> { -4...4 }
  func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    Float(deviation) * random.normal([count, dimension])
  }
}

/// Independent exact draws, whatever the start, from targets that are normal with independent coordinates: the mean and
/// the precision of each follow from the gradient at 0 and at 1.
struct NormalDraw: Sampler {
  static let name = "normal-draw"
  static let summary = "Exact draws from normal targets."
  var steps: Int { 1 }

  struct State: TensorGroup {
    var position: Tensor
  }

  func start(at position: Tensor, target: Target) -> State { State(position: position) }

  func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let zero = 0 * state.position
    let slope = target.energyWithGradient(zero).gradient
    let precision = target.energyWithGradient(zero + 1).gradient - slope
    state.position = -slope / precision + precision.reciprocalSquareRoot() * random.normal(zero.shape)
    return StepInfo()
  }

  func position(of state: State) -> Tensor { state.position }
}

/// The loss of an objective over many batches, and its gradient by each weight of the energy.
struct LossEstimates {
  let value: Estimate
  let gradients: [Estimate]

  init(
    _ objective: any Objective, _ model: Model, curvature: Double? = nil, rows: Int = 4_000, batches: Int = 40,
    store: ParameterStore? = nil, seed: UInt64 = 11, data: @escaping @Sendable (inout RandomStream) -> Tensor
  ) {
    let weights = model.energyWeights
    let store = store ?? model.scope.initialValues(seed: 0)
    if let curvature { store[weights[0]] = [Float(curvature)] }
    let function = CompiledFunction(phase: .training) { _, context in
      var random = context.random.split("data")
      let losses = model.objective.losses(for: data(&random), model: model, &context)
      return [losses.energy] + gradient(of: losses.energy, withRespectTo: weights.map(\.tensor))
    }
    let results = (0..<batches).map { function([], store: store, key: RandomKey(seed: seed, step: UInt64($0))) }
    value = Estimate(results.map { $0[0].scalar })
    gradients = weights.indices.map { weight in Estimate(results.map { $0[weight + 1].scalar }) }
  }
}

extension Model {
  /// The parameter of this name that the objective declared.
  func objectiveParameter(_ name: String) throws -> Parameter {
    try #require(scope["objective"].parameters.first { $0.name == "objective.\(name)" })
  }

  /// A model of a bowl and these components.
  static func bowl(
    dimension: Int = 2, deviation: Double = 1, @PipelineBuilder with components: () -> [any Component]
  ) throws -> Model {
    let others = components()
    return try Model(
      try Pipeline("bowl") {
        NormalPoints {
          $0.dimension = dimension; $0.deviation = deviation
        }
        Bowl()
        Adam()
        for component in others { component }
      })
  }
}
