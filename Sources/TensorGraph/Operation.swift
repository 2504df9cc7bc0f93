/// What a node of a graph does with its inputs.
///
/// The set is closed under differentiation: the derivative of each operation, written beside it, uses only
/// operations of this set. Payloads are compared by value, so that equal work is found and done once.
package enum Operation: Hashable, Sendable {
  /// A value known while the graph is built. No inputs.
  case constant(Literal)
  /// A value given when a program runs, or a state inside a loop. No inputs.
  case placeholder(Placeholder)
  /// A learned weight, buffer or optimizer state, bound to a value when a program runs. No inputs.
  case parameter(Parameter)
  case unary(UnaryOperation)
  case binary(BinaryOperation)
  /// Elementwise choice: inputs condition, a, b; a where the condition is not 0, else b.
  case select
  /// Reduction over axes that stay in the shape with size 1.
  case reduce(Reduction)
  case matrixProduct(MatrixProduct)
  /// Inputs by role: images and weights, a gradient and weights, or images and a gradient.
  case convolution(Convolution)
  /// Images of another size.
  case resample(Resampling)
  /// The same elements in the same order under another shape.
  case reshape([Int])
  case broadcast([Int])
  /// Axis i of the result is axis permutation[i] of the input.
  case transpose([Int])
  case slice(Slice)
  /// Zeros around the input.
  case pad(Padding)
  case concatenate(axis: Int)
  /// Inputs table [n, …] and indices [batch]; rows of the table.
  case gatherRows
  /// Inputs updates [batch, …] and indices [batch]; a table of so many rows with the updates added up.
  case scatterRows(count: Int)
  /// Random numbers; an optional input is the ``Counter`` of the loops around.
  case random(RandomDraw)
  /// An operation of its own type, which says what it is composed of.
  case composite(Composite)
  /// Inputs are the counters of the loops around a loop of so many iterations, and its own: the counter of all of them,
  /// outer · count + own.
  case nestedCounter(count: Int)
  /// Runs a closed body many times; its results are read by `loopResult`.
  case loop(Loop)
  case loopResult(Int)
  /// Made by the runtime alone: a right-hand side of matrix products rearranged once for many of them.
  case pack(transposed: Bool)
  /// The identity, through which no derivative flows.
  case stopGradient

  /// Whether no derivative flows through it.
  var stopsGradient: Bool {
    if case .stopGradient = self { true } else { false }
  }

  /// The operation's name in messages.
  package var name: String {
    switch self {
    case .constant: "constant"
    case .placeholder(let placeholder): "placeholder \(placeholder.name)"
    case .parameter(let parameter): "parameter \(parameter.name)"
    case .unary(let operation): operation.rawValue
    case .binary(let operation): operation.rawValue
    case .select: "select"
    case .reduce(let reduction): reduction.kind.rawValue
    case .matrixProduct: "matmul"
    case .convolution(let convolution): "convolution \(convolution.role.rawValue)"
    case .resample(let resampling): "resample \(resampling.direction.rawValue)"
    case .reshape: "reshape"
    case .broadcast: "broadcast"
    case .transpose: "transpose"
    case .slice: "slice"
    case .pad: "pad"
    case .concatenate: "concatenate"
    case .gatherRows: "gatherRows"
    case .scatterRows: "scatterRows"
    case .random(let draw): "random \(draw.distribution.rawValue)"
    case .composite(let composite): composite.operation.name
    case .nestedCounter: "counter"
    case .loop: "loop"
    case .loopResult: "loop result"
    case .pack: "pack"
    case .stopGradient: "stoppingGradient"
    }
  }
}

/// A value that a program is given when it runs. Compared by identity.
package final class Placeholder: Hashable, Sendable {
  package let name: String
  package let shape: [Int]

  package init(_ name: String, shape: [Int]) {
    self.name = name
    self.shape = shape
  }

  package static func == (left: Placeholder, right: Placeholder) -> Bool { left === right }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
