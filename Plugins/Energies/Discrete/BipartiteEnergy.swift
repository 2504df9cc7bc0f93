public import EBMCore
public import Tensors

/// An energy of visible units that comes from a joint one with hidden units, where units of a side are independent
/// given the other side: what block Gibbs sampling needs.
///
/// ```
/// E(v) = −ln Σ_h exp(−E(v, h))
/// ```
/// All units are 0 or 1. Alternating draws from both conditionals leave p(v, h) ∝ exp(−E(v, h)) as it is.
public protocol BipartiteEnergy: EnergyFunction {
  /// Number of hidden units.
  var hiddenCount: Int { get }

  /// p(h_j = 1 | v), from points `[batch, …]` to `[batch, hidden]`.
  func hiddenProbabilities(given visible: Tensor, _ context: inout Context) -> Tensor

  /// p(v_i = 1 | h), from `[batch, hidden]` to points `[batch, …]`.
  func visibleProbabilities(given hidden: Tensor, _ context: inout Context) -> Tensor

  /// E(v, h) of each row.
  func jointEnergy(visible: Tensor, hidden: Tensor, _ context: inout Context) -> Tensor

  /// ln Σ_v exp(−E(v)) at these weights, by enumeration; nil where there are too many states.
  func logNormalizer(in store: ParameterStore) -> Double?
}
