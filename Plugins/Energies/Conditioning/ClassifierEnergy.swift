public import EBMCore
public import Networks
internal import Tensors

/// A classifier whose logits are energies: JEM.
///
/// ```
/// E(x) = −ln Σ_y exp(l_y(x)),   E(x | y) = −l_y(x)
/// ```
/// l is a multilayer perceptron with one output for each class of the data. Rows with label y have E(x | y), rows of
/// the null class and points without labels E(x), so that p(y | x) = exp(E(x) − E(x | y)) is the classifier's softmax.
/// Its function is a
/// ``ClassifierFunction``. Source: Grathwohl et al., *Your classifier is secretly an energy based
/// model and you should treat it like one*, 2020, equations 3 to 6.
public struct ClassifierEnergy: Energy {
  public static let name = "classifier"
  public static let summary = "A classifier whose logits are energies (JEM)."

  @Setting("features of each hidden layer", .list(of: .integers(1...65_536), count: 1...))
  public var widths = [128, 128]
  /// SiLU: smooth, so that Langevin steps are.
  @Setting("nonlinearity") public var activation = Activation.silu
  @Setting("divide weights by their largest singular value") public var spectralNorm = false

  public init() {}

  public var offers: Set<Capability> { [.gradient, .classes, .classScores] }
  public var needs: [Need] { [.labels] }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any EnergyFunction {
    Function(
      trunk: PerceptronTrunk(
        inputs: space.dimension, widths: widths, activation: activation, isSpectrallyNormalized: spectralNorm,
        hasLevels: false, classes: 0, in: scope),
      last: Linear(widths[widths.count - 1], space.classes, in: scope["head"]))
  }

  private struct Function: ClassifierFunction {
    let trunk: PerceptronTrunk
    let last: Linear

    func logits(_ x: Tensor, _ context: inout Context) -> Tensor {
      last(trunk(x, Condition(), &context), &context)
    }
  }
}
