public import EBMCore
public import Networks
internal import Tensors

/// A generator as a start of chains: y_0 = G(z) + τ ε, z ~ N(0, I), taught by where the chains go (CoopNets).
///
/// G is a multilayer perceptron. It regresses the chains' ends at the same z, ‖y_K − y_0‖²/(2 τ²), which has the same
/// expected gradient as regressing G(z) and less noise, as y_K keeps much of ε. A trained model's samples start at it
/// too. Source: Xie et al., *Cooperative training of descriptor and generator networks*, 2018, algorithm 1.
public struct Generator: Initializer {
  public static let name = "generator"
  public static let summary = "Generator network that learns from the chains (CoopNets)."

  @Setting("features of z", .integers(1...65_536)) public var latent = 8
  @Setting("features of each hidden layer of G", .list(of: .integers(1...65_536), count: 1...))
  public var widths = [128, 128]
  @Setting("nonlinearity") public var activation = Activation.silu
  @Setting("τ, standard deviation of the noise of starts", .positive) public var deviation: Float = 0.3

  public init() {}

  public var needs: [Need] { [.continuousPoints] }

  public func function(
    over space: SampleSpace, chains: Int, in scope: ParameterScope
  ) throws(ConfigurationError) -> any InitializerFunction {
    let sizes = [latent] + widths
    let hidden = widths.indices.map { Linear(sizes[$0], sizes[$0 + 1], in: scope["layers"][String($0)]) }
    return Function(
      settings: self, hidden: hidden, last: Linear(sizes[widths.count], space.dimension, in: scope["head"]))
  }

  private struct Function: InitializerFunction {
    let settings: Generator
    let hidden: [Linear]
    let last: Linear

    func start(_ request: StartRequest, _ context: inout Context) -> Tensor {
      var h = context.random.normal([request.count, settings.latent])
      for layer in hidden { h = settings.activation(layer(h, &context)) }
      let points = last(h, &context).reshaped(request.shape)
      return points + settings.deviation * context.random.normal(request.shape)
    }

    func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor { start(request, &context) }

    func finish(start: Tensor, end: Tensor, request: StartRequest, _ context: inout Context) -> Tensor? {
      let move = end.stoppingGradient() - start
      let precision = 1 / (2 * settings.deviation * settings.deviation)
      return precision * move.squared().sum(alongAxes: Array(1..<move.rank)).mean()
    }
  }
}
