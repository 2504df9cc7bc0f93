import Figures
import Testing

@Suite struct LayerTests {
  @Test func aHistogramHasUnitArea() {
    let sample = (0..<1000).map { Double($0 * $0 % 997) / 997 }
    let bars = Bars.histogram(of: sample + [.nan, .infinity, 5], bins: 13, in: 0...1)
    let area = zip(zip(bars.lower, bars.upper), bars.heights).reduce(0) { $0 + ($1.0.1 - $1.0.0) * $1.1 }
    // Thirteen rounded terms.
    #expect(abs(area - 1) < 13 * 4 * Double.ulpOfOne)
    #expect(bars.heights.count == 13)
    #expect(Bars.histogram(of: [Double.nan]).heights.isEmpty)
    #expect(Bars.histogram(of: [2.0, 2.0], bins: 4).heights.filter { $0 > 0 }.count == 1)
  }

  @Test func aMapOfPointsHoldsTheFractionInside() {
    let points: [Float] = [0.1, 0.1, 0.9, 0.9, 0.9, 0.1, 3, 3, .nan, 0.5]
    let map = HeatMap.histogram(ofPoints: points, bins: 2, xLimits: 0...1, yLimits: 0...1)
    // Five points, each worth 1/5 over a cell of area 1/4; rows from the lowest y.
    #expect(map.values == [0.8, 0.8, 0, 0.8])
  }

  @Test func averagesKeepConstantsAndSlopes() {
    let constant = [Double?](repeating: 1e9 + 0.1, count: 50)
    #expect(Smoothing.average(constant, window: 9).allSatisfy { $0 == 1e9 + 0.1 })
    let slope = (0..<40).map { Optional(Double($0)) }
    let smooth = Smoothing.average(slope, window: 5)
    // Away from the ends a symmetric window keeps a straight line; all sums here are whole numbers.
    for index in 4..<36 { #expect(smooth[index] == Double(index)) }
    #expect(Smoothing.average(slope, window: 1) == slope)
    #expect(Smoothing.average([], window: 7).isEmpty)
  }

  @Test func averagesLeaveGapsOpen() {
    let smooth = Smoothing.average([1, 1, nil, 3, 3], window: 3)
    #expect(smooth[2] == nil)
    #expect(smooth[0] == 1 && smooth[4] == 3)
    #expect(Smoothing.average([1, 5, 9], window: 3)[1] == 5)
  }

  @Test func thinningKeepsExtremes() {
    let points = (0..<20_000).map { (index: Int) -> Point in
      Point(x: Double(index) / 200, y: index == 7777 ? 500.0 : Double(index * 37 % 101))
    }
    let thin = Decimation.thinned(points)
    #expect(thin.count <= 4 * 200)
    #expect(thin.first == points.first && thin.last == points.last)
    #expect(thin.contains(points[7777]))
    #expect(zip(thin, thin.dropFirst()).allSatisfy { $0.x <= $1.x })
    let spiral = (0..<2000).map { Point(x: Double($0 % 50), y: Double($0)) }
    #expect(Decimation.thinned(spiral) == spiral)
  }

  @Test func columnsMustAgree() async {
    await #expect(processExitsWith: .failure) { _ = Line(x: [1, 2], y: [1.0]) }
    await #expect(processExitsWith: .failure) { _ = HeatMap(values: [1.0, 2, 3], columns: 2) }
    await #expect(processExitsWith: .failure) { _ = PanelGrid(rows: 1, columns: 2)[1, 0] }
  }
}
