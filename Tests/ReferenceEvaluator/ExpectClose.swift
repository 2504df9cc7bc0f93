package import Testing

/// Expects as many elements and each of them within absolute + relative · |expected|; reports the worst one.
///
/// Infinities agree with themselves alone. A NaN agrees with nothing unless `matchingNaN`, and then with a NaN.
package func expectClose<Scalar: BinaryFloatingPoint>(
  _ actual: [Scalar], _ expected: [Double], relative: Double = 0, absolute: Double = 0, matchingNaN: Bool = false,
  _ label: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(
    actual, expected, tolerances: expected.map { absolute + relative * abs($0) }, matchingNaN: matchingNaN,
    label(), sourceLocation: sourceLocation)
}

/// Expects as many elements and each of them within its own tolerance; reports the worst one.
package func expectClose<Scalar: BinaryFloatingPoint>(
  _ actual: [Scalar], _ expected: [Double], tolerances: [Double], matchingNaN: Bool = false,
  _ label: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record(
      "\(label()): \(actual.count) elements instead of \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  // How far an element is off in units of its tolerance; infinite when it can never agree.
  func excess(_ place: Int) -> Double {
    let (a, e) = (Double(actual[place]), expected[place])
    if a == e || (matchingNaN && a.isNaN && e.isNaN) { return 0 }
    let ratio = abs(a - e) / tolerances[place]
    return ratio.isNaN || e.isInfinite ? .infinity : ratio
  }
  let wrong = actual.indices.filter { excess($0) > 1 }
  guard let worst = wrong.max(by: { excess($0) < excess($1) }) else { return }
  Issue.record(
    """
    \(label()): \(wrong.count) of \(actual.count) elements differ; at \(worst) \(actual[worst]) instead of \
    \(expected[worst]), tolerance \(tolerances[worst])
    """, sourceLocation: sourceLocation)
}

/// Expects the same shape, then elements as `expectClose` of plain elements does.
package func expectClose(
  _ actual: ReferenceArray, _ expected: ReferenceArray, relative: Double = 0, absolute: Double = 0,
  matchingNaN: Bool = false, _ label: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.shape == expected.shape else {
    Issue.record("\(label()): shape \(actual.shape) instead of \(expected.shape)", sourceLocation: sourceLocation)
    return
  }
  expectClose(
    actual.scalars, expected.scalars, relative: relative, absolute: absolute, matchingNaN: matchingNaN, label(),
    sourceLocation: sourceLocation)
}
