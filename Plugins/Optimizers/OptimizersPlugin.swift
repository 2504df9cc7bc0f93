public import EBMCore

/// The framework's optimizers, transforms of gradients and schedules of rates.
public struct OptimizersPlugin: Plugin {
  public init() {}

  public func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    for type in OptimizersPlugin.components { try registry.add(type) }
  }

  private static let components: [any Component.Type] = [
    Adam.self, AdamW.self, Lion.self, OptimizerChain.self, PerNetwork.self, RMSprop.self, SGD.self,
    // Transforms
    ClipNorm.self, ClipValue.self, WeightDecay.self,
    // Rates
    ConstantRate.self, CosineRate.self, InverseSquareRootRate.self, LinearRate.self, StepRate.self, WarmUpRate.self,
  ]
}
