/// How pixels of another size of images are made.
public enum ResizingMethod: Sendable {
  /// The pixel ⌊i · old/new⌋.
  case nearest
  /// The weighted mean of the two pixels next to (i + ½) · old/new − ½ along each axis; the edge's pixel beyond it.
  case bilinear

  /// For each new pixel along an axis, two old ones and the weight of the second.
  package func taps(from old: Int, to new: Int) -> [(first: Int, second: Int, weight: Float)] {
    (0..<new).map { place in
      switch self {
      case .nearest:
        let source = place * old / new
        return (source, source, 0)
      case .bilinear:
        let position = max(0, (Double(place) + 0.5) * Double(old) / Double(new) - 0.5)
        let first = min(Int(position), old - 1)
        return first + 1 < old ? (first, first + 1, Float(position - Double(first))) : (first, first, 0)
      }
    }
  }

  /// The same as a matrix `[new, old]`.
  fileprivate func matrix(from old: Int, to new: Int) -> Tensor {
    var elements = [Float](repeating: 0, count: new * old)
    for (row, tap) in taps(from: old, to: new).enumerated() {
      elements[row * old + tap.first] += 1 - tap.weight
      elements[row * old + tap.second] += tap.weight
    }
    return Tensor(Literal(elements, evaluator: nil), shape: [new, old])
  }
}

/// Images of another size. Linear; closed with its transpose.
package struct Resize: CompositeOperation {
  package let method: ResizingMethod
  package let height: Int
  package let width: Int

  package var name: String { "resized" }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    let (x, shape) = (inputs[0], inputs[0].shape)
    let rows = method.matrix(from: shape[1], to: height).matmul(x.reshaped([shape[0], shape[1], shape[2] * shape[3]]))
    let columns = method.matrix(from: shape[2], to: width)
    return columns.matmul(rows.reshaped([shape[0], height, shape[2], shape[3]]))
  }

  package func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor? {
    ResizeAdjoint(method: method, height: inputs[0].shape[1], width: inputs[0].shape[2])([g])
  }

  package func pushforward(_ inputs: [Tensor], _ changes: [Tensor?]) -> Tensor? { changes[0].map { self([$0]) } }
}

/// The transpose of `Resize`: from a gradient with respect to the result to images of the old size.
package struct ResizeAdjoint: CompositeOperation {
  package let method: ResizingMethod
  /// The old size.
  package let height: Int
  package let width: Int

  package var name: String { "resized adjoint" }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    let (g, shape) = (inputs[0], inputs[0].shape)
    let rows = method.matrix(from: height, to: shape[1]).matmul(
      g.reshaped([shape[0], shape[1], shape[2] * shape[3]]), transposeLeft: true)
    let columns = method.matrix(from: width, to: shape[2])
    return columns.matmul(rows.reshaped([shape[0], height, shape[2], shape[3]]), transposeLeft: true)
  }

  package func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor? {
    Resize(method: method, height: inputs[0].shape[1], width: inputs[0].shape[2])([g])
  }

  package func pushforward(_ inputs: [Tensor], _ changes: [Tensor?]) -> Tensor? { changes[0].map { self([$0]) } }
}

extension Tensor {
  /// Images `[batch, height, width, channels]` of another size, larger or smaller; corners are not aligned: a pixel is an
  /// area, and both sizes cover the same one.
  ///
  /// - Parameters:
  ///   - height: the new height, at least 1.
  ///   - width: the new width, at least 1.
  ///   - method: bilinear by default. Neither averages over more than four pixels, so that images much smaller show few of
  ///     the old pixels.
  public func resized(height: Int, width: Int, method: ResizingMethod = .bilinear) -> Tensor {
    precondition(
      rank == 4 && height > 0 && width > 0 && shape[1] > 0 && shape[2] > 0,
      "resize: shape \(shape) to \(height) × \(width) must be [batch, height, width, channels] of at least one pixel")
    if [height, width] == Array(shape[1...2]) { return self }
    if elementCount == 0 { return Tensor(constant: 0).broadcast(to: [shape[0], height, width, shape[3]]) }
    return Resize(method: method, height: height, width: width)([self])
  }
}
