public import EBMCore
public import Networks
internal import Tensors

/// An energy times a number: E(x) = w E₁(x), p(x) ∝ p₁(x)^w.
///
/// Negative w turns an energy upside down; in a `sum` with another one that outgrows it, that is NOT. The inner energy's
/// parameters keep their names, so that weights trained without the factor load.
public struct ScaledEnergy: Energy {
  public static let name = "scaled"
  public static let summary = "An energy times a number, which may be negative."

  @Part("the energy that is scaled", .energy) public var energy: any Energy = Gaussian()
  @Setting("w", .coordinate) public var factor = 1.0

  public init() {}

  public var offers: Set<Capability> { energy.offers.subtracting([.classScores]) }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any EnergyFunction {
    MultipliedFunction(inner: try energy.function(over: space, in: scope), factor: Float(factor))
  }
}

/// A number times an energy.
struct MultipliedFunction: EnergyFunction {
  let inner: any EnergyFunction
  let factor: Float

  func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
    factor * inner(x, condition, &context)
  }
}
