import EBMCore
import FileFormats
import Tensors

/// The no-U-turn sampler on a correlated Gaussian.
enum TrajectoryWorkloads {
  static let all: [Workload] = [
    gaussian(chains: 1_000, dimension: 10, stepSize: 0.35), gaussian(chains: 64, dimension: 100, stepSize: 0.25),
  ]

  /// 50 draws a call, the same ones each time; the unit is a gradient that a chain's tree holds, not one that is
  /// computed for all chains while the last of them goes on.
  private static func gaussian(chains: Int, dimension: Int, stepSize: Double) -> Workload {
    Workload(
      name: "nuts-gaussian/\(chains)x\(dimension)", unit: "gradient of one chain", unitsPerCall: 1,
      operations: 4 * Double(dimension * dimension)
    ) { registry, threads in
      let recipe: JSONValue = ["type": "nuts", "stepSize": .number(stepSize)]
      guard let sampler = try registry.component(recipe, as: .sampler, at: "nuts") as? any Sampler else {
        throw ConfigurationError(path: "nuts", what: "is not a sampler")
      }
      let correlated = Correlated(dimension)
      let (factor, inverse) = (correlated.factor, correlated.inverseFactor)
      let target = Target { x in 0.5 * x.matmul(inverse, transposeRight: true).squared().sum(alongAxes: 1) }
      let draws = CompiledFunction(threads: threads) { inputs, context in
        var moving = sampler.chains(at: inputs[0].matmul(factor, transposeRight: true), target: target)
        sampler.advance(&moving, steps: 50, target: target, random: &context.random)
        return [sampler.position(of: moving), moving.sums.evaluations.sum()]
      }
      let normal = CompiledFunction { _, context in [context.random.normal([chains, dimension])] }
      let starts = normal([], key: RandomKey(seed: 0))[0]
      let clock = ContinuousClock()
      let begin = clock.now
      let program = draws.program(for: [starts.shape])
      let compilation = (clock.now - begin) / .milliseconds(1)
      let gradients = Double(draws([starts])[1].scalars[0])
      return Workload.Prepared(
        peakBytes: program.peakBytes, compilation: compilation, unitsPerCall: gradients
      ) { _ = draws([starts]) }
    }
  }

  /// Covariance s_i s_j 0.9^|i−j|, s from 0.5 to 2 evenly: coordinates over s are an autoregression of first order, so
  /// both factors are known.
  private struct Correlated {
    private static let correlation: Float = 0.9
    private let dimension: Int

    init(_ dimension: Int) { self.dimension = dimension }

    private func scale(_ i: Int) -> Float { 0.5 + 1.5 * Float(i) / Float(dimension - 1) }
    /// Deviation of what is new in a coordinate.
    private func innovation(_ i: Int) -> Float {
      i == 0 ? 1 : (1 - Correlated.correlation * Correlated.correlation).squareRoot()
    }

    /// L with L Lᵀ = covariance, lower triangular.
    var factor: Tensor {
      matrix { i, j in
        guard j <= i else { return 0 }
        return (j..<i).reduce(scale(i) * innovation(j)) { power, _ in power * Correlated.correlation }
      }
    }

    /// L⁻¹, of two diagonals.
    var inverseFactor: Tensor {
      matrix { i, j in
        if j == i { return 1 / (scale(i) * innovation(i)) }
        return j == i - 1 ? -Correlated.correlation / (scale(j) * innovation(i)) : 0
      }
    }

    private func matrix(_ element: (Int, Int) -> Float) -> Tensor {
      let indices = 0..<dimension
      return Tensor(indices.flatMap { i in indices.map { j in element(i, j) } }, shape: [dimension, dimension])
    }
  }
}
