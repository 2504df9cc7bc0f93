/// The words of a progress line: `120/2000, 45.2 a second, 0:42 left, gap 0.123`.
package enum ProgressText {
  /// The line of a computation of a known number of steps.
  ///
  /// - Parameters:
  ///   - done: steps that are done.
  ///   - total: all steps.
  ///   - since: steps that were done already when the clock started, as in a resumed run.
  ///   - elapsed: how long the others took.
  ///   - values: what to show beside, in order.
  package static func line(
    done: Int, total: Int, since: Int = 0, elapsed: Duration, values: [(name: String, value: Double)] = []
  ) -> String {
    var words = ["\(done)/\(total)"]
    let seconds = elapsed / .seconds(1)
    if seconds > 0, done > since {
      let rate = Double(done - since) / seconds
      words.append("\(short(rate)) a second")
      words.append("\(clock(Double(total - done) / rate)) left")
    }
    words += values.map { "\($0.name) \(short($0.value))" }
    return words.joined(separator: ", ")
  }

  /// Three significant digits, without an exponent where that stays short.
  ///
  /// - Parameter value: any number, also one that is not finite.
  package static func short(_ value: Double) -> String {
    if value == 0 { return "0" }
    // Below, powers of ten lose their digits.
    guard value.isFinite, value.magnitude > 1e-300 else { return "\(value)" }
    var exponent = Int(log10Floor(value.magnitude))
    var digits = (value / power(exponent - 2)).rounded()
    if digits.magnitude >= 1000 {
      digits /= 10
      exponent += 1
    }
    if exponent < -4 || exponent > 6 { return "\(digits / 100)e\(exponent)" }
    let decimals = max(0, 2 - exponent)
    let scaled = Int((digits * power(exponent - 2 + decimals)).rounded())
    let text = String(scaled.magnitude)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - text.count)) + text
    let whole = padded.dropLast(decimals)
    return (scaled < 0 ? "-" : "") + whole + (decimals == 0 ? "" : ".\(padded.suffix(decimals))")
  }

  /// `0:42`, `12:05`, `3:07:00`.
  ///
  /// - Parameter seconds: a time; what is not finite or too long to matter becomes `?`.
  package static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let total = Int(seconds.rounded())
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }

  private static func log10Floor(_ value: Double) -> Int {
    var exponent = Int((Double(value.exponent) * 0.30103).rounded(.down))
    while power(exponent) > value { exponent -= 1 }
    while power(exponent + 1) <= value { exponent += 1 }
    return exponent
  }

  private static func power(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? 0 }
}
