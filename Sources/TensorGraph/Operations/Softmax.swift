/// eˣ / Σ eˣ along the last axis, or its logarithm x − ln Σ eˣ.
package struct Softmax: CompositeOperation {
  package let isLogarithm: Bool

  package init(isLogarithm: Bool) { self.isLogarithm = isLogarithm }

  package var name: String { isLogarithm ? "logSoftmax" : "softmax" }

  package func rowOperands(_ inputs: [[Int]]) -> Set<Int>? { inputs[0].count > 1 ? [0] : nil }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    let shifted = inputs[0] - inputs[0].logSumExp(alongAxes: -1, keepingDimensions: true)
    return isLogarithm ? shifted : shifted.exp()
  }

  package func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor? {
    SoftmaxPullback(isLogarithm: isLogarithm)([result, g])
  }
}

/// What a gradient g with respect to a softmax y gives to its operand, from y and g: y (g − Σ y g), or g − eʸ Σ g for the
/// logarithm.
package struct SoftmaxPullback: CompositeOperation {
  package let isLogarithm: Bool

  package var name: String { isLogarithm ? "logSoftmax pullback" : "softmax pullback" }

  package func rowOperands(_ inputs: [[Int]]) -> Set<Int>? { inputs[0].count > 1 ? [0, 1] : nil }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    let (y, g) = (inputs[0], inputs[1])
    func sum(_ x: Tensor) -> Tensor { x.sum(alongAxes: -1, keepingDimensions: true) }
    return isLogarithm ? g - y.exp() * sum(g) : y * (g - sum(y * g))
  }
}

extension Tensor {
  /// softmax(x)_i = eˣⁱ / Σ_j eˣʲ along an axis, by default the last; positive and of sum 1.
  ///
  /// A NaN makes all of its elements NaN. Where the largest is +∞ it gives NaN and the others give 0; where all are −∞,
  /// NaN.
  public func softmax(alongAxis axis: Int = -1) -> Tensor { softmax(Softmax(isLogarithm: false), axis) }

  /// ln softmax(x) = x − ln Σ eˣ along an axis, by default the last, accurate where the softmax itself is 0.
  public func logSoftmax(alongAxis axis: Int = -1) -> Tensor { softmax(Softmax(isLogarithm: true), axis) }

  private func softmax(_ operation: Softmax, _ axis: Int) -> Tensor {
    precondition(rank > 0, "\(operation.name): a scalar has no axis")
    let axis = normalized(axis: axis, in: operation.name)
    if axis == rank - 1 { return operation([self]) }
    var swapped = Array(shape.indices)
    swapped.swapAt(axis, rank - 1)
    return operation([transposed(swapped)]).transposed(swapped)
  }
}
