import EBM

/// Data N(μ, diag S) in the plane, for which everything about cooperative recovery is known in closed form.
struct GaussianData: Dataset {
  static let name = "gaussian-data"
  static let summary = "A normal distribution."
  static let mean = [0.8, -0.5]
  static let variance = [0.25, 4.0]

  var space: SampleSpace { SampleSpace(shape: [2]) }
  var plotRange: ClosedRange<Double> { -6...6 }
  func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    Tensor(Self.mean.map(Float.init)) + Tensor(Self.variance.map { Float($0.squareRoot()) })
      * random.normal([count, 2])
  }
}

/// A normal distribution of independent coordinates.
struct Normal {
  var mean: [Double]
  var variance: [Double]

  /// Σ (y − mean)²/(2 variance).
  func energy(_ point: [Double]) -> Double {
    var sum = 0.0
    for axis in mean.indices {
      let distance = point[axis] - mean[axis]
      sum += distance * distance / (2 * variance[axis])
    }
    return sum
  }

  /// The data noised to signal · clean + noise · ε, times `multiplier`.
  init(signal: Double, noise: Double, multiplier: Double = 1) {
    mean = GaussianData.mean.map { multiplier * signal * $0 }
    variance = GaussianData.variance.map { multiplier * multiplier * (signal * signal * $0 + noise * noise) }
  }
}

/// The true marginals of y_t = m_t x_t as a network's output: E(y, t) = θ b_t² Σ (y − μ_t)²/(2 C_t), the true ones at
/// θ = 1, its one parameter. It keeps the points and levels that it sees in training, in buffers.
struct GaussianLevels: Energy {
  static let name = "gaussian-levels"
  static let summary = "Marginals of noised normal data."
  static let objective = CooperativeRecovery()

  var rows = 1
  var offers: Set<Capability> { [.gradient, .levels] }

  init() {}

  /// The marginal of y_t.
  static func marginal(_ t: Int, of levels: NoiseLevels) -> Normal {
    Normal(signal: levels.signals[t], noise: levels.noises[t], multiplier: objective.steps(levels).multiplier[t])
  }

  func function(over space: SampleSpace, in scope: ParameterScope) throws(ConfigurationError) -> any EnergyFunction {
    let levels = try CosineLogSNR().noiseLevels()
    let steps = Self.objective.steps(levels).step
    let marginals = (0..<levels.steps).map { Self.marginal($0, of: levels) }
    return Function(
      scale: scope.parameter("scale", shape: [], .constant(1)),
      points: scope.parameter("points", shape: [rows] + space.shape, kind: .buffer, .constant(0)),
      index: scope.parameter("index", shape: [rows], kind: .buffer, .constant(0)),
      means: Tensor(rows: marginals.map { $0.mean.map(Float.init) }),
      weights: Tensor(
        rows: zip(marginals, steps).map { marginal, step in marginal.variance.map { Float(0.5 * step * step / $0) } }))
  }

  struct Function: EnergyFunction {
    let scale, points, index: Parameter
    let means, weights: Tensor

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      guard let level = condition.level else { return Tensor(.nan).broadcast(to: [x.shape[0]]) }
      if context.phase == .training {
        context.assign(x, to: points)
        context.assign(level.index, to: index)
      }
      let distance = (x - level.gathering(means)).squared() * level.gathering(weights)
      return scale.tensor * distance.sum(alongAxes: 1)
    }
  }
}

/// Starts at the noisier points, and keeps them in a buffer.
struct PartnerStart: Initializer {
  static let name = "partner-start"
  static let summary = "The noisier points."

  func function(over space: SampleSpace, chains: Int, in scope: ParameterScope) -> any InitializerFunction {
    Function(partners: scope.parameter("partners", shape: [chains] + space.shape, kind: .buffer, .constant(0)))
  }

  struct Function: InitializerFunction {
    let partners: Parameter
    func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor {
      guard let noisy = request.noisy else { return Tensor(.nan).broadcast(to: request.shape) }
      if context.phase == .training { context.assign(noisy.position, to: partners) }
      return noisy.position
    }
  }
}

extension Model {
  /// Cooperative recovery of the normal data by their own marginals.
  static func gaussian(
    rows: Int = 1,
    sampler: some Sampler = MALA {
      $0.steps = 60; $0.stepSize = 2
    },
    objective: CooperativeRecovery = CooperativeRecovery()
  ) throws -> Model {
    var training = TrainingSettings()
    training.batch = rows
    return try Model(
      try Pipeline("gaussian", training: training) {
        GaussianData()
        CosineLogSNR()
        GaussianLevels { $0.rows = rows }
        PartnerStart()
        sampler
        objective
        Adam()
      })
  }

  func value(_ name: String, _ store: ParameterStore) -> [Float] {
    scope.parameters.first { $0.name == name }.flatMap { store[$0] } ?? []
  }
}
