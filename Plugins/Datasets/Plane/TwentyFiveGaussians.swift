public import EBMCore
public import Tensors

/// Twenty-five Gaussians on a square grid, each with probability 1/25.
///
/// Centres d (i, j), i, j = −2…2, noise N(0, s²). Defaults d = 2, s = 0.05, the grid on which the coverage of modes is
/// usually counted; a mode is what lies within 3 s of a centre. Source: Dumoulin et al., *Adversarially learned
/// inference*, 2017.
public struct TwentyFiveGaussians: Dataset {
  public static let name = "twenty-five-gaussians"
  public static let summary = "Twenty-five Gaussians on a 5 × 5 grid."

  @Setting("d, distance between neighbouring centres", .positive) public var spacing = 2.0
  @Setting("s, standard deviation of each Gaussian", .positive) public var deviation = 0.05

  public init() {}

  private var centres: [(x: Double, y: Double)] {
    let places = (-2...2).map { spacing * Double($0) }
    return places.flatMap { y in places.map { x in (x, y) } }
  }

  public var space: SampleSpace { SampleSpace(shape: [2]) }
  public var plotRange: ClosedRange<Double> { (-2.5 * spacing - 3 * deviation)...(2.5 * spacing + 3 * deviation) }

  public func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    let mode = Tensor.minimum((random.uniform([count]) * 25).floor(), Tensor(24))
    let table = Tensor(rows: centres.map { [Float($0.x), Float($0.y)] })
    return table.gatheringRows(at: mode) + Float(deviation) * random.normal([count, 2])
  }

  public func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    PlaneMixture(centres: centres, deviation: deviation, signal: signal, noise: noise).logDensity(at: points)
  }

  public var modeCount: Int { 25 }

  public func mode(of point: ArraySlice<Float>) -> Int? {
    PlaneMixture.nearest(to: point, among: centres, within: 3 * deviation)
  }
}
