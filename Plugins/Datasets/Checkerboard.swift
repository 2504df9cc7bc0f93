public import EBMCore
private import Foundation
public import Tensors

/// The checkerboard: uniform on 8 of the 16 squares of a 4 × 4 board in the plane.
///
/// Unit squares with ⌊x⌋ + ⌊y⌋ odd on [−2, 2]², times `scale`; density 1/(8 scale²) inside, 0 outside. Noised to
/// x = ā c + s̄ ε it is a mixture of products of normal distribution functions, in closed form.
/// Source: the two-dimensional example of Zhu et al., 2024.
public struct Checkerboard: Dataset {
  public static let name = "checkerboard"
  public static let summary = "Uniform on the 8 squares of a 4 × 4 checkerboard."

  @Setting("side of a square", .positive) public var scale = 4.0
  /// 0: new points for every batch.
  @Setting("points of a fixed data set; 0 draws new points for every batch", .integers(0...10_000_000))
  public var count = 0

  public init() {}

  /// Lower left corners of the squares in units of `scale`.
  private static let corners: [(x: Double, y: Double)] = [
    (1, 0), (0, 1), (0, -1), (1, -2), (-1, -2), (-2, -1), (-1, 0), (-2, 1),
  ]

  public var space: SampleSpace { SampleSpace(shape: [2]) }
  public var plotRange: ClosedRange<Double> { (-2.5 * scale)...(2.5 * scale) }

  public func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    if self.count == 0 { return points(count, &random) }
    let size = self.count
    let table = CompiledFunction { _, context in [points(size, &context.random)] }([])[0]
    let index = (random.uniform([count]) * Float(size)).floor()
    return table.gatheringRows(at: Tensor.minimum(index, Tensor(Float(size - 1))))
  }

  private func points(_ count: Int, _ random: inout RandomStream) -> Tensor {
    let square = Tensor.minimum((random.uniform([count]) * 8).floor(), Tensor(7))
    let corners = Tensor(rows: Checkerboard.corners.map { [Float($0.x), Float($0.y)] })
    return (corners.gatheringRows(at: square) + random.uniform([count, 2])) * Float(scale)
  }

  public func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? {
    // ∫ N(x; ā u, s̄²) du/(ā side) over one side of a square.
    func side(_ x: Double, _ lower: Double) -> Double {
      let (low, high) = (signal * scale * lower, signal * scale * (lower + 1))
      if noise == 0 { return x >= low && x < high ? 1 / (high - low) : 0 }
      let unit = noise * 2.0.squareRoot()
      return 0.5 * (erf((x - low) / unit) - erf((x - high) / unit)) / (high - low)
    }
    return stride(from: 0, to: points.count - 1, by: 2).map { index in
      log(Checkerboard.corners.map { side(points[index], $0.x) * side(points[index + 1], $0.y) }.reduce(0, +) / 8)
    }
  }

  public var modeCount: Int { Checkerboard.corners.count }

  public func mode(of point: ArraySlice<Float>) -> Int? {
    let coordinates = point.map { Double($0) / scale }
    return Checkerboard.corners.firstIndex { corner in
      coordinates[0] >= corner.x && coordinates[0] < corner.x + 1 && coordinates[1] >= corner.y
        && coordinates[1] < corner.y + 1
    }
  }
}
