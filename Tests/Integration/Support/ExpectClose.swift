import ReferenceEvaluator
import Tensors
import Testing

/// Expects as many elements, and each of them within `relative` of the expected one plus `ofLargest` times the largest
/// one expected. The latter is for tensors whose small elements are differences of large ones, such as gradients.
func expectClose(
  _ actual: Tensor, _ expected: Tensor, relative: Double = 0, ofLargest: Double = 0, _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let reference = expected.scalars.map(Double.init)
  let largest = reference.map(abs).max() ?? 0
  expectClose(
    actual.scalars, reference, relative: relative, absolute: ofLargest * largest, label,
    sourceLocation: sourceLocation)
}
