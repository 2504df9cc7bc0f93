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
    Function(
      settings: self, trunk: PerceptronTrunk(inputs: latent, widths: widths, activation: activation, in: scope),
      last: Linear(widths[widths.count - 1], space.dimension, in: scope["head"]))
  }

  private struct Function: InitializerFunction {
    let settings: Generator
    let trunk: PerceptronTrunk
    let last: Linear

    func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor {
      let z = context.random.normal([request.count, settings.latent])
      let points = last(trunk(z, &context), &context).reshaped(request.shape)
      return points + settings.deviation * context.random.normal(request.shape)
    }

    func finish(
      _ starts: Starts<Void>, end: Tensor, request: StartRequest, _ context: inout Context
    ) -> Tensor? {
      let precision = 1 / (2 * settings.deviation * settings.deviation)
      return precision * (end - starts.points).squared().sumOfFeatures().mean()
    }
  }
}
