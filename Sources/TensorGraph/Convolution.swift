/// A two-dimensional convolution of images, or one of its two transposes.
///
/// Images are `[batch, height, width, channels]`, weights `[outputs, kernel height, kernel width, inputs / groups]`. With
/// strides s and t, dilations d and e, and padding p and q above and to the left,
/// ```
/// y[n, i, j, o] = Σ x[n, i·s + u·d − p, j·t + v·e − q, c + c(o)] · w[o, u, v, c]
/// ```
/// over u, v, c, x being 0 outside; c(o) is the first input channel of the group that o is in. All three maps are
/// bilinear, and the derivatives of each are the other two, so the set is closed.
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

  /// What holds along height or along width.
  package struct Axis: Hashable, Sendable {
    /// Distance between neighbouring outputs, and between neighbouring taps; at least 1.
    package let stride, dilation: Int
    /// Zeros before the image. Those behind follow from the size of y.
    package let padding: Int

    package init(stride: Int, dilation: Int, padding: Int) {
      self.stride = stride
      self.dilation = dilation
      self.padding = padding
    }
  }

  package let role: Role
  package let rows, columns: Axis
  /// Output group g sees input group g alone.
  package let groups: Int
  /// How it is computed.
  package let method: ConvolutionMethod
  /// Height, width and channels of x, of y, and height and width of the kernel: set by the runtime alone.
  package let geometry: [Int]

  package init(
    role: Role, rows: Axis, columns: Axis, groups: Int = 1, method: ConvolutionMethod = .fastest, geometry: [Int] = []
  ) {
    self.role = role
    self.rows = rows
    self.columns = columns
    self.groups = groups
    self.method = method
    self.geometry = geometry
  }

  /// The same convolution in another role.
  package func with(_ role: Role, geometry: [Int] = []) -> Convolution {
    Convolution(role: role, rows: rows, columns: columns, groups: groups, method: method, geometry: geometry)
  }

  /// What a gradient `g` with respect to the result gives to one of the two operands.
  func pullback(operand: Int, _ a: Tensor, _ b: Tensor, _ g: Tensor) -> Tensor {
    func apply(_ role: Role, _ left: Tensor, _ right: Tensor, _ shape: [Int]) -> Tensor {
      Tensor.apply(.convolution(with(role)), [left, right], shape: shape)
    }
    switch (role, operand) {
    case (.forward, 0): return apply(.inputGradient, g, b, a.shape)
    case (.forward, _): return apply(.weightGradient, a, g, b.shape)
    case (.inputGradient, 0): return apply(.forward, g, b, a.shape)
    case (.inputGradient, _): return apply(.weightGradient, g, a, b.shape)
    case (.weightGradient, 0): return apply(.inputGradient, b, g, a.shape)
    case (.weightGradient, _): return apply(.forward, a, g, b.shape)
    case (.prepareForward, _), (.prepareInputGradient, _), (.weightSums, _), (.finishSums, _):
      preconditionFailure("gradient: \(role.rawValue) is not differentiated")
    }
  }
}
