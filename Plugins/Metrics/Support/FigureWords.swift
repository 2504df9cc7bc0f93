internal import EBMCore
private import Foundation

/// Words for the cautions of figures.
enum FigureWords {
  /// A number in three digits.
  static func short(_ value: Double) -> String { String(format: "%.3g", value) }

  /// `needs 20 points of each set, there are 3`.
  static func tooFew(_ count: Int, needed: Int) -> String {
    "needs \(needed) samples and as many points of data, there are \(count)"
  }

  /// `the energy of 12 of 5000 samples is not finite`; none where all are.
  static func notFinite(_ values: [some BinaryFloatingPoint], _ what: String, of points: String) -> [String] {
    let broken = values.count { !$0.isFinite }
    return broken == 0 ? [] : ["the \(what) of \(broken) of \(values.count) \(points) is not finite"]
  }
}

extension Figure {
  /// The share of some among all, with an error that does not vanish where none or all are: that of (k + 1)/(n + 2),
  /// Laplace's rule of succession.
  static func proportion(_ name: String, _ part: Int, of whole: Int, cautions: [String] = []) -> Figure {
    let (k, n) = (Double(part), Double(max(1, whole)))
    let p = (k + 1) / (n + 2)
    return Figure(name, k / n, standardError: (p * (1 - p) / (n + 2)).squareRoot(), cautions: cautions)
  }
}
