import Figures
import Testing

/// The panel of noise levels: rows of data, density and samples that share square limits.
@Suite struct PanelTests {
  private func figure(density: Int = 20) -> Picture {
    var grid = PanelGrid(rows: 3, columns: 6, sharedX: .all, sharedY: .all)
    grid.rowTitles = ["noised data", "learned density", "generated samples"]
    grid.columnTitles = (0..<6).map { "level \($0), λ = \(9.8 - Double($0))" }
    let axis = Axis(limits: -10...10)
    let points = (0..<1000).map { Double($0 * 7919 % 2000) / 100 - 10 }
    let values = (0..<density * density).map { Double($0 * $0 % 89) }
    for column in 0..<6 {
      for row in 0..<3 {
        let layer =
          row == 1
          ? Layer.heatMap(HeatMap(values: values, columns: density, xLimits: -10...10, yLimits: -10...10))
          : .scatter(Scatter(rows: points))
        grid[row, column] = Plot(x: axis, y: axis, isEqualAspect: true, layers: [layer])
      }
    }
    return Picture(width: 1200, grid: grid)
  }

  @Test func tickLabelsStandOnlyAtTheOuterEdge() {
    let svg = figure().svg { _ in [] }
    // Each of the three rows and six columns names its ends once.
    #expect(svg.components(of: ">−10</text>") == 9)
    #expect(svg.components(of: ">10</text>") == 9)
    #expect(svg.components(of: "noised data") == 1)
    #expect(svg.components(of: "level 3, λ = ") == 1)
    #expect(svg.components(of: "<image") == 18)
  }

  @Test func plotsStandInRowsAndColumnsOfOneSize() throws {
    let layout = PictureLayout(figure())
    func corner(_ row: Int, _ column: Int, _ x: Double, _ y: Double) throws -> Point {
      try #require(layout.projection(row: row, column: column)?.point(x: x, y: y))
    }
    let width = try corner(0, 0, 10, 0).x - corner(0, 0, -10, 0).x
    #expect(width > 140)
    for row in 0..<3 {
      for column in 0..<6 {
        #expect(try corner(row, column, -10, 0).x == corner(0, column, -10, 0).x)
        #expect(try corner(row, column, 0, 10).y == corner(row, 0, 0, 10).y)
        #expect(try corner(row, column, 10, 0).x - corner(row, column, -10, 0).x == width)
        #expect(try corner(row, column, 0, -10).y - corner(row, column, 0, 10).y == width)
        if column < 5 { #expect(try corner(row, column, 10, 0).x + 10 < corner(row, column + 1, -10, 0).x) }
      }
    }
    #expect(try corner(0, 5, 10, 0).x < 1200)
  }

  @Test func emptyPlacesPassTheirLabelsOn() {
    var grid = PanelGrid(rows: 2, columns: 2, sharedX: .all, sharedY: .all)
    let plot = Plot(x: Axis("across", limits: 0...1), y: Axis("up", limits: 0...1), layers: [.bars(Bars(values: [1]))])
    grid[0, 0] = plot
    grid[0, 1] = plot
    grid[1, 0] = plot
    let svg = Picture(grid: grid).svg { _ in [] }
    #expect(svg.components(of: ">across</text>") == 2)
    #expect(svg.components(of: ">up</text>") == 2)
  }

  @Test func oneColourBarServesSharedColours() {
    var grid = PanelGrid(rows: 2, columns: 2, sharedColor: .all)
    grid.colorBar = ColorBar("density")
    for row in 0..<2 {
      for column in 0..<2 {
        let map = HeatMap(values: [0, Double(row + column + 1)], columns: 2, colorMap: .gray)
        grid[row, column] = Plot(layers: [.heatMap(map)])
      }
    }
    var pictures: [Raster] = []
    let svg = Picture(grid: grid).svg { raster in
      pictures.append(raster)
      return []
    }
    #expect(svg.components(of: ">density</text>") == 1)
    #expect(pictures.count == 5)
    // The maximum 1 of the first map is a third of the common maximum 3: white falls by a third.
    #expect(abs(pictures[0][1, 0].red - 2.0 / 3) < 1.0 / 255)
    grid.sharedColor = .row
    #expect(Picture(grid: grid).svg { _ in [] }.components(of: ">density</text>") == 2)
  }

  @Test func drawingIsDeterministic() {
    #expect(figure().raster(scale: 0.5) == figure().raster(scale: 0.5))
    #expect(figure().svg { $0.pixels } == figure().svg { $0.pixels })
  }
}
