public import EBMCore
public import Tensors

/// Uniform on a square around the origin.
///
/// |x| < h, |y| < h; default h = 0.7. The square of 0.7 and that of 0.3 are the pair for negation: large but not small.
/// Source: Du et al., *Reduce, reuse, recycle*, 2023.
public struct Box: Dataset {
  public static let name = "box"
  public static let summary = "Uniform on a square around the origin."

  @Setting("h, half of a side", .positive) public var halfSize = 0.7

  public init() {}

  private var rectangle: UniformRectangle { UniformRectangle(x: -halfSize...halfSize, y: -halfSize...halfSize) }

  public var space: SampleSpace { SampleSpace(shape: [2]) }
  public var plotRange: ClosedRange<Double> { (-1.5 * halfSize)...(1.5 * halfSize) }

  public func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    rectangle.batch(count, random: &random)
  }

  public func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    rectangle.logDensity(at: points, signal: signal, noise: noise)
  }

  public var modeCount: Int { 1 }

  public func mode(of point: ArraySlice<Float>) -> Int? { rectangle.contains(point) ? 0 : nil }
}
