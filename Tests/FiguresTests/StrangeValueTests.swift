import Figures
import Testing

/// Values at the edges of the number format must never stop a figure from being drawn.
@Suite struct StrangeValueTests {
  private static let values: [[Double]] = [
    [.nan, .nan], [.infinity, -.infinity], [1e308, -1e308], [1.7e299, -1.7e299],
    [.leastNonzeroMagnitude, 2 * .leastNonzeroMagnitude], [0, -0.0],
    [1e16, 1e16 + 2], [1, 1 + 1e-15], [-3, -3], [1e-300, 1e299], [0, .leastNormalMagnitude / 4], [2e-12, 1e12],
    [123_456_789, 123_456_790],
  ]
  private static let limits: [ClosedRange<Double>?] = [
    nil, 0...0, -.infinity ... .infinity, -1e308...1e308, 5...5, 0 ... .leastNonzeroMagnitude, -1...1, 1e15...1e15 + 1,
  ]

  private func layers(_ values: [Double]) -> [Layer] {
    [
      .heatMap(HeatMap(values: values, columns: 2, xLimits: 0...1, yLimits: 0...1)),
      .heatMap(HeatMap(values: values, columns: 1, limits: 0...0, scale: .logarithmic, firstRow: .top)),
      .band(Band(x: values, lower: values, upper: values.reversed())),
      .bars(Bars(values: values, label: "bars")), .bars(.histogram(of: values, bins: 3)),
      .line(Line(x: values, y: values, label: "line", smoothing: 3)),
      .line(Line(x: [0, 1], y: values, width: 0, isDashed: true, hasMarkers: true)),
      .scatter(Scatter(x: values, y: values, radius: 0)), .scatter(Scatter(rows: values)),
      .rule(Rule(.x(values[0]))), .rule(Rule(.y(values[1]), label: "rule")),
    ]
  }

  @Test(arguments: values) func everyLayerSurvives(values: [Double]) {
    for limits in StrangeValueTests.limits {
      for scale in [AxisScale.linear, .logarithmic] {
        let axis = Axis("axis", limits: limits, scale: scale)
        let plot = Plot(x: axis, y: axis, isEqualAspect: true, colorBar: ColorBar(), layers: layers(values))
        let figure = Picture(width: 120, plot: plot)
        #expect(figure.raster(scale: 0.25).width == 30)
        let svg = figure.svg { _ in [] }
        #expect(!svg.contains("\"nan") && !svg.contains("inf\"") && !svg.contains("e+"))
      }
    }
  }

  @Test(arguments: [-5, 0, 1, 30]) func figuresTooSmallForTheirContentSurvive(width: Double) {
    var grid = PanelGrid(rows: 2, columns: 3)
    for column in 0..<3 { grid[0, column] = Plot(title: "title", y: Axis("y"), layers: layers([1, 2])) }
    let figure = Picture(width: width, height: 8, title: "t", grid: grid)
    #expect(figure.svg { _ in [] }.contains("<svg"))
    #expect(figure.raster().width >= 0)
  }

  @Test func figuresWithoutPlotsSurvive() {
    let raster = Picture(width: 50, grid: PanelGrid(rows: 2, columns: 2)).raster(scale: 1)
    #expect(raster.pixels.allSatisfy { $0 == 255 })
  }
}
