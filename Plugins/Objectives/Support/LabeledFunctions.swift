internal import EBMCore
internal import Tensors

/// Classes of rows, for functions whose callers do not know of classes.
struct RowLabels: Sendable {
  /// `[rows]`.
  let labels: Tensor

  /// The classes of so many rows, which are the rows as they are or copies of them.
  func rows(_ count: Int) -> Tensor {
    let own = labels.shape[0]
    precondition(count % own == 0, "classifier-free-guidance: \(count) points do not have the classes of \(own)")
    return labels.copies(count / own)
  }
}

/// (w + 1) E(x, y) − w E(x, no class): the energy of p(x | y) p(y | x)^w. With w = 0 it is E(x, y).
struct GuidedEnergy: EnergyFunction {
  let energy: any EnergyFunction
  let labels: RowLabels
  var weight: Float = 0

  func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
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
/// variance stays.
struct GuidedInitializer: InitializerFunction {
  let initializer: any InitializerFunction
  let labels: RowLabels
  var weight: Float = 0

  private func labeled(_ request: StartRequest, isNull: Bool = false) -> StartRequest {
    var request = request
    let label = labels.rows(request.count)
    request.label = isNull ? 0 * label : label
    return request
  }

  private func guided(
    _ request: StartRequest, _ context: inout Context, _ start: (StartRequest, inout Context) -> Tensor
  ) -> Tensor {
    var other = context
    let ofClass = start(labeled(request), &context)
    if weight == 0 { return ofClass }
    return (weight + 1) * ofClass - weight * start(labeled(request, isNull: true), &other)
  }

  func start(_ request: StartRequest, _ context: inout Context) -> Tensor {
    guided(request, &context) { initializer.start($0, &$1) }
  }

  func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor {
    guided(request, &context) { initializer.freshStart($0, &$1) }
  }

  func finish(start: Tensor, end: Tensor, request: StartRequest, _ context: inout Context) -> Tensor? {
    initializer.finish(start: start, end: end, request: labeled(request), &context)
  }

  func diagnostics(_ request: StartRequest, _ context: inout Context) -> [(name: String, value: Tensor)] {
    initializer.diagnostics(labeled(request), &context)
  }
}
