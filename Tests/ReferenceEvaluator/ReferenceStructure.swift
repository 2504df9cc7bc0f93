internal import TensorGraph

/// What is not elementwise: sums, products, and moves of data.
extension ReferenceEvaluator {
  func reduce(_ x: ReferenceArray, _ reduction: Reduction) -> ReferenceArray {
    let axes = Set(reduction.axes)
    let shape = x.shape.indices.map { axes.contains($0) ? 1 : x.shape[$0] }
    var scalars = [Double](
      repeating: reduction.kind == .sum ? 0 : -.infinity, count: shape.reduce(1, *))
    for place in x.scalars.indices {
      let index = ReferenceArray.index(place, in: x.shape)
      var target = 0
      for axis in shape.indices { target = target * shape[axis] + (axes.contains(axis) ? 0 : index[axis]) }
      switch reduction.kind {
      case .sum: scalars[target] = rounding(scalars[target] + x.scalars[place])
      case .maximum: scalars[target] = BinaryOperation.maximum.reference(scalars[target], x.scalars[place])
      }
    }
    return ReferenceArray(shape: shape, scalars: scalars)
  }

  func multiply(_ a: ReferenceArray, _ b: ReferenceArray, _ product: MatrixProduct) -> ReferenceArray {
    let (left, right) = (Array(a.shape.suffix(2)), Array(b.shape.suffix(2)))
    let (rows, inner) = product.transposesLeft ? (left[1], left[0]) : (left[0], left[1])
    let (other, columns) = product.transposesRight ? (right[1], right[0]) : (right[0], right[1])
    precondition(inner == other && a.shape.dropLast(2) == b.shape.dropLast(2), "matmul: \(a.shape) and \(b.shape)")
    var scalars: [Double] = []
    for batch in 0..<a.shape.dropLast(2).reduce(1, *) {
      let (startA, startB) = (batch * rows * inner, batch * inner * columns)
      for i in 0..<rows {
        for j in 0..<columns {
          var sum = 0.0
          for p in 0..<inner {
            let placeA = product.transposesLeft ? p * rows + i : i * inner + p
            let placeB = product.transposesRight ? j * inner + p : p * columns + j
            sum = rounding(sum + rounding(a.scalars[startA + placeA] * b.scalars[startB + placeB]))
          }
          scalars.append(sum)
        }
      }
    }
    return ReferenceArray(shape: a.shape.dropLast(2) + [rows, columns], scalars: scalars)
  }

  func transpose(_ x: ReferenceArray, _ permutation: [Int]) -> ReferenceArray {
    ReferenceArray(shape: permutation.map { x.shape[$0] }) { index in
      var source = index
      for (axis, from) in permutation.enumerated() { source[from] = index[axis] }
      return x[source]
    }
  }

  func pad(_ x: ReferenceArray, _ padding: Padding) -> ReferenceArray {
    ReferenceArray(shape: x.shape.indices.map { padding.before[$0] + x.shape[$0] + padding.after[$0] }) { index in
      let source = zip(index, padding.before).map { $0 - $1 }
      return zip(source, x.shape).allSatisfy { $0 >= 0 && $0 < $1 } ? x[source] : 0
    }
  }

  func concatenate(_ parts: [ReferenceArray], _ axis: Int) -> ReferenceArray {
    var shape = parts[0].shape
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    return ReferenceArray(shape: shape) { index in
      var source = index
      for part in parts {
        if source[axis] < part.shape[axis] { return part[source] }
        source[axis] -= part.shape[axis]
      }
      preconditionFailure("concatenate: \(index) is outside \(shape)")
    }
  }

  /// A position outside the table gives a row of NaN.
  func gatherRows(_ table: ReferenceArray, _ positions: ReferenceArray) -> ReferenceArray {
    ReferenceArray(shape: positions.shape + table.shape.dropFirst()) { index in
      let position = positions.scalars[index[0]]
      guard position >= 0, position < Double(table.shape[0]) else { return .nan }
      return table[[Int(position)] + index.dropFirst()]
    }
  }

  /// A position outside the table is passed over.
  func scatterRows(_ updates: ReferenceArray, _ positions: ReferenceArray, _ count: Int) -> ReferenceArray {
    let columns = updates.shape.dropFirst().reduce(1, *)
    var scalars = [Double](repeating: 0, count: count * columns)
    for (row, position) in positions.scalars.enumerated() where position >= 0 && position < Double(count) {
      for column in 0..<columns {
        let place = Int(position) * columns + column
        scalars[place] = rounding(scalars[place] + updates.scalars[row * columns + column])
      }
    }
    return ReferenceArray(shape: [count] + updates.shape.dropFirst(), scalars: scalars)
  }
}
