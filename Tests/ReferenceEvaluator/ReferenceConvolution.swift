import TensorGraph

extension ReferenceEvaluator {
  /// A convolution or one of its transposes, as its definition says: one product for each output pixel, kernel
  /// position and pair of channels, added where the role puts it.
  func convolve(
    _ a: ReferenceArray, _ b: ReferenceArray, _ convolution: Convolution, to shape: [Int]
  ) -> ReferenceArray {
    // Shapes of images x, weights w and outputs y, whichever of them is the result.
    let (x, w, y) =
      switch convolution.role {
      case .forward: (a.shape, b.shape, shape)
      case .inputGradient: (shape, b.shape, a.shape)
      case .weightGradient: (a.shape, shape, b.shape)
      default: preconditionFailure("reference: \(convolution.role.rawValue) is the runtime's own")
      }
    func offset(_ index: [Int], _ shape: [Int]) -> Int { zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 } }
    var result = [Double](repeating: 0, count: shape.reduce(1, *))
    for n in 0..<y[0] {
      for i in 0..<y[1] {
        for j in 0..<y[2] {
          for u in 0..<w[1] {
            for v in 0..<w[2] {
              let row = i * convolution.rows.stride + u * convolution.rows.dilation - convolution.rows.padding
              let column =
                j * convolution.columns.stride + v * convolution.columns.dilation - convolution.columns.padding
              guard row >= 0, row < x[1], column >= 0, column < x[2] else { continue }
              for o in 0..<w[0] {
                for c in 0..<w[3] {
                  let group = o / (w[0] / convolution.groups)
                  let image = offset([n, row, column, group * w[3] + c], x)
                  let weight = offset([o, u, v, c], w)
                  let output = offset([n, i, j, o], y)
                  switch convolution.role {
                  case .forward: result[output] += a.scalars[image] * b.scalars[weight]
                  case .inputGradient: result[image] += a.scalars[output] * b.scalars[weight]
                  default: result[weight] += a.scalars[image] * b.scalars[output]
                  }
                }
              }
            }
          }
        }
      }
    }
    return ReferenceArray(shape: shape, scalars: result.map(rounding))
  }

  /// Sums over windows, or repeated pixels, scaled.
  func resample(_ x: ReferenceArray, _ resampling: Resampling, to shape: [Int]) -> ReferenceArray {
    let (factor, scale) = (resampling.factor, Double(resampling.scale))
    return ReferenceArray(shape: shape) { index in
      if resampling.direction == .up {
        return rounding(scale * x[broadcasting: [index[0], index[1] / factor, index[2] / factor, index[3]]])
      }
      var sum = 0.0
      for u in 0..<factor {
        for v in 0..<factor {
          sum += x[broadcasting: [index[0], index[1] * factor + u, index[2] * factor + v, index[3]]]
        }
      }
      return rounding(scale * sum)
    }
  }
}
