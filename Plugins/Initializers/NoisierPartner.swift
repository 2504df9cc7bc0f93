public import EBMCore
public import Networks
internal import Tensors

/// Chains start at the noisier point that they are conditioned on, as in diffusion recovery likelihood.
/// Source: Gao et al., *Learning energy-based models by diffusion recovery likelihood*, 2021, algorithm 1.
public struct NoisierPartner: Initializer {
  public static let name = "noisier-partner"
  public static let summary = "The noisier point that a chain is conditioned on (DRL)."

  public init() {}

  public var needs: Set<StartNeed> { [.noisierPoints] }

  public func function(
    over space: SampleSpace, chains: Int, in scope: ParameterScope
  ) throws(ConfigurationError) -> any InitializerFunction {
    try Self.requireContinuous(space, for: Self.name)
    return Function()
  }

  /// Throws where points with noise would be none of the space.
  static func requireContinuous(_ space: SampleSpace, for name: String) throws(ConfigurationError) {
    if space.values == .continuous { return }
    throw ConfigurationError(
      path: "initializer", found: "\(space.values.rawValue) points", expected: "continuous ones for \(name)")
  }

  private struct Function: InitializerFunction {
    func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor {
      guard let noisy = request.noisy else {
        preconditionFailure("noisier-partner: there is no noisier point; use it with a recovery objective")
      }
      return noisy.position
    }
  }
}
