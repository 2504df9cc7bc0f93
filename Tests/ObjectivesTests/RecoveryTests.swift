import EBM
import Objectives
import Testing

@Suite struct RecoveryLikelihoodTests {
  /// Data of variance 1.25 (N(0, 1) and noise 0.5²), noise of variance 0.75: given x̃ = 2, x is N(1.25, 0.684653²).
  @Test func conditional() throws {
    let objective = RecoveryLikelihood { $0.deviation = 0.8660254 }
    let model = try Model.bowl(dimension: 1) {
      objective
      Langevin()
    }
    let store = model.scope.initialValues(seed: 0)
    store[model.energyWeights[0]] = [0.8]
    let function = CompiledFunction { inputs, context in
      let target = objective.conditional(of: Tensor([2, 2], shape: [2, 1]), model, context)
      return [target.energyWithGradient(inputs[0]).gradient]
    }
    let slopes = function([Tensor([1.25, 1.25 + 0.684653], shape: [2, 1])], store: store)[0].scalars
    #expect(abs(slopes[0]) < 1e-5)
    #expect(abs(slopes[1] - 1 / 0.684653) < 1e-5)
  }

  /// With exact conditionals the gradient is ½ d (s² − E x²) where E x² is that of the recovered points: 0 at the truth.
  @Test(arguments: [0.4, 1, 3])
  func gradient(theta: Double) throws {
    let objective = RecoveryLikelihood { $0.deviation = 0.5 }
    let model = try Model.bowl {
      objective
      NormalDraw()
    }
    let found = LossEstimates(objective, model, curvature: theta) { $0.normal([4_000, 2]) }
    let precision = theta + 4
    // Var x = 1/P + Var(x̃) (4/P)², with x̃ of variance 1.25.
    expect(found.gradients[0], isNear: 1 - (1 / precision + 1.25 * 16 / (precision * precision)), "θ = \(theta)")
  }
}

@Suite struct DiffusionRecoveryTests {
  /// The six levels' numbers: δ, r δ²/(2 σ²), m and weights of Gao et al., 2021.
  @Test func steps() throws {
    let steps = DiffusionRecovery().steps(try MergedBeta().noiseLevels())
    func check(_ found: [Double], _ printed: [Double], _ label: String, relative: Double = 1e-6) {
      #expect(found.count == printed.count)
      for (f, p) in zip(found, printed) {
        #expect(abs(f - p) <= relative * max(abs(p), 0.1) * 5, "\(label): \(f), \(p)")
      }
    }
    check(steps.step, [0.00457753, 0.04156542, 0.06845531, 0.08899552, 0.10364376, 0.13855079], "δ")
    check(
      steps.step.map { $0 * $0 },
      [2.095378e-05, 1.727684e-03, 4.686129e-03, 7.920203e-03, 1.074203e-02, 1.919632e-02], "δ²")
    check(
      zip(steps.step, steps.coupling).map { 0.5 * $0 * $0 * $1 },
      [0.00010000, 0.00323818, 0.00586219, 0.00778453, 0.00898013, 0], "r δ²/(2 σ²)")
    check(steps.multiplier, [0.946167, 0.856290, 0.774796, 0.700918, 0.633956, 1], "m")
    check(steps.weight, [1, 0.626686, 0.511981, 0.453815, 0.418533, 0.323764], "weight")
  }

  /// The true marginals of normal data are stationary: with exact conditionals the expected gradient vanishes, and it
  /// does not at others. A thousand levels, with and without chains.
  @Test(arguments: [(1.0, false), (1.5, false), (1.0, true)])
  func truthIsStationary(scale: Double, isNormal: Bool) throws {
    let objective = DiffusionRecovery {
      $0.hasMarginalTop = !isNormal; $0.normalApproximation = isNormal
    }
    let model = try Self.model(objective, isNormal ? LinearBeta { $0.levels = 200 } : MergedBeta())
    let store = model.scope.initialValues(seed: 0)
    store[model.energyWeights[0]] = [Float(scale)]
    let found = LossEstimates(objective, model, batches: 60, store: store) { $0.normal([4_000, 2]) }
    let slope = found.gradients[0]
    if scale == 1, !isNormal {
      expect(slope, isNear: 0, "gap")
    } else if isNormal {
      // The normal approximation is of first order in σ², which is 10⁻³ to 0.1 here: wrong in the second alone.
      #expect(abs(slope.mean) < 4 * slope.standardError + 0.01, "\(slope)")
    } else {
      #expect(slope.mean > 20 * slope.standardError, "too deep a well is made shallower: \(slope)")
    }
  }

  private static func model(_ objective: DiffusionRecovery, _ schedule: any NoiseSchedule) throws -> Model {
    let top = objective.hasMarginalTop
    let energy = try TrueMarginals {
      $0.steps = objective.steps(try schedule.noiseLevels()).step
      $0.hasMarginalTop = top
    }
    return try Model(
      try Pipeline("marginals") {
        NormalPoints()
        energy
        objective
        Adam()
        for part in [schedule] as [any Component] { part }
        if !objective.normalApproximation { NormalDraw() }
      })
  }

  /// Sampling down 40 levels with exact conditionals keeps the law at every level, and the last is the data's; the walk
  /// is made of loops.
  @Test func samplesHaveTheDatasLaw() throws {
    for isNormal in [false, true] {
      let objective = DiffusionRecovery {
        $0.hasMarginalTop = false; $0.normalApproximation = isNormal
      }
      let model = try Self.model(objective, LinearBeta { $0.levels = isNormal ? 400 : 40 })
      let store = model.scope.initialValues(seed: 0)
      let function = CompiledFunction { _, context in objective.samples(10_000, model: model, &context).map(\.points) }
      let found = function([], store: store, key: RandomKey(seed: 8))
      #expect(found.count == 16)
      for points in found {
        let variance = Estimate(points.scalars.map { Double($0) * Double($0) })
        if isNormal {
          // Each normal draw errs by O(σ⁴), 400 of them by O(Σ σ⁴).
          #expect(abs(variance.mean - 1) < 0.1, "\(variance)")
        } else {
          expect(variance, isNear: 1)
        }
      }
    }
  }
}

extension DiffusionRecoveryTests {
  /// Where the variance explodes, sampling starts as wide as data of variance 1 and the last level's noise together.
  @Test func startsAreAsWideAsTheNoisiestLevel() throws {
    let model = try Model(
      try Pipeline("exploding") {
        NormalPoints()
        FlatEnergy()
        Standstill()
        DiffusionRecovery()
        GeometricSigma {
          $0.levels = 4; $0.minimum = 0.1; $0.maximum = 3
        }
        Adam()
      })
    let function = CompiledFunction { _, context in
      DiffusionRecovery().samples(10_000, model: model, &context).map(\.points)
    }
    let found = function([], store: model.scope.initialValues(seed: 0), key: RandomKey(seed: 8))
    expect(Estimate(found[0].scalars.map { Double($0) * Double($0) }), isNear: 1 + 9)
  }

  /// A sampler that stays where it is.
  struct Standstill: Sampler {
    static let name = "standstill"
    static let summary = "Stays."
    var steps = 1
    func start(at position: Tensor, target: Target) -> PositionState { PositionState(position: position) }
    func step(_ state: inout PositionState, target: Target, random: inout RandomStream) -> StepInfo { StepInfo() }
    func position(of state: PositionState) -> Tensor { state.position }
  }

  /// E = 0.
  struct FlatEnergy: AnalyticEnergy {
    static let name = "flat"
    static let summary = "0."
    var offers: Set<Capability> { [.gradient, .levels] }
    func callAsFunction(_ x: Tensor) -> Tensor { 0 * x.squared().sum(alongAxes: 1) }
  }
}

/// E(y, t) = θ b_t² ‖y‖²/(2 m_t²): the true marginals of N(0, I) at θ = 1 under a variance-preserving schedule.
struct TrueMarginals: Energy {
  static let name = "true-marginals"
  static let summary = "Marginals of noised normal data."
  var offers: Set<Capability> { [.gradient, .levels] }
  var steps: [Double] = []
  var hasMarginalTop = true

  init() {}

  func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    Function(
      scale: scope.parameter("scale", shape: [], .constant(1)), steps: Tensor(steps.map(Float.init)),
      hasMarginalTop: hasMarginalTop)
  }

  struct Function: EnergyFunction {
    let scale: Parameter
    let steps: Tensor
    let hasMarginalTop: Bool

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      guard let level = condition.level else { return Tensor(.nan).broadcast(to: [x.shape[0]]) }
      // m² = ā²_{t+1}/ā²_t with ā² = 1/(1 + e^{−λ}).
      let squared = (-level.logSNR).softplus()
      let count = steps.shape[0]
      let ratio = (squared.sliced(alongAxis: 0, 0..<count) - squared.sliced(alongAxis: 0, 1..<(count + 1))).exp()
      let isTop = Tensor((0..<count).map { hasMarginalTop && $0 == count - 1 ? 1 : 0 })
      let variance = Tensor.select(isTop, Tensor(1), ratio)
      let weight = level.gathering(0.5 * steps.squared() / variance)
      return scale.tensor * weight * x.squared().sum(alongAxes: 1)
    }
  }
}
