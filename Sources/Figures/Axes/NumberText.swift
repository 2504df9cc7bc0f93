/// Numbers as text, with a true minus sign.
package enum NumberText {
  /// A number with a fixed count of decimals.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    let decimals = min(decimals, 15)
    let scaled = (abs(value) * Mathematics.power10(Double(decimals))).rounded()
    guard scaled < 9e15 else { return "\(value)".replacingMinus }
    var digits = String(Int(scaled))
    if decimals > 0 {
      digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
    }
    return value < 0 && scaled > 0 ? "−" + digits : digits
  }

  /// A mantissa times a power of ten, such as `10⁻³` or `2×10⁵`; with `isPlain` written out, such as `0.002`.
  package static func scientific(mantissa: Int, power: Int, isPlain: Bool) -> String {
    if isPlain {
      return fixed(Double(mantissa) * Mathematics.power10(Double(power)), decimals: max(0, -power))
    }
    return (mantissa == 1 ? "10" : "\(mantissa)×10") + superscript(power)
  }

  /// A whole number in raised digits.
  package static func superscript(_ number: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let raised = String(number.magnitude).compactMap { $0.wholeNumberValue.map { digits[$0] } }
    return (number < 0 ? "⁻" : "") + String(raised)
  }
}

extension String {
  fileprivate var replacingMinus: String { String(map { $0 == "-" ? "−" : $0 }) }
}
