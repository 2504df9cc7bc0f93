public import EBMCore
public import Tensors

/// Drawn shapes on a black ground: a square, a disc or a triangle of random size, turn and place.
///
/// Images `[size, size, 1]` with values from 0 to 1; classes 1 square, 2 disc, 3 triangle, each with probability ⅓. The
/// radius of the circle around a shape is uniform on [`smallest`, `largest`], half the side of the image being 1; its
/// turn is uniform; its centre is uniform where the circle lies inside the image. A pixel is the coverage of the shape,
/// clamp(½ − d, 0, 1) at signed distance d in pixels from the edge, so edges are smooth and images a smooth function of
/// what is drawn. In the spirit of dSprites (Matthey et al., 2017), without a file.
public struct Sprites: Dataset {
  public static let name = "sprites"
  public static let summary = "Squares, discs and triangles of random size, turn and place."

  /// Values from black to white.
  public enum ValueRange: String, Codable, Sendable, CaseIterable {
    /// From 0 to 1.
    case unit
    /// From −1 to 1.
    case signed
  }

  @Setting("pixels along each side", .integers(16...64)) public var size = 32
  @Setting("least radius of the circle around a shape; the image's half side is 1", .range(0.05...0.95))
  public var smallest: Float = 0.3
  @Setting("largest radius of that circle", .range(0.05...0.95)) public var largest: Float = 0.6
  @Setting("values: unit for 0 to 1, signed for −1 to 1") public var range = ValueRange.unit

  public init() {}

  public func conflicts() -> [String] {
    smallest > largest ? ["smallest \(smallest) is above largest \(largest)"] : []
  }

  public var space: SampleSpace { SampleSpace(shape: [size, size, 1], classes: 3) }
  public var plotRange: ClosedRange<Double> { range == .unit ? 0...1 : -1...1 }

  public func batch(_ count: Int, random: inout RandomStream) -> Tensor { sprites(count, &random).points }

  /// Images and the classes of their shapes.
  public func labeledBatch(_ count: Int, random: inout RandomStream) -> (points: Tensor, labels: Tensor)? {
    sprites(count, &random)
  }

  private func sprites(_ count: Int, _ random: inout RandomStream) -> (points: Tensor, labels: Tensor) {
    let each = [count, 1, 1]
    let shape = Tensor.minimum((random.uniform(each) * 3).floor(), Tensor(2))
    let radius = smallest + (largest - smallest) * random.uniform(each)
    let angle = (2 * Float.pi) * random.uniform(each)
    let room = 1 - radius
    let (centerX, centerY) = (room * (2 * random.uniform(each) - 1), room * (2 * random.uniform(each) - 1))

    // Pixel centres in [−1, 1], relative to the shape and turned with it.
    let centres = (0..<size).map { (2 * Float($0) + 1) / Float(size) - 1 }
    let dx = Tensor(centres, shape: [1, 1, size]) - centerX
    let dy = Tensor(centres, shape: [1, size, 1]) - centerY
    let (cosine, sine) = (angle.cos(), angle.sin())
    let (u, v) = (dx * cosine + dy * sine, dy * cosine - dx * sine)

    // Distances from the edge, negative inside, in units of the half side.
    let half = radius * Float(0.5).squareRoot()
    let square = Tensor.maximum(u.absolute(), v.absolute()) - half
    let disc = (u.squared() + v.squared()).squareRoot() - radius
    // The normals of an equilateral triangle; its sides are half the radius from the centre.
    let slant = Float(0.75).squareRoot() * u.absolute() + 0.5 * v
    let triangle = Tensor.maximum(slant, -v) - 0.5 * radius
    let distance = Tensor.select(shape .< 0.5, square, Tensor.select(shape .< 1.5, disc, triangle))
    let coverage = (0.5 - distance * (Float(size) / 2)).clamped(to: 0...1)
    let values = range == .unit ? coverage : 2 * coverage - 1
    return (values.reshaped([count, size, size, 1]), shape.reshaped([count]) + 1)
  }
}
