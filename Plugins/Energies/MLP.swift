public import EBMCore
public import Networks
internal import Tensors

/// A multilayer perceptron: E(x) = w · φ(W₂ φ(W₁ x + b₁) + b₂) + c, with as many hidden layers as widths.
///
/// The plain energy network of most two-dimensional examples. It can know the noise level and the class of a point:
/// their embeddings of 128 features are added up, and a linear map of φ of the sum is added in each hidden layer,
/// ```
/// h ← φ(W h + b + U φ(e))
/// ```
public struct MLP: Energy {
  public static let name = "mlp"
  public static let summary = "Multilayer perceptron."

  @Setting("features of each hidden layer", .list(of: .integers(1...65_536), count: 1...))
  public var widths = [128, 128]
  /// SiLU: smooth, so that Langevin steps are.
  @Setting("nonlinearity") public var activation = Activation.silu
  @Setting("divide weights by their largest singular value") public var spectralNorm = false
  /// No: such a network refuses levels.
  @Setting("whether the network knows the noise level of a point") public var hasLevels = false
  /// No: labels are ignored.
  @Setting("whether the network knows the class of a point") public var hasClasses = false

  public init() {}

  public var offers: Set<Capability> {
    Set([.gradient] + (hasLevels ? [.levels] : []) + (hasClasses ? [.classes] : []))
  }
  public var needs: [Need] { (hasLevels ? [.given(.levels)] : []) + (hasClasses ? [.labels, .given(.classes)] : []) }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any EnergyFunction {
    Function(
      trunk: PerceptronTrunk(
        inputs: space.dimension, widths: widths, activation: activation, isSpectrallyNormalized: spectralNorm,
        hasLevels: hasLevels, classes: hasClasses ? space.classes : 0, in: scope),
      last: Linear(widths[widths.count - 1], 1, in: scope["head"]))
  }

  private struct Function: EnergyFunction {
    let trunk: PerceptronTrunk
    let last: Linear

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      last(trunk(x, condition, &context), &context).reshaped([x.shape[0]])
    }
  }
}
