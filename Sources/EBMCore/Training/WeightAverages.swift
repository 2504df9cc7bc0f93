internal import Networks
internal import Tensors

/// Running averages of weights, with which a trained model is used.
///
/// ```
/// a ← a + (1 − d)(θ − a);  d = min(decay, (1 + k)/(10 + k))
/// ```
/// k counts updates from 1: early averages forget their start quickly, as in common libraries.
struct WeightAverages {
  /// Each weight and its average; none without averaging.
  let pairs: [(weight: Parameter, average: Parameter)]
  private let decay: Float

  /// Declares the averages; none for a decay of 0.
  init(_ decay: Float, of weights: [Parameter], in scope: ParameterScope) {
    self.decay = decay
    pairs = (decay > 0 ? weights : []).map {
      ($0, scope.parameter($0.name, shape: $0.shape, kind: .state, .constant(0)))
    }
  }

  /// d of update k.
  func decay(atUpdate number: Float) -> Float { min(decay, (1 + number) / (10 + number)) }

  /// The averages follow new values of their weights; those whose weights have none stay.
  func follow(_ updated: [Parameter: Tensor], decay: Tensor, _ context: inout Context) {
    for (weight, average) in pairs {
      guard let value = updated[weight] else { continue }
      context.assign(average.tensor + (1 - decay) * (value - average.tensor), to: average)
    }
  }
}
