import EBMCore
import Networks
import Tensors

/// Workloads of the numeric engine by itself.
enum EngineWorkloads {
  static let all: [Workload] = [
    langevin(dimension: 2, width: 128, chains: 256), langevin(dimension: 2, width: 128, chains: 4_096),
    langevin(dimension: 64, width: 256, chains: 256), contrastiveDivergence(),
    doubleWell(chains: 10_000, dimension: 10),
    doubleWell(chains: 10_000, dimension: 100), hamiltonian(), denoising(), normal(), product(128), product(1_024),
  ]

  /// Two kinds of chains in numbers from a thousand to a million.
  static let chains: [Workload] = [1_000, 10_000, 100_000, 1_000_000].flatMap {
    [doubleWell(chains: $0, dimension: 10), langevin(dimension: 2, width: 128, chains: $0)]
  }

  /// A multilayer perceptron energy, SiLU, widths d-h-h-1.
  struct Perceptron: Sendable {
    let layers: [Linear]
    let scope = ParameterScope()

    init(_ dimension: Int, _ width: Int) {
      let sizes = [dimension, width, width, 1]
      let scope = scope
      layers = (0..<3).map { Linear(sizes[$0], sizes[$0 + 1], in: scope[String($0)]) }
    }

    func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
      var h = x
      for (index, layer) in layers.enumerated() {
        h = layer(h, &context)
        if index < 2 { h = Activation.silu(h) }
      }
      return h.reshaped([x.shape[0]])
    }

    /// Multiplications and additions of energy and gradient of one point.
    func operations(gradient: Double = 2) -> Double {
      layers.map { 2 * Double($0.weight.shape[0] * $0.weight.shape[1]) }.reduce(0, +) * gradient
    }

    func score(_ x: Tensor) -> Tensor {
      var context = Context()
      let energy = self(x, &context)
      return pullback(of: [energy], along: [Tensor(1).broadcast(to: energy.shape)], withRespectTo: [x])[0]
    }
  }

  /// `steps` steps of x ← x − ε ∇E + √(2 ε) ξ.
  static func langevin(
    _ gradient: (Tensor) -> Tensor, from x: Tensor, steps: Int, epsilon: Float, _ random: inout RandomStream
  ) -> Tensor {
    let noise = (2 * epsilon).squareRoot()
    return Tensor.iterate(steps, from: [x], random: &random) { state, _, random in
      [state[0] - epsilon * gradient(state[0]) + noise * random.normal(x.shape)]
    }[0]
  }

  private static func langevin(dimension: Int, width: Int, chains: Int) -> Workload {
    let network = Perceptron(dimension, width)
    return Workload(
      name: "langevin-mlp/\(dimension)x\(width)x\(width)/\(chains)", unit: "step", unitsPerCall: 20,
      operations: Double(chains) * network.operations()
    ) { _, threads in
      prepared(inputs: [[chains, dimension]], store: network.scope.initialValues(seed: 0), threads: threads) {
        inputs, context in
        [langevin(network.score, from: inputs[0], steps: 20, epsilon: 0.005, &context.random)]
      }
    }
  }

  private static func contrastiveDivergence() -> Workload {
    let network = Perceptron(2, 128)
    return Workload(
      name: "cd20-mlp/2x128x128/256", unit: "training step", unitsPerCall: 1,
      operations: 256 * (20 * network.operations() + 2 * network.operations(gradient: 3))
    ) { _, threads in
      let store = network.scope.initialValues(seed: 0)
      let adam = AdamUpdate(network.scope.parameters, store)
      return prepared(inputs: [[256, 2]], store: store, threads: threads) { inputs, context in
        let negative = langevin(network.score, from: inputs[0], steps: 20, epsilon: 0.005, &context.random)
        let energies = (network(inputs[0], &context), network(negative.stoppingGradient(), &context))
        adam(energies.0.mean() - energies.1.mean(), &context)
        return []
      }
    }
  }

  private static func doubleWell(chains: Int, dimension: Int) -> Workload {
    Workload(
      name: "langevin-doublewell/\(chains)x\(dimension)", unit: "step", unitsPerCall: 100
    ) { _, threads in
      prepared(inputs: [[chains, dimension]], threads: threads) { inputs, context in
        [
          langevin(
            { x in
              let energy = (x.squared() - 1).squared().sum(alongAxes: 1)
              return pullback(of: [energy], along: [Tensor(1).broadcast(to: energy.shape)], withRespectTo: [x])[0]
            }, from: inputs[0], steps: 100, epsilon: 0.01, &context.random)
        ]
      }
    }
  }

  private static func hamiltonian() -> Workload {
    let (chains, dimension) = (1_000, 100)
    return Workload(
      name: "hmc-gaussian/1000x100", unit: "transition", unitsPerCall: 50,
      operations: 10 * 2 * Double(chains * dimension * dimension)
    ) { _, threads in
      prepared(inputs: [[chains, dimension], [dimension, dimension]], threads: threads) { inputs, context in
        // Symmetric and positive definite.
        let precision = inputs[1].matmul(inputs[1], transposeRight: true) + identity(dimension)
        // E = ½ xᵀ P x and its gradient P x share their one product.
        func density(_ x: Tensor) -> (Tensor, Tensor) {
          let product = x.matmul(precision)
          return (0.5 * (product * x).sum(alongAxes: 1), product)
        }
        let start = density(inputs[0])
        return [
          Tensor.iterate(50, from: [inputs[0], start.0, start.1], random: &context.random) { state, _, random in
            let momentum = random.normal([chains, dimension])
            let end = Tensor.iterate(10, from: [state[0], momentum, state[1], state[2]]) { leap, _ in
              let half = leap[1] - 0.05 * leap[3]
              let position = leap[0] + 0.1 * half
              let (energy, gradient) = density(position)
              return [position, half - 0.05 * gradient, energy, gradient]
            }
            let kinetic = (momentum.squared().sum(alongAxes: 1), end[1].squared().sum(alongAxes: 1))
            let logRatio = state[1] - end[2] + 0.5 * kinetic.0 - 0.5 * kinetic.1
            let accepts = random.uniform([chains]).log() .< logRatio
            let rows = accepts.reshaped([chains, 1])
            return [
              Tensor.select(rows, end[0], state[0]), Tensor.select(accepts, end[2], state[1]),
              Tensor.select(rows, end[3], state[2]),
            ]
          }[0]
        ]
      }
    }
  }

  private static func denoising() -> Workload {
    let network = Perceptron(2, 128)
    return Workload(
      name: "dsm-mlp/2x128x128/1024", unit: "training step", unitsPerCall: 1,
      operations: 1_024 * network.operations(gradient: 6)
    ) { _, threads in
      let store = network.scope.initialValues(seed: 0)
      let adam = AdamUpdate(network.scope.parameters, store)
      return prepared(inputs: [[1_024, 2]], store: store, threads: threads) { inputs, context in
        let noise = context.random.normal([1_024, 2])
        let residual = noise / 0.3 - network.score(inputs[0] + 0.3 * noise)
        adam((0.5 * residual.squared().sum(alongAxes: 1)).mean(), &context)
        return []
      }
    }
  }

  private static func normal() -> Workload {
    Workload(
      name: "normal/10000000", unit: "10,000,000 draws", unitsPerCall: 1, bytes: 4e7
    ) { _, threads in
      prepared(inputs: [], threads: threads) { _, context in [context.random.normal([10_000, 1_000])] }
    }
  }

  private static func product(_ size: Int) -> Workload {
    Workload(
      name: "matmul/\(size)", unit: "product", unitsPerCall: 1, operations: 2 * Double(size * size * size)
    ) { _, threads in
      prepared(inputs: [[size, size], [size, size]], threads: threads) { inputs, _ in [inputs[0].matmul(inputs[1])] }
    }
  }

  private static func identity(_ size: Int) -> Tensor {
    Tensor((0..<size).map(Float.init)).oneHot(count: size)
  }

  /// Compiles a function for inputs of these shapes and gives the call that runs it on normal numbers.
  static func prepared(
    inputs shapes: [[Int]], store: ParameterStore? = nil, threads: Int, _ body: @escaping CompiledFunction.Body
  ) -> Workload.Prepared {
    let draw = CompiledFunction { _, context in shapes.map { context.random.normal($0) * 0.5 } }
    let values = draw([], key: RandomKey(seed: 0))
    let function = CompiledFunction(threads: threads, body)
    let clock = ContinuousClock()
    let start = clock.now
    let program = function.program(for: shapes)
    let compilation = (clock.now - start) / .milliseconds(1)
    let buffers = values.map { value in
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: value.elementCount)
      _ = buffer.update(from: value.scalars)
      return UnsafeBufferPointer(buffer)
    }
    var step: UInt64 = 0
    return Workload.Prepared(peakBytes: program.peakBytes, compilation: compilation) {
      step += 1
      program.run(buffers, store: store, key: RandomKey(seed: 0, step: step)) { _ in }
    }
  }
}

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
