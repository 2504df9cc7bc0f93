import Testing

/// Expects as many elements, each within a tolerance; reports the worst.
func expectAll(
  _ actual: [Float], _ expected: [Double], within tolerance: Double, _ label: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record(
      "\(label): \(actual.count) elements instead of \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  let errors = zip(actual, expected).map { abs(Double($0) - $1) }
  // Written so that a NaN fails.
  for index in errors.indices where !(errors[index] <= tolerance) {
    Issue.record(
      "\(label): element \(index) is \(actual[index]) instead of \(expected[index]), tolerance \(tolerance)",
      sourceLocation: sourceLocation)
    return
  }
}

/// Expects energies and gradients as those of a reference in double precision.
///
/// A result of a few dozen operations carries a few dozen roundings of 2⁻²⁴ of its largest intermediate, which is
/// `cancellation` times the largest result: 32 · 2⁻²⁴ = 2·10⁻⁶ of it.
func expectReference(
  _ probe: Probe, at points: [[Float]], labels: [Float]? = nil, levels: [Float]? = nil, cancellation: Double = 1,
  _ label: String = "", sourceLocation: SourceLocation = #_sourceLocation,
  reference: (_ point: [Double], _ row: Int) -> Double
) {
  let rounding = 32 * 0x1p-24 * cancellation
  let exact = points.map { $0.map(Double.init) }
  let energies = exact.indices.map { reference(exact[$0], $0) }
  let gradients = exact.indices.flatMap { row in centralDifferences({ reference($0, row) }, at: exact[row]) }
  expectAll(
    probe.energies(points, labels: labels, levels: levels), energies,
    within: rounding * (energies.map(abs).max() ?? 0) + 1e-7, label + " E", sourceLocation: sourceLocation)
  expectAll(
    probe.gradients(points, labels: labels, levels: levels), gradients,
    within: rounding * (gradients.map(abs).max() ?? 0) + 1e-7, label + " gradient", sourceLocation: sourceLocation)
}
