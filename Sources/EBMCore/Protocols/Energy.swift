public import Networks
public import Tensors

/// An energy E(x) of the family `energy`: low where points are likely, p(x) ∝ exp(−E(x)).
///
/// ## Requirements on conforming types
/// - Row i of the energy depends on row i of x alone.
/// - Parameters are declared in the scope that is given, and nowhere else.
public protocol Energy: Component {
  /// The function itself, its parameters declared in `scope`.
  func function(over space: SampleSpace, in scope: ParameterScope) throws(ConfigurationError) -> any EnergyFunction
}

extension Energy {
  public static var family: ComponentFamily { .energy }
  /// A gradient.
  public var offers: Set<Capability> { [.gradient] }
}

/// An energy as a traced function of points `[batch, …]` to `[batch]`.
public protocol EnergyFunction: Sendable {
  /// E of each row.
  func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor
}

/// An energy made from class scores l_y(x), a classifier read as a density:
///
/// ```
/// E(x) = −ln Σ_y exp l_y(x),   E(x, y) = −l_y(x),   p(y | x) = softmax l(x)
/// ```
/// With a label in the condition the energy is E(x, y), for label 0 (no class) and without a label E(x).
public protocol ClassifierFunction: EnergyFunction {
  /// l_y of each row, `[batch, …]` to `[batch, classes]`; class y, counted from 1, is in column y − 1.
  func logits(_ x: Tensor, _ context: inout Context) -> Tensor
}

extension ClassifierFunction {
  /// E(x), or E(x, y) where the condition has a label.
  public func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
    let logits = logits(x, &context)
    let marginal = -logits.logSumExp(alongAxes: 1)
    guard let label = condition.label else { return marginal }
    // Label 0 selects no column.
    let ofClass = -((label - 1).oneHot(count: logits.shape[1]) * logits).sum(alongAxes: 1)
    return Tensor.select(label .> 0, ofClass, marginal)
  }
}

/// An energy without parameters, known in closed form:
///
/// ```swift
/// struct DoubleWell: AnalyticEnergy {
///   func callAsFunction(_ x: Tensor) -> Tensor { (x.squared() - 1).squared().sum(alongAxes: 1) }
/// }
/// ```
public protocol AnalyticEnergy: Energy {
  /// E of each row, `[batch, …]` to `[batch]`.
  func callAsFunction(_ x: Tensor) -> Tensor
}

extension AnalyticEnergy {
  public func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    AnalyticFunction(energy: self)
  }
}

/// An analytic energy of which more is known: what tests and benchmarks compare with. Members are nil where there is
/// no closed form.
public protocol TractableEnergy: AnalyticEnergy {
  /// What a point is.
  var space: SampleSpace { get }
  /// ln Z = ln ∫ exp(−E(x)) dx (or a sum, for discrete points).
  var logNormalizer: Double? { get }
  /// Mean of each coordinate.
  var mean: [Double]? { get }
  /// Variance of each coordinate.
  var variance: [Double]? { get }
  /// Exact independent draws, `[count, …]`, traced.
  func draws(_ count: Int, random: inout RandomStream) -> Tensor?
}

private struct AnalyticFunction<E: AnalyticEnergy>: EnergyFunction {
  let energy: E
  func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor { energy(x) }
}
