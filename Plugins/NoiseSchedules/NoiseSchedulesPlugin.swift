public import EBMCore

/// The framework's noise schedules.
public struct NoiseSchedulesPlugin: Plugin {
  public init() {}

  public func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    for type in NoiseSchedulesPlugin.components { try registry.add(type) }
  }

  private static let components: [any Component.Type] = [
    ContinuousLinearBeta.self, CosineLogSNR.self, GeometricSigma.self, LinearBeta.self, MergedBeta.self,
    Respaced.self, SquaredCosine.self,
  ]
}
