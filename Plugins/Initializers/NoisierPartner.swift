public import EBMCore
public import Networks
internal import Tensors

/// Chains start at the noisier point that they are conditioned on, as in diffusion recovery likelihood.
/// Source: Gao et al., *Learning energy-based models by diffusion recovery likelihood*, 2021, algorithm 1.
public struct NoisierPartner: Initializer {
  public static let name = "noisier-partner"
  public static let summary = "The noisier point that a chain is conditioned on (DRL)."

  public init() {}

  public var needs: [Need] { [.continuousPoints, .given(.noisierPoints)] }

  public func function(over space: SampleSpace, chains: Int, in scope: ParameterScope) -> any InitializerFunction {
    Function()
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
