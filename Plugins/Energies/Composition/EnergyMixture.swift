public import EBMCore
private import Foundation
public import Networks
internal import Tensors

/// A mixture of energies.
///
/// ```
/// E(x) = −ln Σ_i w_i exp(−E_i(x))
/// ```
/// It is high where any part is: logical OR. The parts' normalisers Z_i are in general unknown, so their shares of the
/// mixture are w_i Z_i, not w_i. Du et al., *Reduce, reuse, recycle*, 2023, mix E_i scaled by 3.5.
public struct EnergyMixture: Energy {
  public static let name = "mixture"
  public static let summary = "Mixture of energies."

  /// A normal distribution and a ring.
  @Parts("the energies", .energy) public var parts: [any Energy] = [Gaussian(), Ring()]
  @Setting("w, one for all parts or one for each", .list(of: .scale, count: 1...)) public var weights = [1.0]

  public init() {}

  public var offers: Set<Capability> { parts.sharedOffers }

  public func conflicts() -> [String] { weightConflicts(weights, parts: parts.count, called: "parts") }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any EnergyFunction {
    let each = weights.count == 1 ? parts.map { _ in weights[0] } : weights
    return Function(
      parts: try functions(of: parts, over: space, in: scope["parts"]), logWeights: each.map { Float(log($0)) })
  }

  private struct Function: EnergyFunction {
    let parts: [any EnergyFunction]
    let logWeights: [Float]

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      var exponents: [Tensor] = []
      for part in parts { exponents.append(-part(x, condition, &context).expandingAxis(at: 1)) }
      return -(Tensor.concatenated(exponents, alongAxis: 1) + Tensor(logWeights)).logSumExp(alongAxes: 1)
    }
  }
}
