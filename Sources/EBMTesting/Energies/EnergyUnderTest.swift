internal import EBMCore
internal import FileFormats
internal import Networks
internal import Tensors

/// An energy with first values of its parameters, as functions on values.
struct EnergyUnderTest {
  let space: SampleSpace
  private let store: ParameterStore
  private let energy: CompiledFunction
  private let gradient: CompiledFunction

  init(_ component: some Energy, over space: SampleSpace, seed: UInt64) throws(ConfigurationError) {
    let scope = ParameterScope()
    let function = try component.function(over: space, in: scope["energy"])
    self.space = space
    store = scope.initialValues(seed: seed)
    // Zero first values would make networks constant, and a wrong gradient of 0 right.
    var generator = SplitMix64(seed: seed)
    for parameter in scope.parameters where parameter.kind == .weight {
      if let values = store[parameter], values.allSatisfy({ $0 == 0 }) {
        store[parameter] = values.map { _ in Float(0.1 * generator.normal()) }
      }
    }
    let hasLevels = Conditions.areLevelsTaken(by: component)
    let condition: @Sendable (Int) -> Condition = {
      Conditions.example(rows: $0, classes: space.classes, hasLevels: hasLevels)
    }
    // Buffers such as the vectors of spectral normalisation settle in training.
    if scope.parameters.contains(where: { $0.kind == .buffer }) {
      let settle = CompiledFunction(phase: .training) { _, context in
        let points =
          space.values == .continuous
          ? context.random.normal([8] + space.shape) : Tensor(repeating: 1, shape: [8] + space.shape)
        return [function(points, condition(8), &context)]
      }
      for step in 0..<50 { _ = settle([], store: store, key: RandomKey(seed: seed, step: UInt64(step))) }
    }
    energy = CompiledFunction { arguments, context in
      [function(arguments[0], condition(arguments[0].shape[0]), &context)]
    }
    gradient = CompiledFunction { arguments, context in
      let energies = function(arguments[0], condition(arguments[0].shape[0]), &context)
      return [
        pullback(of: [energies], along: [Tensor(1).broadcast(to: energies.shape)], withRespectTo: [arguments[0]])[0]
      ]
    }
  }

  /// What messages call the space.
  var name: String {
    "\(space.values.rawValue) points of shape \(space.shape)"
      + (space.classes > 0 ? " with \(space.classes) classes" : "")
  }

  /// What tells checks on this space from those on others.
  var suffix: String { ": \(space.shape)" + (space.classes > 0 ? " with classes" : "") }

  /// E of each row.
  func energies(_ x: Tensor) -> Tensor { energy([x], store: store)[0] }

  /// ∇E of each row.
  func gradients(_ x: Tensor) -> Tensor { gradient([x], store: store)[0] }

  /// Points of the space: normal ones, or coins.
  func points(_ count: Int, seed: UInt64) -> Tensor {
    var generator = SplitMix64(seed: seed)
    let scalars = (0..<(count * space.dimension)).map { _ -> Float in
      switch space.values {
      case .continuous: Float(generator.normal())
      case .binary: generator.uniform() < 0.5 ? 0 : 1
      case .spin: generator.uniform() < 0.5 ? -1 : 1
      }
    }
    return Tensor(scalars, shape: [count] + space.shape)
  }
}

/// Levels and classes for components that ask for them.
enum Conditions {
  /// log SNR of the levels that examples have.
  static let logSNR: [Float] = [6, 2, 0, -2, -5]

  /// Row i has level i mod 5 and, where there are classes, class i mod (classes + 1).
  static func example(rows: Int, classes: Int, hasLevels: Bool = true) -> Condition {
    let levels = Tensor((0..<rows).map { Float($0 % logSNR.count) })
    return Condition(
      level: hasLevels ? .init(index: levels, logSNR: Tensor(logSNR)) : nil,
      label: classes > 0 ? Tensor((0..<rows).map { Float($0 % (classes + 1)) }) : nil)
  }

  /// Whether a component may be given levels: not when it, or one inside it, has a setting `hasLevels` that is off.
  static func areLevelsTaken(by component: some Component) -> Bool {
    !([component] + PartsInside.components(of: component)).contains { part in
      (try? part.recipeValue())?["hasLevels"] == .bool(false)
    }
  }
}
