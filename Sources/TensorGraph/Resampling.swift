/// A change of the size of images `[batch, height, width, channels]` by a whole factor, scaled. Each direction is the
/// other's transpose, so the pair is closed under derivatives.
package struct Resampling: Hashable, Sendable {
  package enum Direction: String, Hashable, Sendable {
    /// Sums over windows of factor × factor pixels.
    case down
    /// Each pixel repeated factor × factor times.
    case up
  }

  package let direction: Direction
  package let factor: Int
  /// What results are multiplied by.
  package let scale: Float

  var transposed: Resampling {
    Resampling(direction: direction == .down ? .up : .down, factor: factor, scale: scale)
  }
}

extension Tensor {
  /// Each pixel of images `[batch, height, width, channels]` repeated `size` times in both directions.
  public func upsampled(size: Int) -> Tensor {
    precondition(rank == 4 && size >= 1, "upsample: images \(shape) cannot grow by \(size)")
    return resampled(Resampling(direction: .up, factor: size, scale: 1))
  }

  func resampled(_ resampling: Resampling) -> Tensor {
    let factor = resampling.factor
    let (height, width) =
      resampling.direction == .down
      ? (shape[1] / factor, shape[2] / factor) : (shape[1] * factor, shape[2] * factor)
    return Tensor.apply(.resample(resampling), [self], shape: [shape[0], height, width, shape[3]])
  }
}
