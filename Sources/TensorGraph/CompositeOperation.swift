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

  /// Whether the result adds up over the rows of those operands: it has no rows of its own then, and parts of a batch
  /// give results whose sum is that of the whole. False by default.
  var addsUpRows: Bool { get }

  /// What `g`, the gradient with respect to the result, gives to an operand; nil for nothing. Derived from the
  /// composition by default.
  func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor?

  /// The result's tangent given those of the operands, nil for zero. Derived from the composition by default.
  func pushforward(_ inputs: [Tensor], _ changes: [Tensor?]) -> Tensor?
}

extension CompositeOperation {
  package func rowOperands(_ inputs: [[Int]]) -> Set<Int>? { Set(inputs.indices) }

  package var addsUpRows: Bool { false }

  package func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor? {
    composedPullback(operands: [operand], inputs, g)[0]
  }

  /// What `g` gives to some operands, by the composition.
  package func composedPullback(operands: [Int], _ inputs: [Tensor], _ g: Tensor) -> [Tensor] {
    derived(inputs) { variables in
      TensorGraph.pullback(of: [composition(variables)], along: [g], withRespectTo: operands.map { variables[$0] })
    }
  }

  package func pushforward(_ inputs: [Tensor], _ changes: [Tensor?]) -> Tensor? {
    let moving = changes.indices.filter { changes[$0] != nil }
    return derived(inputs) { variables in
      jacobianVectorProduct(
        of: [composition(variables)], withRespectTo: moving.map { variables[$0] },
        along: moving.compactMap { changes[$0] })
    }[0]
  }

  /// What a function makes of operands that are variables of their own, since one tensor may stand in two places.
  private func derived(_ inputs: [Tensor], _ function: ([Tensor]) -> [Tensor]) -> [Tensor] {
    let variables = inputs.map { Placeholder("operand", shape: $0.shape) }
    let values = Dictionary(uniqueKeysWithValues: zip(variables, inputs.map(\.node)))
    return Graph.substitute(function(variables.map(\.tensor)).map(\.node), placeholders: values).map(Tensor.init)
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
