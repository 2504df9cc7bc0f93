import Figures
import Testing

@Suite struct SharedLimitsTests {
  private func plot(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> Plot {
    let map = HeatMap(values: [0, y.upperBound], columns: 2, xLimits: x, yLimits: y)
    return Plot(layers: [.heatMap(map)])
  }

  private func grid(_ x: PanelGrid.Sharing, _ y: PanelGrid.Sharing, _ color: PanelGrid.Sharing) -> PanelGrid {
    var grid = PanelGrid(rows: 2, columns: 2, sharedX: x, sharedY: y, sharedColor: color)
    grid[0, 0] = plot(0...1, 0...10)
    grid[0, 1] = plot(0...2, 0...20)
    grid[1, 0] = plot(-3...1, -30...10)
    grid[1, 1] = plot(0...4, 0...40)
    return grid
  }

  @Test func nothingIsSharedUnlessAsked() {
    let limits = SharedLimits(grid(.none, .none, .none))
    #expect(limits.x == [[0...1, 0...2], [-3...1, 0...4]])
    #expect(limits.y == [[0...10, 0...20], [-30...10, 0...40]])
    #expect(limits.color == [[0...10, 0...20], [0...10, 0...40]])
  }

  @Test func groupsHoldTheUnion() {
    let limits = SharedLimits(grid(.column, .row, .all))
    #expect(limits.x == [[-3...1, 0...4], [-3...1, 0...4]])
    #expect(limits.y == [[0...20, 0...20], [-30...40, -30...40]])
    #expect(limits.color == [[0...40, 0...40], [0...40, 0...40]])
    #expect(SharedLimits(grid(.all, .all, .row)).x == [[-3...4, -3...4], [-3...4, -3...4]])
  }

  @Test func limitsThatWereAskedForWin() {
    var grid = grid(.all, .none, .none)
    grid[0, 1]?.x.limits = -10...10
    grid[0, 0]?.y.limits = 5...6
    let limits = SharedLimits(grid)
    #expect(limits.x == [[-10...10, -10...10], [-10...10, -10...10]])
    #expect(limits.y[0] == [5...6, 0...20])
  }

  @Test func dataThatCannotBeShownDoesNotCount() {
    var grid = PanelGrid(rows: 1, columns: 2, sharedY: .all)
    let values = [1.0, .nan, .infinity, 0, -5, 100]
    grid[0, 0] = Plot(y: Axis(scale: .logarithmic), layers: [.bars(Bars(values: values))])
    grid[0, 1] = Plot(y: Axis(limits: 0 ... .infinity), layers: [.line(Line(x: [1, 2], y: [Double.nan, .infinity]))])
    let limits = SharedLimits(grid).y[0][0]
    #expect(limits.lowerBound > 0.5 && limits.lowerBound < 1)
    #expect(limits.upperBound > 100 && limits.upperBound < 200)
  }

  @Test func barsStandOnZero() {
    var grid = PanelGrid(rows: 1, columns: 1)
    let bars = Layer.bars(Bars(values: [3, 5]))
    grid[0, 0] = Plot(layers: [bars, .line(Line(x: [0, 1], y: [0.01, 4]))])
    #expect(SharedLimits(grid).y[0][0].lowerBound == 0)
    grid[0, 0] = Plot(layers: [bars, .line(Line(x: [0, 1], y: [-1, 4]))])
    #expect(SharedLimits(grid).y[0][0].lowerBound < -1)
  }
}
