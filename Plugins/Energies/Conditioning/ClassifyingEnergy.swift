public import EBMCore
public import Tensors

/// An energy made of a classifier's logits: what a joint objective of classification and density needs.
///
/// ```
/// E(x) = −ln Σ_y exp(l_y(x)),   E(x | y) = −l_y(x),   p(y | x) = softmax(l(x))_y
/// ```
public protocol ClassifyingEnergy: EnergyFunction {
  /// Number of classes.
  var classes: Int { get }

  /// l of each row, `[batch, classes]`; class y = 1, 2, … is column y − 1.
  func logits(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor
}
