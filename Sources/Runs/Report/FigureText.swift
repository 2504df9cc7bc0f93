package import EBMCore
private import Foundation

/// A figure in as many digits as it is known to.
package enum FigureText {
  /// Decimals at most.
  private static let limit = 9
  /// Numbers from here on have an exponent, and three digits.
  private static let widest = 1e7

  /// `-1.042 ± 0.011`, or `-1.04` without an error.
  package static func text(_ figure: Figure) -> String {
    let words = words(figure)
    return words.error.map { "\(words.value) ± \($0)" } ?? words.value
  }

  /// The error to two digits, the value to as many decimals; three digits without an error.
  static func words(_ figure: Figure) -> (value: String, error: String?) {
    guard let error = figure.standardError else { return (ProgressText.short(figure.value), nil) }
    // An error below 0, which only a wrong metric or file has, is shown as it is.
    guard figure.value.isFinite, error.isFinite, error >= 0, figure.value.magnitude < widest else {
      return (ProgressText.short(figure.value), ProgressText.short(error))
    }
    // What is exact has as many digits as its computation.
    if error == 0 { return (String(format: "%.6g", figure.value), "0") }
    // Of 0.00996 two digits are 0.010: the error is rounded before its place is taken.
    let place = Int(log10(error * 1.005).rounded(.down))
    let decimals = min(limit, max(0, 1 - place))
    func fixed(_ value: Double) -> String { String(format: "%.\(decimals)f", value) }
    return (fixed(figure.value), fixed(error))
  }
}
