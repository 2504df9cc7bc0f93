private import Foundation

extension Double {
  /// Four significant digits.
  var short: String { isFinite ? String(format: "%.4g", self) : description }
}

extension Float {
  /// Four significant digits.
  var short: String { Double(self).short }
}
