public import EBMCore
public import Networks
internal import Tensors

/// Chains start at the batch of data with noise, x + s ε, and learn to take it away (decorruption). Samples of a
/// trained model, which have no data, start at noise of standard deviation 1.
/// Source: Du & Mordatch, 2019, and the authors' code.
public struct NoisyData: Initializer {
  public static let name = "noisy-data"
  public static let summary = "The data with Gaussian noise (decorruption)."

  @Setting("s, standard deviation of the noise", .positive) public var deviation: Float = 0.3

  public init() {}

  public var needs: [Need] { [.continuousPoints, .given(.data)] }

  public func function(
    over space: SampleSpace, chains: Int, in scope: ParameterScope
  ) throws(ConfigurationError) -> any InitializerFunction {
    NearData(deviation: deviation, name: NoisyData.name)
  }
}

/// Starts at data, with or without noise.
struct NearData: InitializerFunction {
  let deviation: Float
  let name: String

  func start(_ request: StartRequest, _ context: inout Context) -> Starts<Void> {
    guard let data = request.data else {
      preconditionFailure("\(name): there is no data to start at; use it with an objective whose chains are marginal")
    }
    return Starts(deviation == 0 ? data : data + deviation * context.random.normal(request.shape))
  }
}
