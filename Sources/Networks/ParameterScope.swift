private import Synchronization
public import Tensors

/// Where a model's parameters are declared: it records their names, order and first values.
///
/// A layer's initializer takes the scope its parameters live in: `Linear(64, 128, in: scope["first"])` declares
/// `first.weight` and `first.bias`. Scopes of one tree share one record.
public struct ParameterScope: Sendable {
  private final class Record: Sendable {
    let entries = Mutex<[(parameter: Parameter, initialization: Initialization)]>([])
  }
  private let record: Record
  private var given: GivenValues?
  /// The dotted path in front of the names declared here; empty at the root.
  public let path: String

  /// The root of a new tree.
  public init() {
    record = Record()
    path = ""
  }

  private init(record: Record, path: String, given: GivenValues?) {
    self.record = record
    self.path = path
    self.given = given
  }

  /// First values that somebody knows.
  private struct GivenValues: Sendable {
    let root: String
    let isFrozen: Bool
    let values: @Sendable (_ name: String) -> [Float]?
  }

  /// The scope with first values for what is declared in it and in its parts, such as those of a trained model.
  ///
  /// - Parameters:
  ///   - isFrozen: whether weights are declared as buffers, which no optimizer moves.
  ///   - values: the elements of a parameter by its name in this scope; nil, or another number of elements than its shape
  ///     has, where it is to be drawn as usual.
  public func reading(
    isFrozen: Bool, _ values: @escaping @Sendable (_ name: String) -> [Float]?
  ) -> ParameterScope {
    ParameterScope(record: record, path: path, given: GivenValues(root: path, isFrozen: isFrozen, values: values))
  }

  /// The scope of a part.
  public subscript(name: String) -> ParameterScope {
    ParameterScope(record: record, path: path.isEmpty ? name : "\(path).\(name)", given: given)
  }

  /// Declares a parameter.
  ///
  /// - Precondition: no other parameter of the tree has this path and name.
  public func parameter(
    _ name: String, shape: [Int], kind: Parameter.Kind = .weight, _ initialization: Initialization
  ) -> Parameter {
    var (kind, initialization) = (kind, initialization)
    let fullName = path.isEmpty ? name : "\(path).\(name)"
    if let given {
      if given.isFrozen, kind == .weight { kind = .buffer }
      let own = given.root.isEmpty ? fullName : String(fullName.dropFirst(given.root.count + 1))
      if let values = given.values(own), values.count == shape.reduce(1, *) { initialization = .values(values) }
    }
    let parameter = Parameter(fullName, shape: shape, kind: kind)
    record.entries.withLock { entries in
      precondition(!entries.contains { $0.parameter.name == parameter.name }, "\(parameter.name) is declared twice")
      entries.append((parameter, initialization))
    }
    return parameter
  }

  /// The parameters of this scope and of scopes inside it, in the order of their declaration.
  public var parameters: [Parameter] {
    record.entries.withLock { entries in entries.map(\.parameter).filter(contains) }
  }

  private func contains(_ parameter: Parameter) -> Bool {
    path.isEmpty || parameter.name.hasPrefix(path + ".")
  }

  /// First values for all parameters of the tree, drawn with `seed`. A parameter's value depends on the seed, its name
  /// and the parameters that it is computed from.
  public func initialValues(seed: UInt64) -> ParameterStore {
    let entries = record.entries.withLock { $0 }
    let draw = CompiledFunction { _, context in
      var values: [Parameter: Tensor] = [:]
      return entries.map { entry in
        var random = context.random.split(entry.parameter.name)
        let value = entry.initialization.value(entry.parameter.shape, &random) { parameter in
          guard let value = values[parameter] else {
            preconditionFailure("\(entry.parameter.name) is computed from \(parameter.name), which is declared later")
          }
          return value
        }
        values[entry.parameter] = value
        return value
      }
    }
    let store = ParameterStore()
    for (entry, value) in zip(entries, draw([], key: RandomKey(seed: seed))) { store[entry.parameter] = value.scalars }
    return store
  }
}

/// How a parameter's first value is drawn.
public enum Initialization: Sendable {
  /// All elements the same.
  case constant(Float)
  /// Uniform on (−bound, bound).
  case uniform(bound: Float)
  /// Normal of mean 0 and this standard deviation.
  case normal(standardDeviation: Float)
  /// Normal, divided by its Euclidean norm.
  case unitVector
  /// These elements, row-major.
  case values([Float])
  /// Computed from the values of parameters that were declared before.
  case computed(@Sendable (_ random: inout RandomStream, _ value: (Parameter) -> Tensor) -> Tensor)

  func value(_ shape: [Int], _ random: inout RandomStream, _ other: (Parameter) -> Tensor) -> Tensor {
    switch self {
    case .constant(let value): return Tensor(repeating: value, shape: shape)
    case .uniform(let bound): return (2 * random.uniform(shape) - 1) * bound
    case .normal(let deviation): return random.normal(shape) * deviation
    case .unitVector:
      let vector = random.normal(shape)
      return vector / vector.squared().sum().squareRoot()
    case .values(let values): return Tensor(values, shape: shape)
    case .computed(let compute): return compute(&random, other)
    }
  }
}
