public import EBMCore
public import Networks

/// An optimizer for each network, with its own rate and schedule.
///
/// Cooperative diffusion recovery trains the initializer with another rate than the energy, and lets it begin earlier:
/// both warm up over 10,000 updates, the initializer 500 ahead. That is ``WarmUpRate/headStart`` of the initializer's
/// rate.
public struct PerNetwork: Optimizer {
  public static let name = "per-network"
  public static let summary = "One optimizer for the energy, another one for the initializer."

  @Part("of the energy, and of what the objective learns", .optimizer) public var energy: any Optimizer = Adam()
  @Part("of the initializer", .optimizer) public var initializer: any Optimizer = Adam()

  public init() {}

  public func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    switch weights.network {
    case .energy: energy.rule(for: weights, in: scope)
    case .initializer: initializer.rule(for: weights, in: scope)
    }
  }
}
