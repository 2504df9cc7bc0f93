public import EBMCore
public import Networks
internal import Tensors

/// A multilayer perceptron: E(x) = w · φ(W₂ φ(W₁ x + b₁) + b₂) + c, with as many hidden layers as widths.
///
/// The plain energy network of most two-dimensional examples; it has no noise levels.
public struct MLP: Energy {
  public static let name = "mlp"
  public static let summary = "Multilayer perceptron."
  public static let settings = [
    Setting("widths", "features of each hidden layer", .list(of: .integers(1...65_536), count: 1...)),
    Setting("activation", "nonlinearity", .oneOf(Activation.allCases.map(\.rawValue))),
    Setting("spectralNorm", "divide weights by their largest singular value", .flag),
  ]

  /// Features of each hidden layer. 128, 128.
  public var widths = [128, 128]
  /// φ. SiLU: smooth, so that Langevin steps are.
  public var activation = Activation.silu
  /// Whether weights are divided by their largest singular value. No.
  public var spectralNorm = false

  public init() {}

  /// A network of these sizes.
  public init(widths: [Int] = [128, 128], activation: Activation = .silu, spectralNorm: Bool = false) {
    self.widths = widths
    self.activation = activation
    self.spectralNorm = spectralNorm
  }

  public func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    let sizes = [space.dimension] + widths
    let hidden = widths.indices.map {
      Linear(sizes[$0], sizes[$0 + 1], isSpectrallyNormalized: spectralNorm, in: scope["layers"][String($0)])
    }
    return Function(hidden: hidden, last: Linear(sizes[widths.count], 1, in: scope["head"]), activation: activation)
  }

  private struct Function: EnergyFunction {
    let hidden: [Linear]
    let last: Linear
    let activation: Activation

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      var h = x.reshaped([x.shape[0], -1])
      for layer in hidden { h = activation(layer(h, &context)) }
      return last(h, &context).reshaped([x.shape[0]])
    }
  }
}
