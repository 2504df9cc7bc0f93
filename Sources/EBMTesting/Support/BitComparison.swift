internal import Tensors

extension Tensor {
  /// How many elements differ in their bits from those of another tensor; all when the shapes differ.
  func differingBits(from other: Tensor) -> Int {
    guard shape == other.shape else { return max(elementCount, other.elementCount) }
    return zip(scalars, other.scalars).reduce(0) { $0 + ($1.0.bitPattern == $1.1.bitPattern ? 0 : 1) }
  }

  /// The first rows.
  func firstRows(_ count: Int) -> Tensor {
    let width = shape.dropFirst().reduce(1, *)
    return Tensor(Array(scalars.prefix(count * width)), shape: [count] + shape.dropFirst())
  }

  /// Whether all elements are finite.
  var isAllFinite: Bool { scalars.allSatisfy(\.isFinite) }
}
