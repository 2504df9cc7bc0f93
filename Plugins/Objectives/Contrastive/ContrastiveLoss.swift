public import Tensors

/// How energies of data and of chains' ends are compared.
public enum ContrastiveForm: String, Codable, Sendable, CaseIterable {
  /// mean E(x⁺) − mean E(x⁻): the likelihood's gradient.
  case difference
  /// mean softplus(E(x⁺) − E(x⁻)) over pairs: pairs that are told apart already count little. What is learned is
  /// flatter than the data.
  case softplus
  /// mean E(x⁺) − Σ w E(x⁻), w ∝ exp(−E(x⁻)): ends of low energy count most. For ends that have the model's law, that
  /// learned is half the energy of the data.
  case logSumExp
}

/// What the energy minimises given energies of data and of chains' ends.
public struct ContrastiveLoss: Sendable {
  /// How they are compared.
  public var form: ContrastiveForm
  /// Weight of mean E(x⁺)² + mean E(x⁻)².
  public var energyPenalty: Float

  /// The difference of means without a penalty, or what is said.
  public init(form: ContrastiveForm = .difference, energyPenalty: Float = 0) {
    self.form = form
    self.energyPenalty = energyPenalty
  }

  /// The loss of energies `[batch]`.
  public func callAsFunction(positive: Tensor, negative: Tensor) -> Tensor {
    let contrast: Tensor
    switch form {
    case .difference: contrast = positive.mean() - negative.mean()
    case .softplus: contrast = (positive - negative).softplus().mean()
    case .logSumExp:
      // Weights are constants, so that the derivative is that of −ln Σ exp(−E).
      let weight = (-negative - (-negative).logSumExp(alongAxes: 0)).exp().stoppingGradient()
      contrast = positive.mean() - (weight * negative).sum()
    }
    if energyPenalty == 0 { return contrast }
    return contrast + energyPenalty * (positive.squared().mean() + negative.squared().mean())
  }
}
