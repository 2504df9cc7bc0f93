/// Windows of `size` × `size` pixels, `stride` pixels apart, on images with `padding` pixels around them.
package struct PoolingWindows: Hashable, Sendable {
  package let size: Int
  package let stride: Int
  package let padding: Int

  /// How many windows lie along an axis of so many pixels.
  package func count(_ pixels: Int) -> Int { (pixels + 2 * padding - size) / stride + 1 }

  /// The shape of what images of a shape are pooled to.
  package func pooled(_ shape: [Int]) -> [Int] { [shape[0], count(shape[1]), count(shape[2]), shape[3]] }

  /// For each place in the window, the pixels of all windows that stand there; a value around the images.
  fileprivate func pixels(_ x: Tensor, around value: Float) -> [Tensor] {
    let (rows, columns) = (count(x.shape[1]), count(x.shape[2]))
    func after(_ windows: Int, _ pixels: Int) -> Int { max(0, size - 1 + windows * stride - pixels - padding) }
    func padded(_ x: Tensor) -> Tensor {
      x.padded(
        before: [0, padding, padding, 0], after: [0, after(rows, x.shape[1]), after(columns, x.shape[2]), 0])
    }
    let isInside = padded(Tensor(constant: 1).broadcast(to: x.shape))
    let surrounded = Tensor.select(isInside, padded(x), Tensor(constant: value))
    return (0..<(size * size)).map { place in
      let (row, column) = (place / size, place % size)
      let moved = surrounded.sliced(alongAxis: 1, row..<(row + rows * stride))
        .sliced(alongAxis: 2, column..<(column + columns * stride))
      return moved.reshaped([x.shape[0], rows, stride, columns, stride, x.shape[3]])
        .sliced(alongAxis: 2, 0..<1).sliced(alongAxis: 4, 0..<1).reshaped([x.shape[0], rows, columns, x.shape[3]])
    }
  }
}

/// The largest pixel of each window, channel by channel. Pixels that tie share the derivative.
package struct MaxPooling: CompositeOperation {
  package let windows: PoolingWindows

  package var name: String { "maxPooled" }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    let places = windows.pixels(inputs[0], around: -.infinity).map { $0.expandingAxis(at: 3) }
    return Tensor.concatenated(places, alongAxis: 3).maximum(alongAxes: 3)
  }

  package func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor? {
    MaxPoolingPullback(windows: windows)([inputs[0], g])
  }
}

/// What a gradient g with respect to largest pixels gives to the images. Operands images, g.
package struct MaxPoolingPullback: CompositeOperation {
  package let windows: PoolingWindows

  package var name: String { "maxPooled pullback" }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    MaxPooling(windows: windows).composedPullback(operands: [0], [inputs[0]], inputs[1])[0]
  }
}

/// The mean of each window, what is around the images counting as 0. Linear.
package struct AveragePooling: CompositeOperation {
  package let windows: PoolingWindows

  package var name: String { "averagePooled" }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    let places = windows.pixels(inputs[0], around: 0)
    return places.dropFirst().reduce(places[0], +) * (1 / Float(places.count))
  }

  package func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor? {
    AveragePoolingAdjoint(windows: windows, height: inputs[0].shape[1], width: inputs[0].shape[2])([g])
  }

  package func pushforward(_ inputs: [Tensor], _ changes: [Tensor?]) -> Tensor? { changes[0].map { self([$0]) } }
}

/// The transpose of `AveragePooling` on images of a size: each mean's share for each pixel of its window.
package struct AveragePoolingAdjoint: CompositeOperation {
  package let windows: PoolingWindows
  package let height: Int
  package let width: Int

  package var name: String { "averagePooled adjoint" }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    let g = inputs[0]
    let images = Tensor(constant: 0).broadcast(to: [g.shape[0], height, width, g.shape[3]])
    return AveragePooling(windows: windows).composedPullback(operands: [0], [images], g)[0]
  }

  package func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor? {
    AveragePooling(windows: windows)([g])
  }

  package func pushforward(_ inputs: [Tensor], _ changes: [Tensor?]) -> Tensor? { changes[0].map { self([$0]) } }
}

extension Tensor {
  /// The largest pixel of each window of images `[batch, height, width, channels]`, channel by channel; NaN where there is
  /// one. Pixels that tie share the derivative.
  ///
  /// - Parameters:
  ///   - size: windows have `size` × `size` pixels, at least 1.
  ///   - stride: pixels between neighbouring windows, at least 1; the size by default, so that they do not overlap.
  ///   - padding: pixels around the images that are never the largest, at most half the size.
  /// - Returns: `[batch, (height + 2 padding − size)/stride + 1, …, channels]`; pixels past the last window count for
  ///   nothing.
  public func maxPooled(size: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
    let windows = windows(size, stride, padding)
    return elementCount == 0 ? emptyPooled(windows) : MaxPooling(windows: windows)([self])
  }

  /// The mean of each window of images `[batch, height, width, channels]`, channel by channel; pixels around the images
  /// count as 0. Parameters and result as in `maxPooled`.
  public func averagePooled(size: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
    let windows = windows(size, stride, padding)
    if windows.stride == size && padding == 0 && shape[1] % size == 0 && shape[2] % size == 0 {
      return resampled(Resampling(direction: .down, factor: size, scale: 1 / Float(size * size)))
    }
    return elementCount == 0 ? emptyPooled(windows) : AveragePooling(windows: windows)([self])
  }

  private func windows(_ size: Int, _ stride: Int?, _ padding: Int) -> PoolingWindows {
    let windows = PoolingWindows(size: size, stride: stride ?? size, padding: padding)
    precondition(rank == 4, "pool: shape \(shape) must be [batch, height, width, channels]")
    precondition(
      size >= 1 && windows.stride >= 1 && (0...(size / 2)).contains(padding),
      "pool: size \(size), stride \(windows.stride) or padding \(padding) is out of range")
    precondition(
      shape[1] + 2 * padding >= size && shape[2] + 2 * padding >= size,
      "pool: windows of \(size) are larger than images \(shape) padded by \(padding)")
    return windows
  }

  /// Of no images, or of images without channels.
  private func emptyPooled(_ windows: PoolingWindows) -> Tensor {
    Tensor(constant: 0).broadcast(to: windows.pooled(shape))
  }
}
