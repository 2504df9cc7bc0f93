public import EBMCore
public import Networks
internal import Tensors

/// A weighted sum of energies: a product of experts.
///
/// ```
/// E(x) = Σ_i w_i E_i(x),   p(x) ∝ Π_i p_i(x)^{w_i}
/// ```
/// Where all experts agree, the product is high: logical AND. A negative weight takes a concept away: 1.3 E₁ − 0.3 E₂ is
/// E₁ AND NOT E₂ in Du et al., *Reduce, reuse, recycle*, 2023; then p is normalisable only if w₁E₁ outgrows w₂E₂.
/// Source: Hinton, *Training products of experts by minimizing contrastive divergence*, 2002.
public struct EnergySum: Energy {
  public static let name = "sum"
  public static let summary = "Weighted sum of energies: product of experts."

  /// A normal distribution and a ring.
  @Parts("the energies", .energy) public var terms: [any Energy] = [Gaussian(), Ring()]
  @Setting("w, one for all terms or one for each; negative for NOT", .list(of: .coordinate, count: 1...))
  public var weights = [1.0]

  public init() {}

  public var offers: Set<Capability> { terms.sharedOffers }

  public func conflicts() -> [String] { weightConflicts(weights, parts: terms.count, called: "terms") }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any EnergyFunction {
    let each = weights.count == 1 ? terms.map { _ in weights[0] } : weights
    return Function(terms: try functions(of: terms, over: space, in: scope["terms"]), weights: each.map(Float.init))
  }

  private struct Function: EnergyFunction {
    let terms: [any EnergyFunction]
    let weights: [Float]

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      var sum = weights[0] * terms[0](x, condition, &context)
      for (term, weight) in zip(terms, weights).dropFirst() { sum = sum + weight * term(x, condition, &context) }
      return sum
    }
  }
}
