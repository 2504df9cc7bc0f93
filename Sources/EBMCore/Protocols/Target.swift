public import Tensors

/// An unnormalised log density over a batch of chains, as a traced function: p(x) ∝ exp(−energy(x)).
///
/// Wrapping makes new targets; every sampler works with every target.
public struct Target: Sendable {
  /// E of each chain, `[batch, …]` to `[batch]`.
  public let energy: @Sendable (Tensor) -> Tensor
  /// The natural length of a step in each chain, which samplers multiply their step size by: `[batch]`, or a scalar.
  public let scale: Tensor

  /// A target.
  public init(scale: Tensor = Tensor(1), energy: @escaping @Sendable (Tensor) -> Tensor) {
    self.energy = energy
    self.scale = scale
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
}
