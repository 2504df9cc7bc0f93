public import EBMCore
internal import Tensors

/// What becomes of the numbers of a file: q to x.
///
/// ```
/// q′ = q / m, or with dequantisation (q + u)/(m + 1), u ~ U(0, 1) anew each time
/// x = q (none), q′ (unit), 2 q′ − 1 (signed)
/// ```
/// with m = `maximum`. Images may be mirrored left to right, each with probability ½. Dequantised x has a density, whose
/// bits per dimension are −log₂ p(x)/D + log₂(m + 1) for unit and + log₂((m + 1)/2) for signed values.
public struct RowValues: Configurable, Equatable {
  /// Where values lie afterwards.
  public enum Scaling: String, Codable, Sendable, CaseIterable {
    /// Where they were.
    case none
    /// In [0, 1].
    case unit
    /// In [−1, 1].
    case signed
  }

  @Setting("none to keep values, unit for 0 to 1, signed for −1 to 1") public var scaling = Scaling.none
  /// 255, the largest byte.
  @Setting("m, largest value in the file, such as 255", .positive) public var maximum = 255.0
  @Setting("add uniform noise of one step, so that integers get a density") public var dequantize = false
  @Setting("mirror half of the images left to right") public var mirror = false

  public init() {}

  /// Points `[count, …]` from raw rows of the same shape. Traced.
  func points(of rows: Tensor, random: inout RandomStream) -> Tensor {
    var x = rows
    if dequantize { x = x + random.uniform(rows.shape) }
    if scaling != .none { x = x / Float(dequantize ? maximum + 1 : maximum) }
    if scaling == .signed { x = 2 * x - 1 }
    guard mirror, rows.rank == 4 else { return x }
    let width = rows.shape[2]
    let reversed = Tensor((0..<width).map { Float(width - 1 - $0) })
    let mirrored = x.transposed([2, 0, 1, 3]).gatheringRows(at: reversed).transposed([1, 2, 0, 3])
    return Tensor.select(random.uniform([rows.shape[0], 1, 1, 1]) .< 0.5, mirrored, x)
  }

  /// A raw value scaled, without noise.
  func scaled(_ value: Double) -> Double {
    switch scaling {
    case .none: value
    case .unit: value / maximum
    case .signed: 2 * value / maximum - 1
    }
  }
}
