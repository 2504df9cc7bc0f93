// The few transcendental functions figures need, behind one file so that no other file names the platform's C library.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Foundation
#endif

/// Elementary functions of the platform's mathematics library.
enum Mathematics {
  static func logarithm10(_ value: Double) -> Double { log10(value) }
  static func power10(_ exponent: Double) -> Double { pow(10, exponent) }
  static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
  static func cosine(degrees: Double) -> Double { cos(degrees * .pi / 180) }
  static func sine(degrees: Double) -> Double { sin(degrees * .pi / 180) }
}

extension Double {
  /// Whether the value can be drawn. Beyond 1e300 the difference of two limits could overflow, so such values count
  /// as infinite.
  var isDrawable: Bool { abs(self) < 1e300 }
}
