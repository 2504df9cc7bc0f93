import Networks
import Tensors

/// A multilayer perceptron energy, SiLU, widths d-h-…-1.
struct Perceptron: Sendable {
  private let layers: [Linear]
  let scope = ParameterScope()

  init(_ dimension: Int, _ widths: [Int]) {
    let sizes = [dimension] + widths + [1]
    let scope = scope
    layers = zip(sizes, sizes.dropFirst()).enumerated().map { index, pair in
      Linear(pair.0, pair.1, in: scope[String(index)])
    }
  }

  func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    var h = x
    for (index, layer) in layers.enumerated() {
      h = layer(h, &context)
      if index < layers.count - 1 { h = Activation.silu(h) }
    }
    return h.reshaped([x.shape[0]])
  }

  /// Multiplications and additions of energy and gradient of one point.
  func operations(gradient: Double = 2) -> Double {
    layers.map { 2 * Double($0.weight.shape[0] * $0.weight.shape[1]) }.reduce(0, +) * gradient
  }

  func score(_ x: Tensor) -> Tensor {
    var context = Context()
    return EngineWorkloads.gradientOfEach(self(x, &context), x)
  }
}
