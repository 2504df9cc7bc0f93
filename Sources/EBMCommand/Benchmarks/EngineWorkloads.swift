import EBMCore
import Networks
import Tensors

/// Workloads of the numeric engine by itself.
enum EngineWorkloads {
  static let all: [Workload] = [
    langevin(dimension: 2, width: 128, chains: 256), langevin(dimension: 2, width: 128, chains: 4_096),
    langevin(dimension: 64, width: 256, chains: 256),
    doubleWell(chains: 10_000, dimension: 10),
    doubleWell(chains: 10_000, dimension: 100), hamiltonian(), normal(), product(128), product(1_024),
  ]

  /// Two kinds of chains in numbers from a thousand to a million.
  static let chains: [Workload] = [1_000, 10_000, 100_000, 1_000_000].flatMap {
    [doubleWell(chains: $0, dimension: 10), langevin(dimension: 2, width: 128, chains: $0)]
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
    let network = Perceptron(dimension, [width, width])
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

  private static func doubleWell(chains: Int, dimension: Int) -> Workload {
    Workload(
      name: "langevin-doublewell/\(chains)x\(dimension)", unit: "step", unitsPerCall: 100
    ) { _, threads in
      prepared(inputs: [[chains, dimension]], threads: threads) { inputs, context in
        [
          langevin(
            { x in gradientOfEach((x.squared() - 1).squared().sum(alongAxes: 1), x) }, from: inputs[0], steps: 100,
            epsilon: 0.01, &context.random)
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

  /// ∂e_i/∂x_i of energies `[batch]` of rows.
  static func gradientOfEach(_ energy: Tensor, _ x: Tensor) -> Tensor {
    pullback(of: [energy], along: [Tensor(1).broadcast(to: energy.shape)], withRespectTo: [x])[0]
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
