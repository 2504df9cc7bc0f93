public import EBMCore
public import Tensors

/// A pinwheel: elongated Gaussians around the centre, bent in the same direction.
///
/// For arm k of K: u ~ N((1, 0), diag(r², t²)), turned by the angle 2πk/K + a exp(u₁). Defaults K = 5, radial r = 0.3,
/// tangential t = 0.1, bend a = 0.25, times `scale` = 2. Its density has no closed form here. Source: Johnson et al.,
/// *Composing graphical models with neural networks*, 2016, and its code.
public struct Pinwheel: Dataset {
  public static let name = "pinwheel"
  public static let summary = "Elongated Gaussians around the centre, bent in the same direction."

  @Setting("K, number of Gaussians", .integers(1...100)) public var arms = 5
  @Setting("r, standard deviation along an arm", .positive) public var radial: Float = 0.3
  @Setting("t, standard deviation across an arm", .positive) public var tangential: Float = 0.1
  @Setting("a, how far the arms are bent", .any) public var bend: Float = 0.25
  @Setting("factor on all coordinates", .positive) public var scale: Float = 2

  public init() {}

  public var space: SampleSpace { SampleSpace(shape: [2], classes: arms) }

  public var plotRange: ClosedRange<Double> {
    let reach = Double(scale * (1 + 4 * max(radial, tangential)))
    return -reach...reach
  }

  public func batch(_ count: Int, random: inout RandomStream) -> Tensor { arms(count, &random).points }

  /// Points and the arm each belongs to.
  public func labeledBatch(_ count: Int, random: inout RandomStream) -> (points: Tensor, labels: Tensor)? {
    arms(count, &random)
  }

  private func arms(_ count: Int, _ random: inout RandomStream) -> (points: Tensor, labels: Tensor) {
    let arm = Tensor.minimum((random.uniform([count, 1]) * Float(arms)).floor(), Tensor(Float(arms - 1)))
    let along = 1 + radial * random.normal([count, 1])
    let across = tangential * random.normal([count, 1])
    let angle = arm * (2 * Float.pi / Float(arms)) + bend * along.exp()
    let (cosine, sine) = (angle.cos(), angle.sin())
    let points = Tensor.concatenated(
      [along * cosine - across * sine, along * sine + across * cosine], alongAxis: 1)
    return (scale * points, arm.reshaped([count]) + 1)
  }
}
