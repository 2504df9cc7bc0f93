/// Text for XML and HTML: escaping, short numbers, base64.
package enum Markup {
  /// The text with the five signs that markup reserves replaced, safe in element content and in quoted attributes.
  ///
  /// Control characters that XML 1.0 forbids become the replacement character.
  package static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 32 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A coordinate with at most two decimals, without trailing zeros.
  package static func number(_ value: Double) -> String {
    guard value.isDrawable, abs(value) < 1e12 else { return "0" }
    let hundredths = Int((value * 100).rounded())
    let magnitude = abs(hundredths)
    var result = (hundredths < 0 ? "-" : "") + String(magnitude / 100)
    let fraction = magnitude % 100
    if fraction % 10 != 0 {
      result += (fraction < 10 ? ".0" : ".") + String(fraction)
    } else if fraction != 0 {
      result += "." + String(fraction / 10)
    }
    return result
  }

  /// Source: RFC 4648, section 4.
  package static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var group: UInt32 = 0
      for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0) }
      for digit in 0..<4 {
        result.append(digit <= count ? digits[Int(group >> UInt32(18 - 6 * digit) & 63)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
