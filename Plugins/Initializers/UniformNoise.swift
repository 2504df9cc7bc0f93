public import EBMCore
public import Networks
internal import Tensors

/// Chains start at uniform noise, U(lower, upper) in each coordinate; at fair coins where coordinates take two values.
public struct UniformNoise: Initializer {
  public static let name = "uniform-noise"
  public static let summary = "Uniform noise."

  @Setting("least value of a coordinate", .any) public var lower: Float = -1
  @Setting("largest value of a coordinate", .any) public var upper: Float = 1

  public init() {}

  public func conflicts() -> [String] { lower < upper ? [] : ["lower \(lower) is not below upper \(upper)"] }

  public func function(over space: SampleSpace, chains: Int, in scope: ParameterScope) -> any InitializerFunction {
    Function(lower: lower, upper: upper)
  }

  private struct Function: InitializerFunction {
    let lower: Float
    let upper: Float

    func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor {
      if request.space.values != .continuous { return request.space.noise(request.count, random: &context.random) }
      return lower + (upper - lower) * context.random.uniform(request.shape)
    }
  }
}
