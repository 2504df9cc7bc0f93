import EBMCore
import Tensors

extension InitializerFunction {
  /// A training step whose chains end where `ends` says, with their starts.
  func step(
    _ request: StartRequest, _ context: inout Context, ends: (_ starts: Tensor) -> Tensor
  ) -> (start: Tensor, loss: Tensor?, diagnostics: [(name: String, value: Tensor)]) {
    var start = Tensor(.nan)
    let own = training(request, &context) { starts, _ in
      start = starts
      return ends(starts)
    }
    return (start, own.loss, own.diagnostics)
  }
}
