public import EBMCore
public import Networks
internal import Tensors

/// Chains start at the batch of data, as in contrastive divergence. Samples of a trained model, which have no data,
/// start at noise of standard deviation 1. Source: Hinton, *Training products of experts*, 2002.
public struct DataPoints: Initializer {
  public static let name = "data"
  public static let summary = "The data itself (contrastive divergence)."

  public init() {}

  public var needs: [Need] { [.given(.data)] }

  public func function(over space: SampleSpace, chains: Int, in scope: ParameterScope) -> any InitializerFunction {
    NearData(deviation: 0, name: DataPoints.name)
  }
}
