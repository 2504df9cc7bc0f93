public import EBMCore
public import Networks
internal import Tensors

/// Chains start at Gaussian noise, N(0, s² I).
public struct GaussianNoise: Initializer {
  public static let name = "gaussian-noise"
  public static let summary = "Gaussian noise."
  public static let settings = [Setting("deviation", "s, standard deviation", .positive)]

  /// s. 1.
  public var deviation: Float = 1

  public init() {}

  /// Noise of this standard deviation.
  public init(deviation: Float) { self.deviation = deviation }

  public func function(over space: SampleSpace, chains: Int, in scope: ParameterScope) -> any InitializerFunction {
    Function(deviation: deviation)
  }

  private struct Function: InitializerFunction {
    let deviation: Float
    func start(_ request: StartRequest, _ context: inout Context) -> Tensor {
      deviation * context.random.normal(request.shape)
    }
  }
}
