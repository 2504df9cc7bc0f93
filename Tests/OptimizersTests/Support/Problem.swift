import EBMCore
import Networks
import Tensors
import Testing

/// Something to minimise: its loss as a traced function, its gradient in Double.
struct Problem: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// Shapes of its weights; their elements follow each other in `start` and in gradients.
  let shapes: [[Int]]
  let start: [Double]
  let loss: @Sendable ([Tensor]) -> Tensor
  let gradient: @Sendable ([Double]) -> [Double]

  /// ½ Σ c (θ − 1)².
  static let quadratic = Problem(
    testDescription: "quadratic", shapes: [[4]], start: [1.5, -2, 0.5, 0],
    loss: { (0.5 * Tensor([1, 0.1, 10, 3]) * ($0[0] - 1).squared()).sum() },
    gradient: { theta in zip([1, 0.1, 10, 3], theta).map { $0 * ($1 - 1) } })

  /// ½ (‖A − B‖² + ‖B‖²), A and B being two weights of one network: their gradients depend on each other.
  static let coupled = Problem(
    testDescription: "two weights", shapes: [[2, 1], [2]], start: [3, -4, 1, 0.5],
    loss: { w in 0.5 * ((w[0].reshaped([2]) - w[1]).squared().sum() + w[1].squared().sum()) },
    gradient: { t in
      let d = [t[0] - t[2], t[1] - t[3]]
      return [d[0], d[1], t[2] - d[0], t[3] - d[1]]
    })

  /// (1 − x)² + (y − x²)², a bent valley.
  static let valley = Problem(
    testDescription: "bent valley", shapes: [[2]], start: [-0.5, 0.8],
    loss: { w in
      let (x, y) = (w[0].sliced(alongAxis: 0, 0..<1), w[0].sliced(alongAxis: 0, 1..<2))
      return ((1 - x).squared() + (y - x.squared()).squared()).sum()
    },
    gradient: { t in
      let bend = t[1] - t[0] * t[0]
      return [-2 * (1 - t[0]) - 4 * t[0] * bend, 2 * bend]
    })

  static let all = [quadratic, coupled, valley]
}

/// A problem with a transform that minimises it.
struct Descent {
  private let problem: Problem
  private let scope: ParameterScope
  private let weights: [Parameter]
  private let rule: UpdateRule
  private let total: Int
  private let update: CompiledFunction
  let store: ParameterStore
  private(set) var done = 0

  init(_ problem: Problem, _ transform: some GradientTransform, total: Int) {
    self.problem = problem
    self.total = total
    let scope = ParameterScope()
    self.scope = scope
    let weights = problem.shapes.enumerated().map { scope.parameter("weight\($0)", shape: $1, .constant(0)) }
    let rule = transform.rule(for: WeightGroup(.energy, weights), in: scope["optimizer"])
    (self.weights, self.rule) = (weights, rule)
    store = scope.initialValues(seed: 0)
    var rest = problem.start[...]
    for weight in weights {
      let count = weight.shape.reduce(1, *)
      store[weight] = rest.prefix(count).map(Float.init)
      rest = rest.dropFirst(count)
    }
    update = CompiledFunction(phase: .training) { arguments, context in
      func scalar(_ position: Int) -> Tensor {
        arguments[0].sliced(alongAxis: 0, position..<(position + 1)).reshaped([])
      }
      let values = weights.map(\.tensor)
      let loss = problem.loss(values)
      let inputs = UpdateRule.Inputs(
        weights: values, number: scalar(0), rates: rule.rates.indices.map { scalar($0 + 1) })
      let steps = rule(Tensors.gradient(of: loss, withRespectTo: values), inputs, &context)
      for index in weights.indices { context.assign(values[index] - steps[index], to: weights[index]) }
      return [loss]
    }
  }

  /// The parameters that the transform declared.
  var state: [Parameter] { scope["optimizer"].parameters }

  /// All weights, one after the other.
  var point: [Float] { weights.flatMap { store[$0] ?? [] } }

  /// Does an update; the loss before it.
  @discardableResult
  mutating func advance() -> Float {
    let rates = rule.rates.map { Float($0(done, total)) }
    done += 1
    return update([Tensor([Float(done)] + rates)], store: store)[0].scalar
  }

  /// Goes on from where another one is.
  mutating func resume(from other: Descent) {
    for (own, foreign) in zip(scope.parameters, other.scope.parameters) { store[own] = other.store[foreign] }
    done = other.done
  }
}
