public import EBMCore
public import Networks
internal import Tensors

extension TractableEnergy {
  /// The energy as a function, once its settings go together and its points are the space's.
  ///
  /// - Throws: a ``ConfigurationError`` at the scope's path, for settings that conflict and for points of another
  ///   shape or kind.
  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any EnergyFunction {
    try check(space, at: scope.path)
    return TractableFunction(energy: self)
  }

  /// Throws where settings conflict and where points are not the space's.
  func check(_ space: SampleSpace, at path: String) throws(ConfigurationError) {
    let conflicts = conflicts().map { ConfigurationProblem(path: path, what: $0) }
    if !conflicts.isEmpty { throw ConfigurationError(conflicts) }
    let own = self.space
    guard space.shape == own.shape, space.values == own.values else {
      throw ConfigurationError(
        path: path, found: "\(space.values.rawValue) points of shape \(space.shape)",
        expected: "\(own.values.rawValue) points of shape \(own.shape) for \(Self.name)")
    }
  }
}

private struct TractableFunction<E: TractableEnergy>: EnergyFunction {
  let energy: E
  func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor { energy(x) }
}
