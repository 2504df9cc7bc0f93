/// The marks of an axis: labelled ticks at round numbers, unlabelled small ones between, and the power of ten that all
/// labels leave out.
package struct TickSet: Equatable, Sendable {
  package var ticks: [Tick]
  package var minor: [Double] = []
  /// Labels show the value divided by ten to this power.
  package var exponent = 0

  package init(ticks: [Tick], minor: [Double] = [], exponent: Int = 0) {
    self.ticks = ticks
    self.minor = minor
    self.exponent = exponent
  }

  /// Ticks for the limits.
  ///
  /// - Parameter target: about how many steps have room; a linear axis gets between 0.6 and 1.5 times as many.
  package static func chosen(for scale: AxisScale, limits: ClosedRange<Double>, target: Int) -> TickSet {
    switch scale {
    case .linear: return linear(limits, target: max(1, target))
    case .logarithmic: return logarithmic(limits, target: max(2, target))
    }
  }

  /// The multiples of the step 1, 2 or 5 times a power of ten that comes nearest to the target.
  private static func linear(_ limits: ClosedRange<Double>, target: Int) -> TickSet {
    let span = limits.upperBound - limits.lowerBound
    guard span > 0, span.isFinite else { return TickSet(ticks: []) }
    let rough = span / Double(target)
    var power = Int(Mathematics.logarithm10(rough).rounded(.down))
    let ratio = rough / Mathematics.power10(Double(power))
    // The boundaries are the geometric means of neighbouring steps: the step nearest in ratio wins.
    var mantissa = ratio < 2.0.squareRoot() ? 1.0 : ratio < 10.0.squareRoot() ? 2 : ratio < 50.0.squareRoot() ? 5 : 10
    if mantissa == 10 { (mantissa, power) = (1, power + 1) }
    let largest = max(abs(limits.lowerBound), abs(limits.upperBound))
    let isPlain = largest >= 1e-3 && largest < 1e5
    let exponent = isPlain ? 0 : Int((Mathematics.logarithm10(largest) / 3 + 1e-12).rounded(.down)) * 3
    let step = mantissa * Mathematics.power10(Double(power))
    let first = (limits.lowerBound / step - 1e-6).rounded(.up)
    let last = (limits.upperBound / step + 1e-6).rounded(.down)
    guard first <= last else { return TickSet(ticks: [], exponent: exponent) }
    let ticks = (0...min(Int(last - first), 1000)).map { index in
      let multiple = (first + Double(index)) * mantissa
      // Dividing by a whole power of ten rounds once; multiplying by its inverse would give 0.30000000000000004.
      let factor = Mathematics.power10(Double(abs(power)))
      let value = power < 0 ? multiple / factor : multiple * factor
      let shown = multiple * Mathematics.power10(Double(power - exponent))
      return Tick(value, NumberText.fixed(shown, decimals: max(0, exponent - power)))
    }
    return TickSet(ticks: ticks, exponent: exponent)
  }

  /// Powers of ten; below two of them 1, 2 and 5 times powers of ten; below two of those round numbers as on a linear
  /// axis.
  private static func logarithmic(_ limits: ClosedRange<Double>, target: Int) -> TickSet {
    let (low, high) = (Mathematics.logarithm10(limits.lowerBound), Mathematics.logarithm10(limits.upperBound))
    guard limits.lowerBound > 0, high > low, high.isFinite else { return TickSet(ticks: []) }
    let decades = Int((low - 1e-9).rounded(.up))..<Int((high + 1e-9).rounded(.down)) + 1
    let around = Int(low.rounded(.down))...Int(high.rounded(.up))
    func within(_ value: Double) -> Bool {
      value >= limits.lowerBound * (1 - 1e-9) && value <= limits.upperBound * (1 + 1e-9)
    }
    func multiples(_ mantissas: [Int]) -> [(mantissa: Int, power: Int)] {
      around.flatMap { power in mantissas.map { ($0, power) } }.filter { within(value($0)) }
    }
    func value(_ tick: (mantissa: Int, power: Int)) -> Double {
      tick.power < 0
        ? Double(tick.mantissa) / Mathematics.power10(Double(-tick.power))
        : Double(tick.mantissa) * Mathematics.power10(Double(tick.power))
    }
    if decades.count >= 2 {
      let stride = (decades.count + target - 1) / target
      let kept = decades.filter { $0.isMultiple(of: stride) }
      let isPlain = (decades.first ?? 0) >= -2 && (decades.last ?? 0) <= 3
      let ticks = kept.map { Tick(value((1, $0)), NumberText.scientific(mantissa: 1, power: $0, isPlain: isPlain)) }
      let minor = stride > 1 ? decades.map { value((1, $0)) } : multiples(Array(2...9)).map(value)
      return TickSet(ticks: ticks, minor: minor.filter { small in !ticks.contains { $0.value == small } })
    }
    let few = multiples([1, 2, 5])
    if few.count < 2 { return linear(limits, target: target) }
    let isPlain = around.lowerBound >= -4 && around.upperBound <= 4
    let ticks = few.map { tick in
      Tick(value(tick), NumberText.scientific(mantissa: tick.mantissa, power: tick.power, isPlain: isPlain))
    }
    return TickSet(ticks: ticks, minor: multiples([3, 4, 6, 7, 8, 9]).map(value))
  }

  /// The axis label with the power of ten that the tick labels leave out.
  func title(_ label: String?) -> String? {
    guard exponent != 0 else { return label }
    let factor = "×10" + NumberText.superscript(exponent)
    return label.map { "\($0) (\(factor))" } ?? factor
  }
}
