import EBM
import Testing

@Suite struct PersistentContrastiveDivergenceTests {
  /// E = θ x²/2 + c.
  struct Parabola: Energy {
    static let name = "parabola"
    static let summary = "A parabola."
    func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
      Function(
        curvature: scope.parameter("curvature", shape: [], .constant(1)),
        constant: scope.parameter("constant", shape: [], .constant(0)))
    }
    struct Function: EnergyFunction {
      let curvature, constant: Parameter
      func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
        0.5 * curvature.tensor * x.squared().sum(alongAxes: 1) + constant.tensor
      }
    }
  }

  /// Starts at the data, which makes the objective CD-k.
  struct DataStart: Initializer {
    static let name = "data-start"
    static let summary = "Starts at the data."
    /// It stands in the place of an initializer that does.
    var offers: Set<Capability> { [.keptChains] }
    func function(over space: SampleSpace, chains: Int, in scope: ParameterScope) -> any InitializerFunction {
      Function()
    }
    struct Function: InitializerFunction {
      func start(_ request: StartRequest, _ context: inout Context) -> Starts<Void> {
        Starts(request.data ?? Tensor(.nan).broadcast(to: request.shape))
      }
    }
  }

  /// N(0, 2²) on a line.
  struct Line: Dataset {
    static let name = "line"
    static let summary = "A normal distribution."
    var space: SampleSpace { SampleSpace(shape: [1]) }
    var plotRange: ClosedRange<Double> { -6...6 }
    func batch(_ count: Int, random: inout RandomStream) -> Tensor { 2 * random.normal([count, 1]) }
  }

  private func model(_ sampler: Langevin, _ objective: PersistentContrastiveDivergence) throws -> Model {
    try Model(
      try Pipeline("line") {
        Line()
        Parabola()
        DataStart()
        sampler
        objective
        Adam()
      })
  }

  /// With one Langevin step b from the data, the expected gradient is −½ ((1 − b² θ/2)² s² + b² − s²), which vanishes
  /// where θ s² (1 − b² θ/4) = 1.
  @Test(arguments: [0.2, 0.5, 0.268])
  func oneStepFromTheDataHasItsExactGradient(theta: Double) throws {
    let b = 1.0
    let objective = PersistentContrastiveDivergence { $0.energyPenalty = 0 }
    let model = try model(
      Langevin {
        $0.steps = 1; $0.stepSize = Float(b)
      }, objective)
    let store = model.scope.initialValues(seed: 0)
    let weights = model.energyWeights
    store[weights[0]] = [Float(theta)]
    let function = CompiledFunction(phase: .training) { _, context in
      let data = Line().batch(40_000, random: &context.random)
      let losses = objective.losses(for: data, model: model, &context)
      return gradient(of: losses.energy, withRespectTo: weights.map(\.tensor))
    }
    let gradients = (0..<30).map { function([], store: store, key: RandomKey(seed: 6, step: UInt64($0))) }
    let factor = 1 - b * b * theta / 2
    let expected = -0.5 * (factor * factor * 4 + b * b - 4)
    expect(Estimate(gradients.map { $0[0].scalar }), isNear: expected, "θ = \(theta)")
    #expect(gradients.allSatisfy { $0[1].scalar == 0 }, "a constant does not count")
  }

  /// a (mean E(x⁺)² + mean E(x⁻)²), and its derivative: with θ = 0 the energy is c everywhere.
  @Test func penaltyIsOfTheSquares() throws {
    let objective = PersistentContrastiveDivergence { $0.energyPenalty = 0.3 }
    let model = try model(Langevin { $0.steps = 2 }, objective)
    let store = model.scope.initialValues(seed: 0)
    let weights = model.energyWeights
    store[weights[0]] = [0]
    store[weights[1]] = [5]
    let function = CompiledFunction(phase: .training) { _, context in
      let losses = objective.losses(for: Line().batch(64, random: &context.random), model: model, &context)
      return [
        losses.energy, gradient(of: losses.energy, withRespectTo: weights[1].tensor), losses.diagnostics[0].value,
      ]
    }
    let results = function([], store: store).map(\.scalar)
    #expect(abs(results[0] - 0.3 * 2 * 25) < 1e-4)
    #expect(abs(results[1] - 0.3 * 4 * 5) < 1e-4)
    #expect(results[2] == 0, "the gap")
  }

  /// Fresh chains from noise, long enough, have the model's law: θ = 1/4 is variance 4, and Langevin's bias is exact.
  @Test func samplesHaveTheModelsLaw() throws {
    let objective = PersistentContrastiveDivergence {
      $0.energyPenalty = 0; $0.samplingSteps = 200
    }
    let model = try model(
      Langevin {
        $0.steps = 1; $0.stepSize = 0.8
      }, objective)
    let store = model.scope.initialValues(seed: 0)
    store[model.energyWeights[0]] = [0.25]
    let function = CompiledFunction { _, context in objective.samples(40_000, model: model, &context).map(\.points) }
    let found = function([], store: store, key: RandomKey(seed: 7))
    #expect(found.count == 1)
    let squares = found[0].scalars.map { Double($0) * Double($0) }
    expect(Estimate(squares), isNear: 4 / (1 - 0.64 / 16), "variance")
  }
}
