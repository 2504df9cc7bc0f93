public import EBMCore
public import Tensors

extension NoiseLevels {
  /// The level among the first `count` whose noise, in units of its signal, is nearest to σ on a logarithmic scale.
  ///
  /// - Parameter noise: σ of each row, `[rows]`.
  public func places(nearest noise: Tensor, among count: Int) -> Tensor {
    let ratios = zip(signals, noises).prefix(count).map { Float($1 / $0) }
    // A level begins at the geometric mean of its noise and that of the level below.
    let borders = zip(ratios, ratios.dropFirst()).map { ($0 * $1).squareRoot() }
    if borders.isEmpty { return Tensor(0).broadcast(to: noise.shape) }
    return (noise.expandingAxis(at: 1) .> Tensor(borders)).sum(alongAxes: 1)
  }
}

extension Model {
  /// The clean data's density as levels tell it, E(x) = E_0(ā_0 x), with E(x; σ) = E_i(ā_i x) of the level i whose noise
  /// s̄_i/ā_i is nearest to σ: what annealing follows.
  ///
  /// - Parameters:
  ///   - levels: the levels.
  ///   - count: how many of them have energies, from 0 on.
  ///   - energy: E_i of points x_i at levels i `[batch]`.
  public func noisyTarget(
    _ levels: NoiseLevels, count: Int, energy: @escaping @Sendable (_ points: Tensor, _ level: Tensor) -> Tensor
  ) -> Target {
    @Sendable func clean(_ x: Tensor, _ level: Tensor) -> Tensor {
      energy(entries(levels.signals, at: level).column(for: x) * x, level)
    }
    return Target(
      values: space.values, noisyEnergy: { x, noise in clean(x, levels.places(nearest: noise, among: count)) },
      energy: { x in clean(x, Tensor(0).broadcast(to: [x.shape[0]])) })
  }

  /// Samples of a model with levels by a sampler that plans all of its steps, such as annealing: it starts at noise and
  /// walks down the levels by itself. Nil for other samplers.
  ///
  /// - Parameters: as those of ``noisyTarget(_:count:energy:)``.
  /// - Returns: points of level 0.
  public func plannedSamples(
    _ rows: Int, _ levels: NoiseLevels, count: Int, _ context: inout Context,
    energy: @escaping @Sendable (_ points: Tensor, _ level: Tensor) -> Tensor
  ) -> [LeveledSamples]? {
    guard let sampler, sampler.plansSteps else { return nil }
    let target = noisyTarget(levels, count: count, energy: energy)
    let start = space.noise(rows, random: &context.random)
    let end = sampler.run(from: start, target: target, random: &context.random).position
    return [LeveledSamples(level: 0, points: Float(levels.signals[0]) * end)]
  }
}
