import Tensors
import Networks

/// Adam as a traced update of all parameters: what the training workloads end with.
struct AdamUpdate: Sendable {
  private let parameters: [Parameter]
  private let scope = ParameterScope()
  private let moments: [(mean: Parameter, square: Parameter)]

  init(_ parameters: [Parameter], _ store: ParameterStore) {
    self.parameters = parameters
    let scope = scope
    moments = parameters.map { parameter in
      let part = scope[parameter.name]
      return (
        part.parameter("mean", shape: parameter.shape, kind: .state, .constant(0)),
        part.parameter("square", shape: parameter.shape, kind: .state, .constant(0))
      )
    }
    for parameter in scope.parameters { store[parameter] = [Float](repeating: 0, count: parameter.shape.reduce(1, *)) }
  }

  func callAsFunction(_ loss: Tensor, _ context: inout Context) {
    for ((parameter, moment), gradient) in zip(
      zip(parameters, moments), gradient(of: loss, withRespectTo: parameters.map(\.tensor)))
    {
      let mean = 0.9 * moment.mean.tensor + 0.1 * gradient
      let square = 0.999 * moment.square.tensor + 0.001 * gradient.squared()
      context.assign(mean, to: moment.mean)
      context.assign(square, to: moment.square)
      context.assign(parameter.tensor - 1e-3 * mean / (square.squareRoot() + 1e-8), to: parameter)
    }
  }
}
