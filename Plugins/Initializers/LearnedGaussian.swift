public import EBMCore
public import Networks
internal import Tensors

/// A learned Gaussian proposal: q(y | x_i) = N(g(x_i, λ_i), m² b̃_i² I), amortising the chains' first moves.
///
/// g is trained cooperatively: it regresses where the chains went, ‖y_K − y_0‖² with y_0 = g + m b̃ ε, which has the
/// same expected gradient as regressing g itself and less noise, as y_K keeps much of ε.
/// The network n gives g itself, or the clean point, or the noise in x_i, from which g follows by Bayes' rule:
/// ```
/// g = n;   g = m (p x_i + q x̂) with x̂ = n or x̂ = (x_i − s̄_i n)/ā_i,   p = α_i s̄_{i−1}²/s̄_i², q = ā_{i−1} σ_i²/s̄_i²
/// ```
/// Source: Zhu et al., 2024, eq. 6 and 8; the other predictions and the regression on data are its ablations.
public struct LearnedGaussian: Initializer {
  public static let name = "learned-gaussian"
  public static let summary = "Learned Gaussian proposal from the noisier point (CDRL)."

  /// What the network gives.
  public enum Prediction: String, Codable, Sendable, CaseIterable {
    /// The proposal's mean.
    case point
    /// The clean point.
    case clean
    /// The noise ε in the noisier point.
    case noise
  }

  /// What the proposal is drawn to.
  public enum Regression: String, Codable, Sendable, CaseIterable {
    /// Where the chain that started at it ended.
    case chain
    /// The data that was noised to the noisier point.
    case data
  }

  @Part("g, from points to points", .network) public var network: any Network = PointPerceptron()
  /// The point, the best of the three in the authors' ablation.
  @Setting("what the network gives") public var predicts = Prediction.point
  /// The chain, better than the data in the authors' ablation.
  @Setting("what the proposal is drawn to") public var regresses = Regression.chain
  @Setting("whether starts have the proposal's noise, or are its mean") public var isRandom = true

  public init() {}

  public var needs: [Need] { [.continuousPoints, .given(.noisierPoints)] }

  public func function(
    over space: SampleSpace, chains: Int, in scope: ParameterScope
  ) throws(ConfigurationError) -> any InitializerFunction {
    Function(settings: self, network: try network.function(over: space, in: scope["network"]))
  }

  private struct Function: InitializerFunction {
    let settings: LearnedGaussian
    let network: any NetworkFunction

    private func noisy(_ request: StartRequest) -> StartRequest.NoisyPartner {
      guard let noisy = request.noisy else {
        preconditionFailure(
          "learned-gaussian: there is no noisier point to propose from; use it with a recovery objective")
      }
      return noisy
    }

    /// g.
    private func mean(_ request: StartRequest, _ context: inout Context) -> Tensor {
      let noisy = noisy(request)
      let output = network(noisy.position, Condition(level: noisy.level, label: request.label), &context)
      if settings.predicts == .point { return output }
      guard let posterior = noisy.posterior else {
        preconditionFailure(
          "learned-gaussian: predicts \(settings.predicts.rawValue) needs an objective that knows the noise of points")
      }
      let column = request.column
      let clean =
        settings.predicts == .clean
        ? output : (noisy.position - column(posterior.noise) * output) / column(posterior.signal)
      return column(posterior.partner) * noisy.position + column(posterior.clean) * clean
    }

    /// The starts, with the proposal's mean.
    func start(_ request: StartRequest, _ context: inout Context) -> Starts<Tensor> {
      let mean = mean(request, &context)
      if !settings.isRandom { return Starts(mean, drawn: mean) }
      let noise = request.column(noisy(request).deviation) * context.random.normal(request.shape)
      return Starts(mean + noise, drawn: mean)
    }

    func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor { start(request, &context).points }

    func finish(
      _ starts: Starts<Tensor>, end: Tensor, request: StartRequest, _ context: inout Context
    ) -> Tensor? {
      let move: Tensor
      switch settings.regresses {
      case .chain: move = end - starts.points
      case .data:
        guard let data = noisy(request).recovered else {
          preconditionFailure("learned-gaussian: regresses data needs an objective that trains on noised data")
        }
        // The mean: data knows nothing of the proposal's noise, which would only add to the variance.
        move = data.stoppingGradient() - starts.drawn
      }
      return move.squared().sumOfFeatures().mean()
    }
  }
}
