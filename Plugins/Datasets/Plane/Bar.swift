public import EBMCore
public import Tensors

/// Uniform on an upright bar in the plane.
///
/// |x − c| < w/2, |y| < h/2; defaults c = 0, w = 0.4, h = 2: the bar that is a factor of products. With w = 0.2 and
/// c = ∓0.2 it is the left and the right bar of mixtures. Source: Du et al., *Reduce, reuse, recycle*, 2023.
public struct Bar: Dataset {
  public static let name = "bar"
  public static let summary = "Uniform on an upright bar."

  @Setting("c, where the bar stands on the x axis", .any) public var center = 0.0
  @Setting("w, extent along x", .positive) public var width = 0.4
  @Setting("h, extent along y", .positive) public var height = 2.0

  public init() {}

  private var rectangle: UniformRectangle {
    UniformRectangle(x: (center - width / 2)...(center + width / 2), y: (-height / 2)...(height / 2))
  }

  public var space: SampleSpace { SampleSpace(shape: [2]) }

  public var plotRange: ClosedRange<Double> {
    let reach = 0.75 * max(2 * abs(center) + width, height)
    return -reach...reach
  }

  public func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    rectangle.batch(count, random: &random)
  }

  public func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    rectangle.logDensity(at: points, signal: signal, noise: noise)
  }

  public var modeCount: Int { 1 }

  public func mode(of point: ArraySlice<Float>) -> Int? { rectangle.contains(point) ? 0 : nil }
}
