import ReferenceEvaluator
import Testing

/// The comparison that other tests trust must be able to fail.
@Suite("expectClose")
struct ExpectCloseTests {
  private func expectFailure(_ comparison: () -> Void, sourceLocation: SourceLocation = #_sourceLocation) {
    withKnownIssue("a difference must be found", sourceLocation: sourceLocation) { comparison() }
  }

  @Test("accepts what is within the tolerance")
  func accepts() {
    expectClose([1.0, 2], [1.0, 2])
    expectClose([1.0 + 1e-7], [1.0], relative: 1e-6)
    expectClose([1e-7], [0.0], absolute: 1e-6)
    expectClose([Float.infinity], [Double.infinity])
    expectClose([Double.nan], [Double.nan], matchingNaN: true)
    expectClose([Double](), [Double]())
  }

  @Test("finds other counts, shapes, elements, NaN and infinities")
  func rejects() {
    expectFailure { expectClose([1.0], [1.0, 2]) }
    expectFailure { expectClose([1.0], [Double]()) }
    expectFailure { expectClose([1.0, 2.1], [1.0, 2], relative: 1e-2) }
    expectFailure { expectClose([1e-5], [0.0], relative: 1, absolute: 1e-6) }
    expectFailure { expectClose([Double.nan], [1.0], absolute: 10) }
    expectFailure { expectClose([1.0], [Double.nan], absolute: 10) }
    expectFailure { expectClose([Double.nan], [Double.nan], absolute: 10) }
    expectFailure { expectClose([1.0], [Double.infinity], relative: 1) }
    expectFailure { expectClose([-Double.infinity], [Double.infinity], relative: 1) }
    expectFailure { expectClose([Double.infinity], [1.0], relative: 1) }
    expectFailure {
      expectClose(ReferenceArray(shape: [2, 1], scalars: [1, 2]), ReferenceArray(shape: [2], scalars: [1, 2]))
    }
  }
}
