public import EBMCore
public import Networks
internal import Tensors

/// Chains start at Gaussian noise, N(0, s² I); at fair coins where coordinates take two values.
public struct GaussianNoise: Initializer {
  public static let name = "gaussian-noise"
  public static let summary = "Gaussian noise."

  @Setting("s, standard deviation", .positive) public var deviation: Float = 1

  public init() {}

  public func function(over space: SampleSpace, chains: Int, in scope: ParameterScope) -> any InitializerFunction {
    Function(deviation: deviation)
  }

  private struct Function: InitializerFunction {
    let deviation: Float

    func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor {
      request.space.noise(request.count, deviation: deviation, random: &context.random)
    }
  }
}
