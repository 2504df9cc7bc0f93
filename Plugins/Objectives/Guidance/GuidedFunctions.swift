public import EBMCore
public import Tensors

/// Classes of rows, for functions whose callers do not know of classes.
public struct RowLabels: Sendable {
  /// `[rows]`.
  public let labels: Tensor

  /// Classes `[rows]`, 0 for no class.
  public init(_ labels: Tensor) { self.labels = labels }

  /// The classes of so many rows, which are the rows as they are or copies of them.
  public func rows(_ count: Int) -> Tensor {
    let own = labels.shape[0]
    precondition(count % own == 0, "guidance: \(count) points do not have the classes of \(own)")
    return labels.copies(count / own)
  }
}

/// (w + 1) E(x, y) − w E(x, no class): the energy of p(x | y) p(y | x)^w. With w = 0 it is E(x, y).
public struct GuidedEnergyFunction: EnergyFunction {
  let energy: any EnergyFunction
  let labels: RowLabels
  let weight: Float

  /// The energy of rows of these classes, guided by w.
  public init(_ energy: any EnergyFunction, labels: RowLabels, weight: Float = 0) {
    (self.energy, self.labels, self.weight) = (energy, labels, weight)
  }

  public func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
    var condition = condition
    let label = labels.rows(x.shape[0])
    condition.label = label
    let ofClass = energy(x, condition, &context)
    if weight == 0 { return ofClass }
    condition.label = 0 * label
    return (weight + 1) * ofClass - weight * energy(x, condition, &context)
  }
}

/// Starts (w + 1) y_0(class) − w y_0(no class) from the same random numbers, so that a proposal's mean is guided and its
/// variance stays. In training chains start at those of their class.
public struct GuidedInitializerFunction<Inner: InitializerFunction>: InitializerFunction {
  let initializer: Inner
  let labels: RowLabels
  let weight: Float

  /// The starts of rows of these classes, guided by w.
  public init(_ initializer: Inner, labels: RowLabels, weight: Float = 0) {
    (self.initializer, self.labels, self.weight) = (initializer, labels, weight)
  }

  private func labeled(_ request: StartRequest, isNull: Bool = false) -> StartRequest {
    var request = request
    let label = labels.rows(request.count)
    request.label = isNull ? 0 * label : label
    return request
  }

  public func start(_ request: StartRequest, _ context: inout Context) -> Starts<Inner.Drawn> {
    initializer.start(labeled(request), &context)
  }

  public func finish(
    _ starts: Starts<Inner.Drawn>, end: Tensor, request: StartRequest, _ context: inout Context
  ) -> Tensor? {
    initializer.finish(starts, end: end, request: labeled(request), &context)
  }

  public func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor {
    var other = context
    other.random = context.random.repeated()
    let ofClass = initializer.freshStart(labeled(request), &context)
    if weight == 0 { return ofClass }
    return (weight + 1) * ofClass - weight * initializer.freshStart(labeled(request, isNull: true), &other)
  }

  public func diagnostics(
    _ starts: Starts<Inner.Drawn>, request: StartRequest, _ context: inout Context
  ) -> [(name: String, value: Tensor)] {
    initializer.diagnostics(starts, request: labeled(request), &context)
  }
}

extension Model {
  /// The model with the classes of its rows known to it, and guided by w.
  public func guided(by labels: Tensor, weight: Float = 0) -> Model {
    let rows = RowLabels(labels)
    func starts(_ initializer: some InitializerFunction) -> any InitializerFunction {
      GuidedInitializerFunction(initializer, labels: rows, weight: weight)
    }
    return replacing(
      energy: GuidedEnergyFunction(energy, labels: rows, weight: weight),
      initializer: initializer.map { starts($0) })
  }
}

/// Classes of which each is withheld, replaced by 0, with a probability, so that one network learns p(x | y) and p(x).
public struct LabelDropout: Sendable {
  /// Probability that a class is withheld.
  public let probability: Float

  /// Withholds classes with this probability.
  public init(_ probability: Float) { self.probability = probability }

  /// Classes of so many rows with some withheld; all of them where there are none.
  public func callAsFunction(_ labels: Tensor?, rows: Int, random: inout RandomStream) -> Tensor {
    var random = random.branch("withheld classes")
    let isKnown = random.uniform([rows]) .>= probability
    return (labels ?? Tensor(0)).broadcast(to: [rows]) * isKnown
  }
}
