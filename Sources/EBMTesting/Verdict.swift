/// What one check says of one component.
public struct Verdict: Sendable, Equatable {
  /// The component's full name: `sampler.mala`.
  public let component: String
  /// The check, and what it was done on where there are several: `stationary law: banana`.
  public let check: String
  /// Whether the component does as it should.
  public let passed: Bool
  /// What was found, on one line.
  public let figures: String
  /// What would have been right, on one line.
  public let expected: String
  /// What the figures hint at when the check fails, on one line: `the law is too wide, 1.41 times`.
  public let hint: String?

  /// A verdict.
  ///
  /// - Parameters:
  ///   - component: the component's full name.
  ///   - check: the check.
  ///   - passed: whether the component does as it should.
  ///   - figures: what was found, on one line.
  ///   - expected: what would have been right, on one line.
  ///   - hint: what a failure hints at; nil for nothing in particular.
  public init(
    component: String, check: String, passed: Bool, figures: String, expected: String, hint: String? = nil
  ) {
    self.component = component
    self.check = check
    self.passed = passed
    self.figures = figures
    self.expected = expected
    self.hint = passed ? nil : hint
  }
}

extension Verdict: CustomStringConvertible {
  /// One line: `sampler.mala: seed: passed: …`.
  public var description: String {
    let outcome =
      passed
      ? "passed: \(figures)"
      : "FAILED: found \(figures); \(hint.map { "\($0); " } ?? "")expected \(expected)"
    return "\(component): \(check): \(outcome)"
  }
}
