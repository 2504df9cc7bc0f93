import Figures
import Testing

@Suite struct PictureTests {
  private let red = Color(hex: 0xFF0000)

  private func encode(_ raster: Raster) -> [UInt8] { [UInt8(truncatingIfNeeded: raster.width)] }

  /// The pixel over a position in points.
  private func pixel(_ raster: Raster, _ point: Point, scale: Double) -> Color {
    raster[Int(point.x * scale), Int(point.y * scale)]
  }

  @Test(arguments: [1.0, 2, 3]) func aPointLandsOnItsPixelInBothDrawings(scale: Double) throws {
    let scatter = Scatter(x: [3.0], y: [-7.0], color: red, radius: 3, opacity: 1)
    let axis = Axis(limits: -10...10)
    let figure = Picture(width: 400, plot: Plot(x: axis, y: axis, isEqualAspect: true, layers: [.scatter(scatter)]))
    let projection = try #require(PictureLayout(figure).projection(row: 0, column: 0))
    let place = try #require(projection.point(x: 3, y: -7))
    let raster = figure.raster(scale: scale)
    #expect(pixel(raster, place, scale: scale) == red)
    // Four radii away nothing of it is left.
    #expect(pixel(raster, Point(x: place.x + 12, y: place.y), scale: scale) == Color(hex: 0xFFFFFF))
    #expect(raster.width == Int(400 * scale))
    let circle = "<circle cx=\"\(Markup.number(place.x))\" cy=\"\(Markup.number(place.y))\" r=\"3\""
    #expect(figure.svg(encode: encode).contains(circle))
  }

  @Test func manyPointsAreEmbeddedAsOnePicture() throws {
    let count = 5000
    let scatter = Scatter(
      x: Array(repeating: 2.0, count: count), y: Array(repeating: 1, count: count), color: red, radius: 2)
    let axis = Axis(limits: 0...4)
    let figure = Picture(width: 300, plot: Plot(x: axis, y: axis, isEqualAspect: true, layers: [.scatter(scatter)]))
    var pictures: [Raster] = []
    let svg = figure.svg { raster in
      pictures.append(raster)
      return [1, 2, 3]
    }
    #expect(!svg.contains("<circle"))
    #expect(svg.contains("href=\"data:image/png;base64,AQID\""))
    let picture = try #require(pictures.first)
    #expect(pictures.count == 1)
    // The point (2, 1) is half across and a quarter up the picture of the axes.
    #expect(picture[picture.width / 2, picture.height * 3 / 4] == red)
    #expect(picture[picture.width / 2, picture.height / 4] == Color(hex: 0xFFFFFF))
  }

  @Test func theFirstRowOfAHeatMapIsAtTheBottom() throws {
    let map = ColorMap([Color(hex: 0x000000), red])
    for (firstRow, expected) in [(HeatMap.FirstRow.bottom, [0.0, 1, 0, 0]), (.top, [0, 0, 0, 1])] {
      let heatMap = HeatMap(values: [0, 1, 0, 0], columns: 2, colorMap: map, firstRow: firstRow)
      let figure = Picture(width: 300, plot: Plot(isEqualAspect: true, layers: [.heatMap(heatMap)]))
      let projection = try #require(PictureLayout(figure).projection(row: 0, column: 0))
      let raster = figure.raster(scale: 2)
      let found = try [(0.5, 0.5), (1.5, 0.5), (0.5, 1.5), (1.5, 1.5)].map { x, y in
        pixel(raster, try #require(projection.point(x: x, y: y)), scale: 2).red
      }
      #expect(found == expected)
      // Cells have sharp edges: just beside the middle the full colours stand.
      let middle = try #require(projection.point(x: 1, y: firstRow == .bottom ? 0.5 : 1.5))
      #expect(pixel(raster, Point(x: middle.x + 1, y: middle.y), scale: 2).red == 1)
      #expect(pixel(raster, Point(x: middle.x - 1, y: middle.y), scale: 2).red == 0)
    }
  }

  @Test func cellsWithoutANumberAreGrey() throws {
    let heatMap = HeatMap(values: [0, Double.nan, .infinity, 1], columns: 2, colorMap: .magma)
    var picture: Raster?
    _ = Picture(plot: Plot(layers: [.heatMap(heatMap)])).svg { raster in
      picture = raster
      return []
    }
    let cells = try #require(picture)
    let found = [cells[0, 1], cells[1, 1], cells[0, 0], cells[1, 0]]
    #expect(found[0] == ColorMap.magma.color(at: 0))
    #expect(found[3] == ColorMap.magma.color(at: 1))
    for grey in found[1...2] { #expect(abs(grey.red - grey.blue) < 0.06 && grey.red > 0.6) }
  }

  @Test func linesStopAtValuesThatCannotBeShown() throws {
    let y: [Double] = [1, 1, .nan, 1, 1, .infinity, 1, 1]
    let line = Line(x: Array(y.indices), y: y, color: red)
    let svg = Picture(plot: Plot(y: Axis(limits: 0...2), layers: [.line(line)])).svg(encode: encode)
    #expect(svg.components(of: "stroke=\"#ff0000\"") == 3)
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func layersAreClippedToTheAxes() throws {
    let line = Line(x: [-100, 100], y: [0.5, 0.5], color: red, width: 6)
    let figure = Picture(width: 300, plot: Plot(x: Axis(limits: 0...1), y: Axis(limits: 0...1), layers: [.line(line)]))
    let projection = try #require(PictureLayout(figure).projection(row: 0, column: 0))
    let edge = try #require(projection.point(x: 0, y: 0.5))
    let raster = figure.raster(scale: 2)
    #expect(pixel(raster, Point(x: edge.x + 2, y: edge.y), scale: 2) == red)
    #expect(pixel(raster, Point(x: edge.x - 2.5, y: edge.y), scale: 2) != red)
  }

  @Test func emptyPlotsSayNoData() {
    let layers: [[Layer]] = [
      [], [.line(Line(x: [Double](), y: [Double]()))], [.scatter(Scatter(rows: [Float.nan, 1]))],
      [.heatMap(HeatMap(values: [Double](), columns: 0))], [.bars(Bars(values: [Double.nan]))], [.rule(Rule(.y(1)))],
      [.band(Band(x: [1.0], lower: [Double.nan], upper: [Double.nan]))],
    ]
    for layers in layers {
      let figure = Picture(width: 200, plot: Plot(colorBar: ColorBar(), layers: layers))
      #expect(figure.svg(encode: encode).contains(">no data<"))
      #expect(figure.raster(scale: 1).width == 200)
    }
  }

  @Test func equalAspectGivesBothAxesTheSameUnit() throws {
    for (width, height) in [(500.0, nil), (500, 180.0), (200, 700)] {
      let map = HeatMap(values: [1.0, 2], columns: 2, xLimits: 0...6, yLimits: 0...4)
      let figure = Picture(width: width, height: height, plot: Plot(isEqualAspect: true, layers: [.heatMap(map)]))
      let projection = try #require(PictureLayout(figure).projection(row: 0, column: 0))
      let origin = try #require(projection.point(x: 0, y: 0))
      let far = try #require(projection.point(x: 1, y: 1))
      #expect(abs((far.x - origin.x) - (origin.y - far.y)) < 1e-9)
    }
  }
}

extension String {
  /// How often a piece of text occurs.
  func components(of piece: String) -> Int {
    var (count, rest) = (0, self[...])
    while let range = rest.firstRange(of: piece) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
