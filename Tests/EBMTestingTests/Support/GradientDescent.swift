import EBMCore
import Tensors

// The README's own sampler, word for word.

struct GradientDescent: Sampler {
  static let name = "gradient-descent"
  static let summary = "Goes downhill without noise."
  @Setting("steps a chain", .integers(1...)) var steps = 15
  /// Chains end in minima: there is no exp(−E/T) that conformance checks could hold them to.
  var lawTemperature: Float? { nil }

  struct State: TensorGroup {
    var position: Tensor
  }
  func start(at position: Tensor, target: Target) -> State { State(position: position) }
  func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let b = target.scale(for: state.position)
    state.position = state.position - 0.5 * b.squared() * target.energyWithGradient(state.position).gradient
    return StepInfo()
  }
  func position(of state: State) -> Tensor { state.position }
}
