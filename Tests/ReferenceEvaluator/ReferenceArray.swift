/// A multidimensional array of Doubles in row-major order.
package struct ReferenceArray: Equatable, Sendable {
  package let shape: [Int]
  package let scalars: [Double]

  package init(shape: [Int], scalars: [Double]) {
    let count = shape.reduce(1, *)
    precondition(count == scalars.count, "array: \(scalars.count) elements do not fill shape \(shape)")
    self.shape = shape
    self.scalars = scalars
  }

  /// The array whose element at each multi-index is what `element` says.
  package init(shape: [Int], _ element: (_ index: [Int]) -> Double) {
    self.shape = shape
    scalars = (0..<shape.reduce(1, *)).map { element(ReferenceArray.index($0, in: shape)) }
  }

  /// The multi-index of the element at a place in row-major order.
  package static func index(_ place: Int, in shape: [Int]) -> [Int] {
    var index = [Int](repeating: 0, count: shape.count)
    var rest = place
    for axis in shape.indices.reversed() {
      index[axis] = rest % shape[axis]
      rest /= shape[axis]
    }
    return index
  }

  /// The element at a multi-index.
  package subscript(index: [Int]) -> Double {
    var place = 0
    for axis in shape.indices { place = place * shape[axis] + index[axis] }
    return scalars[place]
  }

  /// The element that a multi-index of a broadcast result reads: shapes aligned at the last axis, 0 along size 1.
  package subscript(broadcasting index: [Int]) -> Double {
    let lead = index.count - shape.count
    return self[shape.indices.map { shape[$0] == 1 ? 0 : index[lead + $0] }]
  }

  /// The common shape of arrays that broadcast together.
  static func broadcastShape(_ arrays: [ReferenceArray]) -> [Int] {
    let rank = arrays.map(\.shape.count).max() ?? 0
    return (0..<rank).map { axis in
      let sizes = arrays.compactMap { array -> Int? in
        let own = axis - (rank - array.shape.count)
        return own < 0 ? nil : array.shape[own]
      }
      let wide = Set(sizes.filter { $0 != 1 })
      precondition(wide.count <= 1, "array: shapes \(arrays.map(\.shape)) do not broadcast together")
      return wide.first ?? 1
    }
  }

  /// Combines arrays elementwise, broadcasting them.
  static func elementwise(_ arrays: [ReferenceArray], _ function: ([Double]) -> Double) -> ReferenceArray {
    ReferenceArray(shape: broadcastShape(arrays)) { index in
      function(arrays.map { $0[broadcasting: index] })
    }
  }
}
