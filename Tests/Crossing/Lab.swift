import EBMCore
import Networks
import Tensors

/// Components as a stranger's plugin adds them, which take part like all others.
struct Lab: Plugin {
  func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    try registry.add(LabEnergy.self)
    try registry.add(LabSampler.self)
  }
}

/// E(x) = w ‖x‖² + ½ ‖x‖² with a learned w.
struct LabEnergy: Energy {
  static let name = "lab-bowl"
  static let summary = "A bowl with a learned curvature."
  @Setting("w at first", .range(-0.4...10)) var curvature: Float = 0.1

  func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    Function(curvature: scope.parameter("curvature", shape: [], .constant(curvature)))
  }

  struct Function: EnergyFunction {
    let curvature: Parameter
    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      (curvature.tensor + 0.5) * x.squared().sum(alongAxes: Array(1..<x.rank))
    }
  }
}

/// Langevin dynamics, written by somebody else.
struct LabSampler: Sampler {
  static let name = "lab-langevin"
  static let summary = "Langevin dynamics."
  @Setting("steps a chain", .integers(1...)) var steps = 4
  var isExact: Bool { false }

  struct State: TensorGroup { var position: Tensor }

  func start(at position: Tensor, target: Target) -> State { State(position: position) }
  func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let (x, b) = (state.position, 0.3 * target.scale(for: state.position))
    state.position = x - 0.5 * b.squared() * target.energyWithGradient(x).gradient + b * random.normal(x.shape)
    return StepInfo()
  }
  func position(of state: State) -> Tensor { state.position }
}
