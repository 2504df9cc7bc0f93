public import EBMCore
public import Networks
internal import Tensors

extension TractableEnergy {
  public func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    TractableFunction(energy: self)
  }

  /// Points are the energy's own.
  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    let (given, own) = (surroundings.space, space)
    if given.shape == own.shape, given.values == own.values { return [] }
    return [
      ConfigurationProblem(
        path: "", what: "\(Self.name) is an energy of \(own.values.rawValue) points of shape \(own.shape)",
        found: "\(given.values.rawValue) points of shape \(given.shape)")
    ]
  }
}

private struct TractableFunction<E: TractableEnergy>: EnergyFunction {
  let energy: E
  func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor { energy(x) }
}
