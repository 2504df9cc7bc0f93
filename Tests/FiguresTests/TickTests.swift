import Figures
import Testing

@Suite struct TickTests {
  private func labels(_ scale: AxisScale, _ limits: ClosedRange<Double>, target: Int) -> [String] {
    TickSet.chosen(for: scale, limits: limits, target: target).ticks.map(\.label)
  }

  @Test func stepsAreOneTwoOrFiveTimesAPowerOfTen() {
    #expect(labels(.linear, 0...1, target: 5) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(labels(.linear, -10...10, target: 4) == ["−10", "−5", "0", "5", "10"])
    #expect(labels(.linear, 0.03...0.98, target: 2) == ["0.5"])
    #expect(labels(.linear, -3.4...9.9, target: 6) == ["−2", "0", "2", "4", "6", "8"])
  }

  @Test func valuesAreTheNearestNumbersToTheirLabels() {
    let ticks = TickSet.chosen(for: .linear, limits: 0...1, target: 10).ticks
    #expect(ticks.map(\.value) == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
  }

  @Test func largeAndSmallNumbersShareAPowerOfTen() {
    let large = TickSet.chosen(for: .linear, limits: 0...200_000, target: 4)
    #expect(large.exponent == 3)
    #expect(large.ticks.map(\.label) == ["0", "50", "100", "150", "200"])
    let small = TickSet.chosen(for: .linear, limits: 0...1e-5, target: 5)
    #expect(small.exponent == -6)
    #expect(small.ticks.map(\.label) == ["0", "2", "4", "6", "8", "10"])
  }

  @Test(arguments: [0...1.0, -7.3...0.02, 1e-9...3e-9, 99_999...100_001, -1e8...3.7e9, 0.999...1.001])
  func countStaysNearTheTarget(limits: ClosedRange<Double>) {
    for target in 2...12 {
      let ticks = TickSet.chosen(for: .linear, limits: limits, target: target).ticks
      // The step is at most sqrt(10/4) = 1.58 times off, and both ends may hold a tick.
      #expect(ticks.count >= Int(Double(target) / 1.6) && ticks.count <= Int(Double(target) * 1.6) + 1)
      #expect(Set(ticks.map(\.label)).count == ticks.count)
      let slack = 1e-5 * (limits.upperBound - limits.lowerBound)
      #expect(ticks.allSatisfy { $0.value >= limits.lowerBound - slack && $0.value <= limits.upperBound + slack })
    }
  }

  @Test func decadesOfALogarithmicAxis() {
    let ticks = TickSet.chosen(for: .logarithmic, limits: 1e-4...1, target: 6)
    #expect(ticks.ticks.map(\.label) == ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰"])
    #expect(ticks.ticks.map(\.value) == [1e-4, 1e-3, 1e-2, 1e-1, 1])
    #expect(ticks.minor.count == 4 * 8)
    #expect(labels(.logarithmic, 0.5...2000, target: 6) == ["1", "10", "100", "1000"])
  }

  @Test func manyDecadesAreThinnedOut() {
    let ticks = TickSet.chosen(for: .logarithmic, limits: 1e-12...1, target: 5)
    #expect(ticks.ticks.map(\.label) == ["10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "10⁰"])
    #expect(ticks.minor.count == 8)
  }

  @Test func fewDecadesGetTicksBetween() {
    #expect(labels(.logarithmic, 0.9...8, target: 5) == ["1", "2", "5"])
    #expect(labels(.logarithmic, 3.1...3.4, target: 3) == ["3.1", "3.2", "3.3", "3.4"])
    #expect(labels(.logarithmic, 1.5e-7...6e-7, target: 3) == ["2×10⁻⁷", "5×10⁻⁷"])
  }

  @Test func numbersAsText() {
    #expect(NumberText.fixed(-2.5, decimals: 1) == "−2.5")
    #expect(NumberText.fixed(-0.001, decimals: 2) == "0.00")
    #expect(NumberText.fixed(0.05, decimals: 3) == "0.050")
    #expect(NumberText.fixed(1234, decimals: 0) == "1234")
    #expect(NumberText.superscript(-120) == "⁻¹²⁰")
  }
}
