public import EBMCore
public import Networks
internal import Tensors

/// An energy of its own for each class.
///
/// ```
/// E(x | c) = E_c(x) for c = 1, 2, …
/// E(x) = E_0(x) for the null class 0, or −ln Σ_c exp(−E_c(x)) where there is no E_0
/// ```
/// A point without a label has the null class. All energies are computed for all points, and each row takes its own.
public struct EnergyPerClass: Energy {
  public static let name = "per-class"
  public static let summary = "An energy of its own for each class."

  /// Two normal distributions.
  @Parts("the energies of classes 1, 2, …", .energy)
  public var classes: [any Energy] = [Gaussian { $0.center = [-1, 0] }, Gaussian { $0.center = [1, 0] }]
  @Part("the energy of the null class; null for the sum over classes", .energy)
  public var unlabeled: (any Energy)? = nil

  public init() {}

  public var offers: Set<Capability> { classes.sharedOffers.union([.classes]) }
  public var needs: [Need] { [.labels] }

  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    let count = surroundings.space.classes
    if classes.count == count || count == 0 { return [] }
    return [
      ConfigurationProblem(
        path: "classes", found: "energies of \(classes.count) classes", expected: "\(count), as the data has")
    ]
  }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any EnergyFunction {
    return Function(
      classes: try functions(of: classes, over: space, in: scope["classes"]),
      unlabeled: try unlabeled?.function(over: space, in: scope["unlabeled"]))
  }

  private struct Function: EnergyFunction {
    let classes: [any EnergyFunction]
    let unlabeled: (any EnergyFunction)?

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      if condition.label == nil, let unlabeled { return unlabeled(x, condition, &context) }
      var energies: [Tensor] = []
      for energy in classes { energies.append(energy(x, condition, &context).expandingAxis(at: 1)) }
      let ofClasses = Tensor.concatenated(energies, alongAxis: 1)
      let ofNull = unlabeled?(x, condition, &context) ?? -(-ofClasses).logSumExp(alongAxes: 1)
      guard let label = condition.label else { return ofNull }
      let all = Tensor.concatenated([ofNull.expandingAxis(at: 1), ofClasses], alongAxis: 1)
      return all.selectingColumn(at: label)
    }
  }
}

extension Tensor {
  /// From rows `[batch, n]`, the element at each row's integer: `[batch]`. Infinities elsewhere do no harm; an integer
  /// outside 0..<n gives a NaN.
  func selectingColumn(at index: Tensor) -> Tensor {
    let isChosen = index.oneHot(count: shape[1])
    let chosen = Tensor.select(isChosen, self, Tensor(0)).sum(alongAxes: 1)
    return Tensor.select(isChosen.sum(alongAxes: 1), chosen, Tensor(.nan))
  }
}
