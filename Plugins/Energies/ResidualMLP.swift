public import EBMCore
public import Networks
internal import Tensors

/// A residual multilayer perceptron that knows its noise level.
///
/// Linear to `width` features; residual blocks of `width × multipliers[i]` features,
/// ```
/// a = W₁ φ(h);  a ← a + φ(W_t φ(t));  out = h + g ⊙ W₂ φ(a)     (a linear shortcut where the width changes)
/// ```
/// with t the embedding of the level, plus that of the class where there are classes, and g a learned gain of each
/// feature; φ, then a linear map to the scalar f = −E. The class is a linear map of its one-hot vector, class 0 being
/// the null class. Source: Zhu et al., 2024, appendix B, and the authors' two-dimensional example: defaults are its sizes,
/// 1,217,920 parameters.
public struct ResidualMLP: Energy {
  public static let name = "residual-mlp"
  public static let summary = "Residual multilayer perceptron with noise levels (CDRL in two dimensions)."

  @Setting("features of the first layer and of the level's embedding; even", .integers(4...65_536))
  public var width = 128
  @Setting("features of each stage in units of width", .list(of: .integers(1...64), count: 1...))
  public var multipliers = [1, 2, 2, 2]
  @Setting("residual blocks a stage", .integers(1...256)) public var blocks = 1
  /// Leaky ReLU of slope 0.2; SiLU makes ∇E smooth.
  @Setting("nonlinearity") public var activation = Activation.leakyReLU
  @Setting("divide weights by their largest singular value") public var spectralNorm = true
  /// No: labels are ignored.
  @Setting("whether the network knows the class of a point") public var hasClasses = false

  public init() {}

  public var offers: Set<Capability> { Set([.gradient, .levels] + (hasClasses ? [.classes] : [])) }
  public var needs: [Need] { [.vectors] + (hasClasses ? [.labels, .given(.classes)] : []) }

  public func conflicts() -> [String] {
    width % 2 == 0 ? [] : ["width \(width) is odd: the embedding has as many sines as cosines"]
  }

  public func function(over space: SampleSpace, in scope: ParameterScope) throws(ConfigurationError)
    -> any EnergyFunction
  {
    Function(self, features: space.dimension, classes: hasClasses ? space.classes : 0, in: scope)
  }

  private struct Function: EnergyFunction {
    let embedding: ConditionEmbedding
    let stem: Linear
    let blocks: [Block]
    let head: Linear
    let activation: Activation

    init(_ settings: ResidualMLP, features: Int, classes: Int, in scope: ParameterScope) {
      let isNormalized = settings.spectralNorm
      activation = settings.activation
      embedding = ConditionEmbedding(
        levelFeatures: settings.width, classes: classes, width: 4 * settings.width, activation: activation,
        isSpectrallyNormalized: isNormalized, in: scope)
      stem = Linear(features, settings.width, isSpectrallyNormalized: isNormalized, in: scope["stem"])
      var width = settings.width
      var blocks: [Block] = []
      for multiplier in settings.multipliers {
        for _ in 0..<settings.blocks {
          blocks.append(
            Block(
              width, multiplier * settings.width, level: 4 * settings.width, activation, isNormalized,
              in: scope["blocks"][String(blocks.count)]))
          width = multiplier * settings.width
        }
      }
      self.blocks = blocks
      head = Linear(width, 1, hasBias: false, in: scope["head"])
    }

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      let embedded = embedding(condition, rows: x.shape[0], &context)
      var h = stem(x, &context)
      for block in blocks { h = block(h, embedded, &context) }
      // The authors' set of smooth functions ends with one, their leaky set with a plain rectifier.
      let last = activation == .leakyReLU ? Activation.relu : activation
      return -head(last(h), &context).reshaped([x.shape[0]])
    }
  }

  private struct Block: Sendable {
    let first: Linear
    let second: Linear
    let level: Linear
    let shortcut: Linear?
    let gain: Parameter
    let activation: Activation

    init(
      _ inputs: Int, _ outputs: Int, level: Int, _ activation: Activation, _ isNormalized: Bool,
      in scope: ParameterScope
    ) {
      first = Linear(inputs, outputs, isSpectrallyNormalized: isNormalized, in: scope["first"])
      second = Linear(outputs, outputs, isSpectrallyNormalized: isNormalized, in: scope["second"])
      self.level = Linear(level, outputs, isSpectrallyNormalized: isNormalized, in: scope["level"])
      shortcut =
        inputs == outputs ? nil : Linear(inputs, outputs, isSpectrallyNormalized: isNormalized, in: scope["shortcut"])
      gain = scope.parameter("gain", shape: [outputs], .constant(1))
      self.activation = activation
    }

    func callAsFunction(
      _ h: Tensor, _ embedded: ConditionEmbedding.Rows, _ context: inout Context
    ) -> Tensor {
      var a = first(activation(h), &context)
      a = a + embedded.gathering(activation(level(activation(embedded.table), &context)))
      a = second(activation(a), &context) * gain.tensor
      return a + (shortcut?(h, &context) ?? h)
    }
  }
}
