/// Writes marks as SVG.
///
/// No element carries an identifier, so several figures can stand in one page: clipping uses nested `svg` elements.
struct SVGCanvas {
  /// Pixels in a point of embedded pictures: enough for screens of double density.
  static let imageScale = 2.0
  /// Faces of the widths for which the layout is made come first.
  static let fontFamily = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', system-ui, sans-serif"

  private let encode: (Raster) -> [UInt8]
  private var body = ""

  private init(encode: @escaping (Raster) -> [UInt8]) { self.encode = encode }

  /// The scene as one `svg` element.
  ///
  /// - Parameters:
  ///   - title: the name read out by screen readers.
  ///   - encode: the bytes of a PNG file of a picture.
  static func document(_ scene: Scene, title: String, encode: (Raster) -> [UInt8]) -> String {
    withoutActuallyEscaping(encode) { encode in
      var canvas = SVGCanvas(encode: encode)
      let bounds = Rectangle(x: 0, y: 0, width: scene.width, height: scene.height)
      canvas.draw([.rectangle(bounds, fill: scene.background)])
      canvas.draw(scene.marks)
      let (width, height) = (Markup.number(scene.width), Markup.number(scene.height))
      let size = "width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\""
      return """
        <svg xmlns="http://www.w3.org/2000/svg" \(size) role="img" font-family="\(fontFamily)">
        <title>\(Markup.escaped(title))</title>
        \(canvas.body)</svg>

        """
    }
  }

  private mutating func draw(_ marks: [Mark]) {
    for mark in marks { draw(mark) }
  }

  private mutating func draw(_ mark: Mark) {
    switch mark {
    case .rectangle(let rectangle, let fill):
      body += "<rect \(frame(rectangle)) \(paint(fill))/>\n"
    case .polyline(let points, let stroke):
      polyline(points, stroke)
    case .polygon(let points, let fill):
      if points.count > 2 { body += "<path d=\"\(path(points))Z\" \(paint(fill)) fill-rule=\"evenodd\"/>\n" }
    case .circles(let centres, let radius, let fill):
      let style = "r=\"\(Markup.number(radius))\" \(paint(fill))"
      for centre in centres {
        body += "<circle cx=\"\(Markup.number(centre.x))\" cy=\"\(Markup.number(centre.y))\" \(style)/>\n"
      }
    case .image(let raster, let rectangle):
      image(raster, in: rectangle, isPixelated: true)
    case .text(let mark):
      text(mark)
    case .clipped(let rectangle, let marks):
      let frame = frame(rectangle)
      let numbers = [rectangle.x, rectangle.y, rectangle.width, rectangle.height].map(Markup.number)
      body += "<svg \(frame) viewBox=\"\(numbers.joined(separator: " "))\">\n"
      draw(marks)
      body += "</svg>\n"
    case .rasterised(let rectangle, let background, let marks):
      var canvas = RasterCanvas(bounds: rectangle, scale: SVGCanvas.imageScale, background: background)
      canvas.draw(marks)
      let hasImage = marks.contains { mark in if case .image = mark { true } else { false } }
      image(hasImage ? canvas.raster : SVGCanvas.coarsened(canvas.raster), in: rectangle, isPixelated: false)
    }
  }

  private mutating func polyline(_ points: [Point], _ stroke: Stroke) {
    guard let first = points.first else { return }
    // A path of one position draws nothing; with a second equal position its round cap shows.
    let drawn = points.count == 1 ? [first, first] : points
    var style = "fill=\"none\" stroke=\"\(stroke.color.hexadecimal)\" stroke-width=\"\(Markup.number(stroke.width))\""
    if stroke.color.opacity < 1 { style += " stroke-opacity=\"\(Markup.number(stroke.color.opacity))\"" }
    if !stroke.dashes.isEmpty {
      style += " stroke-dasharray=\"\(stroke.dashes.map(Markup.number).joined(separator: " "))\""
    }
    body += "<path d=\"\(path(drawn))\" \(style) stroke-linecap=\"round\" stroke-linejoin=\"round\"/>\n"
  }

  private mutating func text(_ mark: TextMark) {
    let (x, y) = (Markup.number(mark.position.x), Markup.number(mark.position.y))
    var style = "x=\"\(x)\" y=\"\(y)\" font-size=\"\(Markup.number(mark.size))\" \(paint(mark.color))"
    if mark.anchor != .start { style += " text-anchor=\"\(mark.anchor.rawValue)\"" }
    if mark.weight == .semibold { style += " font-weight=\"600\"" }
    if mark.isVertical { style += " transform=\"rotate(-90 \(x) \(y))\"" }
    body += "<text \(style)>\(Markup.escaped(mark.string))</text>\n"
  }

  private mutating func image(_ raster: Raster, in rectangle: Rectangle, isPixelated: Bool) {
    guard raster.width > 0, raster.height > 0 else { return }
    let data = Markup.base64(encode(raster))
    let style = isPixelated ? " style=\"image-rendering:pixelated\"" : ""
    body += "<image \(frame(rectangle)) preserveAspectRatio=\"none\"\(style) href=\"data:image/png;base64,\(data)\"/>\n"
  }

  /// The picture with sixteen steps in each channel, white and black among them. No one sees it in a cloud of points,
  /// whose colours are few, and files become less than half as large.
  private static func coarsened(_ raster: Raster) -> Raster {
    let pixels = raster.pixels.map { ($0 / 17 + ($0 % 17 > 8 ? 1 : 0)) * 17 }
    return Raster(width: raster.width, height: raster.height, pixels: pixels)
  }

  private func frame(_ rectangle: Rectangle) -> String {
    let numbers = [rectangle.x, rectangle.y, rectangle.width, rectangle.height].map(Markup.number)
    return "x=\"\(numbers[0])\" y=\"\(numbers[1])\" width=\"\(numbers[2])\" height=\"\(numbers[3])\""
  }

  private func paint(_ fill: Color) -> String {
    let color = "fill=\"\(fill.hexadecimal)\""
    return fill.opacity < 1 ? color + " fill-opacity=\"\(Markup.number(fill.opacity))\"" : color
  }

  private func path(_ points: [Point]) -> String {
    var result = ""
    for (index, point) in points.enumerated() {
      result += "\(index == 0 ? "M" : "L")\(Markup.number(point.x)) \(Markup.number(point.y))"
    }
    return result
  }
}
