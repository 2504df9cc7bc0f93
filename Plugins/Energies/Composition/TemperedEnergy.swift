public import EBMCore
public import Networks

/// An energy at a temperature: E(x) = E₁(x)/T, p(x) ∝ p₁(x)^{1/T}.
///
/// T > 1 flattens, T < 1 sharpens. The inner energy's parameters keep their names, so that weights trained at T = 1
/// load.
public struct TemperedEnergy: Energy {
  public static let name = "tempered"
  public static let summary = "An energy at a temperature."

  @Part("the energy at temperature 1", .energy) public var energy: any Energy = Gaussian()
  @Setting("T: above 1 flatter, below 1 sharper", .scale) public var temperature = 1.0

  public init() {}

  public var offers: Set<Capability> { energy.offers.subtracting([.classScores]) }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any EnergyFunction {
    MultipliedFunction(inner: try energy.function(over: space, in: scope), factor: Float(1 / temperature))
  }
}
