import ReferenceEvaluator
import Tensors
import Testing

/// Expects as many elements and each of them within `relative` times the largest one expected: for tensors whose
/// small elements are differences of large ones, such as gradients.
func expectClose(
  _ actual: Tensor, _ expected: Tensor, ofLargest relative: Double, _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let reference = expected.scalars.map(Double.init)
  let largest = reference.map(abs).max() ?? 0
  expectClose(actual.scalars, reference, absolute: relative * largest, label, sourceLocation: sourceLocation)
}
