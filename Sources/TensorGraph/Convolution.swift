/// A two-dimensional convolution of images, or one of its two transposes.
///
/// Images are `[batch, height, width, channels]`, weights `[outputs, kernel height, kernel width, inputs]`. With
/// stride s and padding p,
/// ```
/// y[n, i, j, o] = Σ x[n, i·s + u − p, j·s + v − p, c] · w[o, u, v, c]
/// ```
/// over u, v, c, x being 0 outside. All three maps are bilinear, and the derivatives of each are the other two, so the
/// set is closed.
package struct Convolution: Hashable, Sendable {
  package enum Role: String, Hashable, Sendable {
    /// y from x and w.
    case forward
    /// The transpose in x: from a gradient in y's shape and w to x's shape.
    case inputGradient
    /// The transpose in w: from x and a gradient in y's shape to w's shape.
    case weightGradient
    /// Made by the runtime alone: w in the form that `forward` reads.
    case prepareForward
    /// Made by the runtime alone: w in the form that `inputGradient` reads.
    case prepareInputGradient
    /// Made by the runtime alone: the weight gradient in a form of its own, which adds up over images.
    case weightSums
    /// Made by the runtime alone: the weight gradient from those sums.
    case finishSums
  }

  package let role: Role
  package let stride: Int
  package let padding: Int
  /// Height, width and channels of x, of y, and height and width of the kernel: set by the runtime alone.
  package let geometry: [Int]

  package init(role: Role, stride: Int, padding: Int, geometry: [Int] = []) {
    self.role = role
    self.stride = stride
    self.padding = padding
    self.geometry = geometry
  }

  func with(_ role: Role) -> Operation {
    .convolution(Convolution(role: role, stride: stride, padding: padding))
  }

  /// What a gradient `g` with respect to the result gives to one of the two operands.
  func pullback(operand: Int, _ a: Tensor, _ b: Tensor, _ g: Tensor) -> Tensor {
    switch (role, operand) {
    case (.forward, 0): Tensor.apply(with(.inputGradient), [g, b], shape: a.shape)
    case (.forward, _): Tensor.apply(with(.weightGradient), [a, g], shape: b.shape)
    case (.inputGradient, 0): Tensor.apply(with(.forward), [g, b], shape: a.shape)
    case (.inputGradient, _): Tensor.apply(with(.weightGradient), [g, a], shape: b.shape)
    case (.weightGradient, 0): Tensor.apply(with(.inputGradient), [b, g], shape: a.shape)
    case (.weightGradient, _): Tensor.apply(with(.forward), [a, g], shape: b.shape)
    case (.prepareForward, _), (.prepareInputGradient, _), (.weightSums, _), (.finishSums, _):
      preconditionFailure("gradient: \(role.rawValue) is not differentiated")
    }
  }
}

extension Tensor {
  /// The convolution of images `[batch, height, width, inputs]` with weights
  /// `[outputs, kernel height, kernel width, inputs]`, as networks mean it: a cross-correlation.
  ///
  /// - Parameters:
  ///   - weights: the kernels.
  ///   - stride: distance between neighbouring outputs, at least 1.
  ///   - padding: zeros around the images, at least 0; half the kernel keeps the size at stride 1.
  /// - Returns: `[batch, (height + 2 padding − kernel height)/stride + 1, …, outputs]`.
  public func convolved(with weights: Tensor, stride: Int = 1, padding: Int = 0) -> Tensor {
    precondition(
      rank == 4 && weights.rank == 4 && shape[3] == weights.shape[3],
      "convolution: images \(shape) and weights \(weights.shape) must be [batch, height, width, inputs] and "
        + "[outputs, height, width, inputs]")
    precondition(stride >= 1 && padding >= 0, "convolution: stride \(stride) or padding \(padding) is out of range")
    let (height, width) = (shape[1] + 2 * padding - weights.shape[1], shape[2] + 2 * padding - weights.shape[2])
    precondition(
      height >= 0 && width >= 0,
      "convolution: kernel \(weights.shape) is larger than images \(shape) padded by \(padding)")
    return Tensor.apply(
      .convolution(Convolution(role: .forward, stride: stride, padding: padding)), [self, weights],
      shape: [shape[0], height / stride + 1, width / stride + 1, weights.shape[0]])
  }
}
