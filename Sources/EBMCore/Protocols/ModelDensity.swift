public import Tensors

/// The density p(x) ∝ exp(−E(x)) of a trained model, with its values: what metrics evaluate and run chains on.
public struct ModelDensity: Sendable {
  /// Shape of a point.
  public let shape: [Int]
  private let energy: @Sendable (Tensor, inout Context) -> Tensor
  private let store: ParameterStore?
  private let threads: Int

  /// A density.
  ///
  /// - Parameters:
  ///   - shape: shape of a point.
  ///   - store: values of the parameters in the energy; nil for one without.
  ///   - threads: threads at most, 0 for all cores.
  ///   - energy: E, traced, `[batch, …]` to `[batch]`.
  public init(
    shape: [Int], store: ParameterStore? = nil, threads: Int = 0,
    energy: @escaping @Sendable (_ points: Tensor, _ context: inout Context) -> Tensor
  ) {
    self.shape = shape
    self.store = store
    self.threads = threads
    self.energy = energy
  }

  /// Points that one program looks at, and chains that it runs: what a few megabytes hold.
  public var pointsPerRun: Int { TrainedModel.pointsPerRun(of: SampleSpace(shape: shape)) }

  /// E at points, row-major `[count, D]` to `[count]`.
  public func energies(at points: [Float]) -> [Float] { each(points) { target, x in target.energy(x) } }

  /// The score −∇E at points, row-major `[count, D]` to the same.
  public func scores(at points: [Float]) -> [Float] {
    each(points) { target, x in -target.energyWithGradient(x).gradient }
  }

  /// Runs a traced function of the density, such as chains on it.
  ///
  /// - Parameters:
  ///   - inputs: values that the function takes.
  ///   - seed: the seed of its random numbers.
  ///   - body: results from the density as a target, the inputs and a random stream.
  public func run(
    _ inputs: [Tensor], seed: UInt64 = 0,
    _ body: @escaping @Sendable (_ target: Target, _ inputs: [Tensor], _ random: inout RandomStream) -> [Tensor]
  ) -> [Tensor] {
    function(body)(inputs, store: store, key: RandomKey(seed: seed))
  }

  private func function(
    _ body: @escaping @Sendable (Target, [Tensor], inout RandomStream) -> [Tensor]
  ) -> CompiledFunction {
    CompiledFunction(threads: threads) { [energy] inputs, context in
      let target = Target { [context] x in
        var context = context
        return energy(x, &context)
      }
      return body(target, inputs, &context.random)
    }
  }

  private func each(
    _ points: [Float], _ value: @escaping @Sendable (Target, Tensor) -> Tensor
  ) -> [Float] {
    let function = function { target, inputs, _ in [value(target, inputs[0])] }
    let width = shape.reduce(1, *)
    let count = points.count / max(1, width)
    let most = pointsPerRun
    return stride(from: 0, to: count, by: most).flatMap { first in
      let rows = min(most, count - first)
      let chunk = Array(points[first * width..<(first + rows) * width])
      return function([Tensor(chunk, shape: [rows] + shape)], store: store)[0].scalars
    }
  }
}
