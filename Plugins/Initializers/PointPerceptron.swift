public import EBMCore
public import Networks
internal import Tensors

/// The small network of CDRL's learned initializer in two dimensions: g(x, λ) = x + R(x, λ).
///
/// Linear to `width`; residual blocks of group norm, SiLU and linear maps, the second norm scaled and shifted by the
/// level's embedding, plus that of the class where there are classes; SiLU; a linear map to the point. Last maps start at
/// 0, so that g starts as the identity.
/// Source: the authors' two-dimensional example; defaults are its sizes, 58,432 parameters.
public struct PointPerceptron: Network {
  public static let name = "point-perceptron"
  public static let summary = "Residual perceptron from points to points, with noise levels and classes (CDRL's)."

  @Setting("features of the hidden layers, a multiple of 32", .integers(64...65_536)) public var width = 64
  @Setting("features of the level's embedding; even", .integers(4...65_536)) public var embedding = 128
  @Setting("residual blocks", .integers(1...256)) public var blocks = 1
  /// No: labels are ignored.
  @Setting("whether the network knows the class of a point") public var hasClasses = false

  public init() {}

  public var offers: Set<Capability> { hasClasses ? [.levels, .classes] : [.levels] }
  public var needs: [Need] { hasClasses ? [.vectors, .labels] : [.vectors] }

  public func conflicts() -> [String] {
    (width % 32 == 0 && width >= 64
      ? [] : ["width \(width) is not 64 or a larger multiple of 32: group norm makes groups of one feature 0"])
      + (embedding % 2 == 0 ? [] : ["embedding \(embedding) is odd: it has as many sines as cosines"])
  }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any NetworkFunction {
    Function(self, features: space.dimension, classes: hasClasses ? space.classes : 0, in: scope)
  }

  private struct Function: NetworkFunction {
    let embedding: ConditionEmbedding
    let stem: Linear
    let blocks: [Block]
    let head: Linear

    init(_ settings: PointPerceptron, features: Int, classes: Int, in scope: ParameterScope) {
      embedding = ConditionEmbedding(
        levelFeatures: settings.embedding, classes: classes, width: settings.embedding, activation: .silu, in: scope)
      stem = Linear(features, settings.width, in: scope["stem"])
      blocks = (0..<settings.blocks).map {
        Block(settings.width, level: settings.embedding, in: scope["blocks"][String($0)])
      }
      head = Linear(settings.width, features, hasBias: false, isZero: true, in: scope["head"])
    }

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      let embedded = embedding(condition, rows: x.shape[0], &context)
      var h = stem(x, &context)
      for block in blocks { h = block(h, embedded, &context) }
      return x + head(Activation.silu(h), &context)
    }
  }

  private struct Block: Sendable {
    let firstNorm: GroupNorm
    let first: Linear
    let level: Linear
    let secondNorm: GroupNorm
    let second: Linear

    init(_ width: Int, level: Int, in scope: ParameterScope) {
      firstNorm = GroupNorm(width, in: scope["firstNorm"])
      first = Linear(width, width, in: scope["first"])
      self.level = Linear(level, 2 * width, in: scope["level"])
      secondNorm = GroupNorm(width, in: scope["secondNorm"])
      second = Linear(width, width, isZero: true, in: scope["second"])
    }

    func callAsFunction(
      _ h: Tensor, _ embedded: ConditionEmbedding.Rows, _ context: inout Context
    ) -> Tensor {
      let width = h.shape[1]
      let modulation = embedded.gathering(level(Activation.silu(embedded.table), &context))
      let scale = modulation.sliced(alongAxis: 1, 0..<width)
      let shift = modulation.sliced(alongAxis: 1, width..<(2 * width))
      let a = first(Activation.silu(firstNorm(h)), &context)
      let b = secondNorm(a) * (scale + 1) + shift
      return h + second(Activation.silu(b), &context)
    }
  }
}
