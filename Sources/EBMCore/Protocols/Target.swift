public import Tensors

/// An unnormalised log density over a batch of chains, as a traced function: p(x) ∝ exp(−energy(x)).
///
/// Wrapping makes new targets, see ``derived(scale:gibbsSweep:_:)``; every sampler works with every target.
public struct Target: Sendable {
  /// E of each chain, `[batch, …]` to `[batch]`.
  public let energy: @Sendable (Tensor) -> Tensor
  /// The natural length of a step in each chain, which samplers multiply their step size by: `[batch]`, or a scalar.
  public let scale: Tensor
  /// What values coordinates take; samplers of discrete points ask for it.
  public var values: SampleSpace.Values
  /// An exact Gibbs sweep, where conditionals are known in blocks: from x and a stream to a new x, leaving p unchanged.
  public var gibbsSweep: GibbsSweep?
  /// E(x; σ) of data with noise of deviation σ added, σ `[batch]`, where a model has it: what annealed sampling follows.
  public var noisyEnergy: (@Sendable (_ x: Tensor, _ noise: Tensor) -> Tensor)?

  /// Moves each chain so that p is left unchanged.
  public typealias GibbsSweep = @Sendable (_ x: Tensor, _ random: inout RandomStream) -> Tensor

  /// A target.
  ///
  /// - Parameters:
  ///   - scale: natural length of a step, `[batch]` or a scalar; 1 by default.
  ///   - values: what values coordinates take; any real number by default.
  ///   - gibbsSweep: an exact sweep; none by default.
  ///   - noisyEnergy: E(x; σ); none by default.
  ///   - energy: E, `[batch, …]` to `[batch]`.
  public init(
    scale: Tensor = Tensor(1), values: SampleSpace.Values = .continuous, gibbsSweep: GibbsSweep? = nil,
    noisyEnergy: (@Sendable (_ x: Tensor, _ noise: Tensor) -> Tensor)? = nil,
    energy: @escaping @Sendable (Tensor) -> Tensor
  ) {
    self.energy = energy
    self.scale = scale
    self.values = values
    self.gibbsSweep = gibbsSweep
    self.noisyEnergy = noisyEnergy
  }

  /// The density of an energy, all that it offers to samplers included.
  ///
  /// - Parameters:
  ///   - function: E.
  ///   - space: what a point is.
  ///   - condition: level and class of each chain; neither by default.
  ///   - context: how E is evaluated. Parameters are read, buffers are not updated.
  public init(
    _ function: any EnergyFunction, over space: SampleSpace, condition: Condition = Condition(), context: Context
  ) {
    self.init(values: space.values) { x in
      var context = context
      return function(x, condition, &context)
    }
    guard let gibbs = function as? any GibbsEnergyFunction else { return }
    gibbsSweep = { x, random in
      var context = context
      context.random = random
      let next = gibbs.gibbsSweep(x, condition, &context)
      random = context.random
      return next
    }
  }

  /// E and ∇E of each chain. Rows of E do not mix, so one pullback gives all gradients.
  public func energyWithGradient(_ x: Tensor) -> (energy: Tensor, gradient: Tensor) {
    let x = x.asExpression()
    let energy = energy(x)
    let ones = Tensor(1).broadcast(to: energy.shape)
    return (energy, pullback(of: [energy], along: [ones], withRespectTo: [x])[0])
  }

  /// `scale` shaped to multiply points of the rank of x.
  public func scale(for x: Tensor) -> Tensor {
    scale.rank == 0 ? scale : scale.column(for: x)
  }

}

// MARK: Targets made from others

extension Target {
  /// A target whose energies follow from this one's, the noisy ones alike: the one way of wrapping, so that nothing is
  /// lost on it.
  ///
  /// ```swift
  /// target.derived { energy, x in energy(x) + 0.5 * (x - partner).squared().sumOfFeatures() }
  /// ```
  /// - Parameters:
  ///   - scale: natural length of a step; this one's by default.
  ///   - gibbsSweep: an exact sweep of the new density; none by default, as this one's leaves another one unchanged.
  ///   - change: the new energy at x from the old energy function, `[batch, …]` to `[batch]`.
  public func derived(
    scale: Tensor? = nil, gibbsSweep: GibbsSweep? = nil,
    _ change: @escaping @Sendable (_ energy: (Tensor) -> Tensor, _ x: Tensor) -> Tensor
  ) -> Target {
    let energy = energy
    var result = Target(scale: scale ?? self.scale, values: values, gibbsSweep: gibbsSweep) { change(energy, $0) }
    if let noisyEnergy { result.noisyEnergy = { x, noise in change({ noisyEnergy($0, noise) }, x) } }
    return result
  }

  /// The same density with steps so many times as long.
  ///
  /// - Parameter factor: a scalar, or one number a chain.
  public func scaled(by factor: Tensor) -> Target {
    Target(scale: scale * factor, values: values, gibbsSweep: gibbsSweep, noisyEnergy: noisyEnergy, energy: energy)
  }

  /// p(x)^(1/T), the energy divided by T, with steps √T times as long. T = 1 is this target itself.
  public func tempered(by temperature: Float) -> Target {
    if temperature == 1 { return self }
    return derived(scale: temperature.squareRoot() * scale) { energy, x in energy(x) / temperature }
  }

  /// The same density over points of another shape: rows `[batch, …]` whose elements are the point's, row-major.
  ///
  /// - Parameter shape: of a batch as this target takes it.
  public func taking(rowsOf shape: [Int]) -> Target {
    var result = derived { energy, x in energy(x.reshaped(shape)) }
    if let gibbsSweep { result.gibbsSweep = { x, random in gibbsSweep(x.reshaped(shape), &random).reshaped(x.shape) } }
    return result
  }

  /// The density of points with noise of deviation σ, `[batch]`: E(x; σ) where it is known, else E.
  public func blurred(by noise: Tensor) -> Target {
    guard let noisyEnergy else { return self }
    var result = derived { _, x in noisyEnergy(x, noise) }
    result.noisyEnergy = nil
    return result
  }
}

/// An energy whose conditionals are known in blocks, so that chains need no proposals: a restricted Boltzmann machine
/// draws hidden units given visible ones and back, a lattice its even sites given the odd ones and back.
///
/// ## Requirements on conforming types
/// - A sweep leaves p(x) ∝ exp(−E(x)) unchanged and reaches every point with positive probability.
public protocol GibbsEnergyFunction: EnergyFunction {
  /// New points after one sweep over all blocks, `[batch, …]`, drawn from the context's random stream.
  func gibbsSweep(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor
}
