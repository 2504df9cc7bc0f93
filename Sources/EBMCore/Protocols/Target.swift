public import Tensors

/// An unnormalised log density over a batch of chains, as a traced function: p(x) ∝ exp(−energy(x)).
///
/// Wrapping makes new targets; every sampler works with every target.
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
    // What is computed from values alone is a value, through which no derivative flows; so x must be an expression.
    let x = x.isValue ? Tensor(Node(.stopGradient, [x.node], shape: x.shape)) : x
    let energy = energy(x)
    let ones = Tensor(1).broadcast(to: energy.shape)
    return (energy, pullback(of: [energy], along: [ones], withRespectTo: [x])[0])
  }

  /// `scale` shaped to multiply points of the rank of x.
  public func scale(for x: Tensor) -> Tensor {
    scale.rank == 0 ? scale : scale.reshaped([scale.shape[0]] + x.shape.dropFirst().map { _ in 1 })
  }

  /// The same density with steps so many times as long.
  ///
  /// - Parameter factor: a scalar, or one number a chain.
  public func scaled(by factor: Tensor) -> Target {
    Target(scale: scale * factor, values: values, gibbsSweep: gibbsSweep, noisyEnergy: noisyEnergy, energy: energy)
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
