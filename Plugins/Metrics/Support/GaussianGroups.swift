/// Mean and covariance of points.
struct GaussianFit {
  let mean: [Double]
  /// Row-major, divided by n − 1.
  let covariance: [Double]
}

/// Sums over groups of points, from which means and covariances without one group follow cheaply.
struct GaussianGroups {
  private let width: Int
  private var counts: [Double]
  private var sums: [[Double]]
  private var products: [[Double]]
  /// What is subtracted from all points before they are multiplied, so that no digits are lost.
  private var center: [Double]

  /// Row-major points `[count, width]`, point i in group i mod `groups`.
  init(_ points: [Float], width: Int, groups: Int) {
    self.width = width
    let count = points.count / width
    center = [Double](repeating: 0, count: width)
    for row in 0..<count { for column in 0..<width { center[column] += Double(points[row * width + column]) } }
    for column in 0..<width { center[column] /= Double(max(1, count)) }
    counts = [Double](repeating: 0, count: groups)
    sums = [[Double]](repeating: [Double](repeating: 0, count: width), count: groups)
    products = [[Double]](repeating: [Double](repeating: 0, count: width * width), count: groups)
    var point = [Double](repeating: 0, count: width)
    for group in 0..<groups {
      var (sum, product) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width * width))
      for row in stride(from: group, to: count, by: groups) {
        for column in 0..<width { point[column] = Double(points[row * width + column]) - center[column] }
        product.withUnsafeMutableBufferPointer { product in
          point.withUnsafeBufferPointer { point in
            for i in 0..<width {
              let factor = point[i]
              for j in 0..<width { product[i * width + j] += factor * point[j] }
            }
          }
        }
        for column in 0..<width { sum[column] += point[column] }
        counts[group] += 1
      }
      (sums[group], products[group]) = (sum, product)
    }
  }

  /// Mean and covariance of all points, or of those outside a group.
  func fit(without left: Int? = nil) -> GaussianFit {
    let used = counts.indices.filter { $0 != left }
    let count = used.reduce(0) { $0 + counts[$1] }
    var (sum, product) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width * width))
    for group in used {
      for index in sum.indices { sum[index] += sums[group][index] }
      for index in product.indices { product[index] += products[group][index] }
    }
    for i in 0..<width {
      for j in 0..<width {
        product[i * width + j] = (product[i * width + j] - sum[i] * sum[j] / count) / max(1, count - 1)
      }
    }
    return GaussianFit(mean: (0..<width).map { center[$0] + sum[$0] / count }, covariance: product)
  }
}
