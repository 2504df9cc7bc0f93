/// An operation that is a type of its own, defined by what it is composed of.
///
/// The composition, in operations that are there already, is its meaning: derivatives of every order, the reference of
/// the tests and a program on a machine without a kernel follow from it. A kernel (`KernelOperation` in the runtime), a
/// pullback that is cheaper than the composition's and the way it treats rows are what a type adds. Values compare by
/// their settings, so that equal work is found and done once.
package protocol CompositeOperation: Hashable, Sendable {
  /// The operation's name in messages.
  var name: String { get }

  /// The result, made of other operations.
  func composition(_ inputs: [Tensor]) -> Tensor

  /// The operands whose row i alone, beside all of the others, makes row i of the result; nil where rows mix. All are
  /// row-wise by default, which holds where the first axis of each is only carried along.
  func rowOperands(_ inputs: [[Int]]) -> Set<Int>?

  /// What `g`, the gradient with respect to the result, gives to an operand; nil for nothing. Derived from the
  /// composition by default.
  func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor?
}

extension CompositeOperation {
  package func rowOperands(_ inputs: [[Int]]) -> Set<Int>? { Set(inputs.indices) }

  package func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor? {
    // Operands become variables of their own: one tensor may stand in two places.
    let variables = inputs.map { Placeholder("operand", shape: $0.shape) }
    let composed = composition(variables.map(\.tensor))
    let gradient = TensorGraph.pullback(of: [composed], along: [g], withRespectTo: [variables[operand].tensor])
    let values = Dictionary(uniqueKeysWithValues: zip(variables, inputs.map(\.node)))
    return Tensor(Graph.substitute(gradient.map(\.node), placeholders: values)[0])
  }

  /// The result's tangent, derived from the composition.
  func pushforward(_ inputs: [Tensor], _ changes: [Tensor?]) -> Tensor? {
    let moving = changes.indices.filter { changes[$0] != nil }
    let variables = inputs.map { Placeholder("operand", shape: $0.shape) }
    let composed = composition(variables.map(\.tensor))
    let tangent = jacobianVectorProduct(
      of: [composed], withRespectTo: moving.map { variables[$0].tensor }, along: moving.compactMap { changes[$0] })
    let values = Dictionary(uniqueKeysWithValues: zip(variables, inputs.map(\.node)))
    return Tensor(Graph.substitute(tangent.map(\.node), placeholders: values)[0])
  }

  /// The operation on these operands.
  package func callAsFunction(_ inputs: [Tensor]) -> Tensor {
    let shape = composition(inputs.map { Placeholder("operand", shape: $0.shape).tensor }).shape
    return Tensor.apply(.composite(Composite(self)), inputs, shape: shape)
  }
}

/// A composite operation of any type, compared by type and settings.
package struct Composite: Hashable, Sendable {
  package let operation: any CompositeOperation

  package init(_ operation: any CompositeOperation) { self.operation = operation }

  package static func == (left: Composite, right: Composite) -> Bool {
    func isEqual<Operation: CompositeOperation>(_ operation: Operation) -> Bool {
      operation == right.operation as? Operation
    }
    return isEqual(left.operation)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(type(of: operation)))
    operation.hash(into: &hasher)
  }
}
