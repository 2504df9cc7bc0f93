/// How a convolution is computed, where there is a choice.
public enum ConvolutionMethod: Hashable, Sendable {
  /// Winograd's algorithm for kernels of 3 × 3 and 5 × 5 with stride 1 and at least 16 channels on both sides, where it
  /// pays: a quarter to a third of the multiplications, at 2 to 3 times the rounding error, which goes with the largest
  /// value of a tile of 6 × 6 pixels. A pixel of 10⁶ among values of 10⁻³ leaves its neighbours no accurate digit. Images
  /// with values that are not finite are computed directly. Otherwise sums of products.
  case fastest
  /// Sums of products: each result has the rounding error of its own terms.
  case direct
}

/// Zeros around images.
public struct ImagePadding: Hashable, Sendable {
  /// Pixels at each side, at least 0.
  public var top, bottom, left, right: Int

  /// Padding of each side.
  public init(top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0) {
    (self.top, self.bottom, self.left, self.right) = (top, bottom, left, right)
  }

  /// The same on all sides.
  public init(_ all: Int) { self.init(top: all, bottom: all, left: all, right: all) }
}

extension Tensor {
  /// The convolution of images `[batch, height, width, inputs]` with weights
  /// `[outputs, kernel height, kernel width, inputs / groups]`, as networks mean it: a cross-correlation.
  ///
  /// - Parameters:
  ///   - weights: the kernels.
  ///   - stride: distance between neighbouring outputs, at least 1.
  ///   - padding: zeros around the images, at least 0; half the kernel keeps the size at stride 1.
  ///   - dilation: distance between neighbouring taps of a kernel, at least 1.
  ///   - groups: output channels of one group see the input channels of the same group alone; divides both. As many as
  ///     channels is a depthwise convolution.
  ///   - method: how it is computed, the derivatives as well.
  /// - Returns: `[batch, (height + 2 padding − (kernel height − 1) dilation − 1)/stride + 1, …, outputs]`.
  public func convolved(
    with weights: Tensor, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1,
    method: ConvolutionMethod = .fastest
  ) -> Tensor {
    convolved(
      with: weights, stride: stride, padding: ImagePadding(padding), dilation: dilation, groups: groups, method: method)
  }

  /// The convolution with padding of its own at each side.
  public func convolved(
    with weights: Tensor, stride: Int = 1, padding: ImagePadding, dilation: Int = 1, groups: Int = 1,
    method: ConvolutionMethod = .fastest
  ) -> Tensor {
    precondition(groups >= 1, "convolution: \(groups) groups")
    precondition(
      rank == 4 && weights.rank == 4 && shape[3] == weights.shape[3] * groups,
      "convolution: images \(shape) and weights \(weights.shape) must be [batch, height, width, inputs] and "
        + "[outputs, height, width, inputs\(groups == 1 ? "" : " / \(groups)")]")
    precondition(
      weights.shape[0] % groups == 0, "convolution: \(groups) groups do not divide \(weights.shape[0]) outputs")
    precondition(
      stride >= 1 && dilation >= 1
        && [padding.top, padding.bottom, padding.left, padding.right].allSatisfy { $0 >= 0 },
      "convolution: stride \(stride), dilation \(dilation) or padding \(padding) is out of range")
    let height = shape[1] + padding.top + padding.bottom - (weights.shape[1] - 1) * dilation - 1
    let width = shape[2] + padding.left + padding.right - (weights.shape[2] - 1) * dilation - 1
    precondition(
      height >= 0 && width >= 0,
      "convolution: kernel \(weights.shape) is larger than images \(shape) padded by \(padding)")
    let convolution = Convolution(
      role: .forward, rows: .init(stride: stride, dilation: dilation, padding: padding.top),
      columns: .init(stride: stride, dilation: dilation, padding: padding.left), groups: groups, method: method)
    return Tensor.apply(
      .convolution(convolution), [self, weights],
      shape: [shape[0], height / stride + 1, width / stride + 1, weights.shape[0]])
  }
}
