public import EBMCore
public import Networks
internal import Tensors

/// A learned Gaussian proposal: q(y | x_i) = N(g(x_i, λ_i), m² b̃_i² I), amortising the chains' first moves.
///
/// g is trained cooperatively: it regresses where the chains went, ‖y_K − y_0‖² with y_0 = g + m b̃ ε, which has the
/// same expected gradient as regressing g itself and less noise, as y_K keeps much of ε.
/// Source: Zhu et al., 2024, eq. 6 and 8.
public struct LearnedGaussian: Initializer {
  public static let name = "learned-gaussian"
  public static let summary = "Learned Gaussian proposal from the noisier point (CDRL)."
  public static let settings = [Setting("network", "g, from points to points", .component(.network))]

  /// g.
  @Part public var network: any Network = ResidualUNetMLP()

  public init() {}

  /// A proposal through this network.
  public init(_ network: any Network) { self.network = network }

  public func function(
    over space: SampleSpace, chains: Int, in scope: ParameterScope
  ) throws(ConfigurationError) -> any InitializerFunction {
    Function(network: try network.function(over: space, in: scope["network"]))
  }

  private struct Function: InitializerFunction {
    let network: any NetworkFunction

    func start(_ request: StartRequest, _ context: inout Context) -> Tensor {
      guard let noisy = request.noisy else {
        preconditionFailure(
          "learned-gaussian: there is no noisier point to propose from; use it with a recovery objective")
      }
      let mean = network(noisy.position, Condition(level: noisy.level), &context)
      let deviation = noisy.deviation.reshaped([request.count] + request.space.shape.map { _ in 1 })
      return mean + deviation * context.random.normal(request.shape)
    }

    func finish(start: Tensor, end: Tensor, request: StartRequest, _ context: inout Context) -> Tensor? {
      let move = end.stoppingGradient() - start
      return move.squared().sum(alongAxes: Array(1..<move.rank)).mean()
    }
  }
}
