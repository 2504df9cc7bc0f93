internal import EBMCore
private import Foundation
internal import Networks
internal import Tensors

/// N(0, ⅘² I) in the plane: data whose noised versions are all normal.
struct GaussianData: Dataset {
  static let name = "conformance-gaussian"
  static let summary = "Normal points in the plane."
  static let deviation = 0.8
  private let classes: Int
  private enum CodingKeys: CodingKey {}

  init() { classes = 0 }
  init(from decoder: any Decoder) { self.init() }
  /// With classes that say nothing of the point.
  init(classes: Int) { self.classes = classes }

  var space: SampleSpace { SampleSpace(shape: [2], classes: classes) }
  var plotRange: ClosedRange<Double> { -3...3 }
  func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    Float(GaussianData.deviation) * random.normal([count, 2])
  }
  func labeledBatch(_ count: Int, random: inout RandomStream) -> (points: Tensor, labels: Tensor)? {
    classes == 0 ? nil : (batch(count, random: &random), random.labels(count, classes))
  }
}

extension RandomStream {
  /// Classes 1 to `classes`, each as likely.
  mutating func labels(_ count: Int, _ classes: Int) -> Tensor {
    1 + Tensor.minimum((uniform([count]) * Float(classes)).floor(), Tensor(Float(classes - 1)))
  }
}

/// E(x, level) = ½ exp(η) ‖x‖² + c with η and c of each level learned: the family that the truth lies in.
struct QuadraticEnergy: Energy {
  static let name = "conformance-quadratic"
  static let summary = "Quadratic energy with a learned precision for each level."
  /// Levels that there is room for.
  static let levels = 16
  private let classes: Int
  private enum CodingKeys: CodingKey {}

  init() { classes = 0 }
  init(from decoder: any Decoder) { self.init() }
  /// Made from class scores that are all the same.
  init(classes: Int) { self.classes = classes }

  var offers: Set<Capability> { Set([.gradient, .levels, .classes] + (classes > 0 ? [.classScores] : [])) }

  func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    let quadratic = Function(
      logPrecision: scope.parameter("logPrecision", shape: [QuadraticEnergy.levels], .constant(0)),
      constant: scope.parameter("constant", shape: [QuadraticEnergy.levels], .constant(0)))
    return classes == 0 ? quadratic : Scores(quadratic: quadratic, classes: classes)
  }

  private struct Scores: ClassifierFunction {
    let quadratic: Function
    let classes: Int

    func logits(_ x: Tensor, _ context: inout Context) -> Tensor {
      let energy = quadratic(x, Condition(), &context).reshaped([x.shape[0], 1])
      return (-energy).broadcast(to: [x.shape[0], classes])
    }
  }

  private struct Function: EnergyFunction {
    let logPrecision, constant: Parameter

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      let index = condition.level?.index ?? Tensor(0).broadcast(to: [x.shape[0]])
      func gathered(_ parameter: Parameter) -> Tensor {
        parameter.tensor.reshaped([QuadraticEnergy.levels, 1]).gatheringRows(at: index).reshaped([x.shape[0]])
      }
      let square = x.squared().sum(alongAxes: Array(1..<x.rank))
      return 0.5 * gathered(logPrecision).exp() * square + gathered(constant)
    }
  }
}

/// Draws exactly from any target whose energy is quadratic in each coordinate by itself, in one step: two gradients tell
/// its precision and its centre.
struct QuadraticSolver: Sampler {
  static let name = "conformance-solver"
  static let summary = "Exact draws from separable quadratic energies."
  var steps: Int { 1 }

  struct State: TensorGroup { var parts: [Tensor] }

  func start(at position: Tensor, target: Target) -> State { State(parts: [position]) }

  func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let x = state.parts[0]
    // Gradients at x and at x + 1 differ by the precision.
    let (here, beside) = (target.energyWithGradient(x).gradient, target.energyWithGradient(x + 1).gradient)
    let precision = beside - here
    let draw = x - here / precision + precision.reciprocalSquareRoot() * random.normal(x.shape)
    state.parts = [Tensor.select(precision .> 0, draw, x)]
    return StepInfo(acceptance: Tensor(1).broadcast(to: [x.shape[0]]))
  }

  func position(of state: State) -> Tensor { state.parts[0] }
}

/// Chains start at the noisier point where there is one, else at the data, else at noise.
struct NearestStart: Initializer {
  static let name = "conformance-start"
  static let summary = "Starts at the noisier point, the data or noise."

  /// So that objectives which ask for kept chains are examined too.
  var offers: Set<Capability> { [.keptChains] }

  func function(over space: SampleSpace, chains: Int, in scope: ParameterScope) -> any InitializerFunction {
    Function()
  }

  private struct Function: InitializerFunction {
    func start(_ request: StartRequest, _ context: inout Context) -> Starts<Void> {
      Starts(request.noisy?.position ?? request.data ?? context.random.normal(request.shape))
    }
  }
}

/// Five levels that preserve variance, θ from 0.2 to 1.5.
struct FiveLevels: NoiseSchedule {
  static let name = "conformance-levels"
  static let summary = "Five levels that preserve variance."

  func noiseLevels() throws(ConfigurationError) -> NoiseLevels {
    let angles = (0..<5).map { 0.2 + 1.3 * Double($0) / 4 }
    return try NoiseLevels(signals: angles.map(cos), noises: angles.map(sin))
  }
}
