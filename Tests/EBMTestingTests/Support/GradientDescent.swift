import EBMCore
import Tensors

// The README's own sampler, word for word.

struct GradientDescent: Sampler {
  static let name = "gradient-descent"
  static let summary = "Goes downhill without noise."
  static let settings = [Setting("steps", "steps a chain", .integers(1...))]
  var steps = 15
  /// Chains end in minima: there is no exp(−E/T) that conformance checks could hold them to.
  var lawTemperature: Float? { nil }

  struct State: TensorGroup {
    var position: Tensor
    var tensors: [Tensor] { [position] }
    init(tensors: [Tensor]) { position = tensors[0] }
  }
  func start(at position: Tensor, target: Target) -> State { State(tensors: [position]) }
  func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let b = target.scale(for: state.position)
    state.position = state.position - 0.5 * b.squared() * target.energyWithGradient(state.position).gradient
    return StepInfo()
  }
  func position(of state: State) -> Tensor { state.position }
}
