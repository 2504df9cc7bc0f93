/// Draws marks into pixels with smooth edges.
///
/// Colours are kept as floating-point numbers until the end: with bytes, ten thousand nearly transparent points would
/// lose their colour to rounding.
struct RasterCanvas {
  let width: Int
  let height: Int
  /// Pixels in a point.
  let scale: Double
  /// The point that lands on the top left corner.
  let origin: Point
  private var components: [Float]
  private var clip: Rectangle

  init(bounds: Rectangle, scale: Double, background: Color) {
    width = Int((bounds.width * scale).rounded(.up))
    height = Int((bounds.height * scale).rounded(.up))
    self.scale = scale
    origin = Point(x: bounds.x, y: bounds.y)
    clip = Rectangle(x: 0, y: 0, width: Double(width), height: Double(height))
    components = []
    components.reserveCapacity(width * height * 3)
    for _ in 0..<width * height {
      components += [Float(background.red), Float(background.green), Float(background.blue)]
    }
  }

  /// The finished picture.
  var raster: Raster {
    Raster(width: width, height: height, pixels: components.map { UInt8(min(255, max(0, $0 * 255 + 0.5))) })
  }

  mutating func draw(_ marks: [Mark]) {
    for mark in marks { draw(mark) }
  }

  private mutating func draw(_ mark: Mark) {
    switch mark {
    case .rectangle(let rectangle, let fill):
      let place = pixels(rectangle)
      var mask = CoverageMask(bounds: place, limits: clip)
      mask.addRectangle(place)
      blend(mask, fill)
    case .polyline(let points, let stroke):
      self.stroke([points], stroke)
    case .polygon(let points, let fill):
      let places = points.map(pixels)
      guard let bounds = CoverageMask.bounds(of: places, margin: 1) else { return }
      var mask = CoverageMask(bounds: bounds, limits: clip)
      mask.addPolygon(places)
      blend(mask, fill)
    case .circles(let centres, let radius, let fill):
      for centre in centres { circle(pixels(centre), radius: radius * scale, fill) }
    case .image(let image, let rectangle):
      draw(image, in: pixels(rectangle))
    case .text(let text):
      let outline = StrokeFont.lines(for: text)
      stroke(outline.paths, Stroke(color: text.color, width: outline.width))
    case .clipped(let rectangle, let marks):
      let outer = clip
      clip = clip.intersection(pixels(rectangle))
      draw(marks)
      clip = outer
    case .rasterised(let rectangle, _, let marks):
      draw(.clipped(rectangle, marks))
    }
  }

  private func pixels(_ point: Point) -> Point {
    Point(x: (point.x - origin.x) * scale, y: (point.y - origin.y) * scale)
  }

  private func pixels(_ rectangle: Rectangle) -> Rectangle {
    let corner = pixels(Point(x: rectangle.x, y: rectangle.y))
    return Rectangle(x: corner.x, y: corner.y, width: rectangle.width * scale, height: rectangle.height * scale)
  }

  private mutating func stroke(_ paths: [[Point]], _ stroke: Stroke) {
    let radius = stroke.width * scale / 2
    let pieces = stroke.dashes.isEmpty ? paths : paths.flatMap { Dashing.pieces(of: $0, dashes: stroke.dashes) }
    let places = pieces.map { $0.map(pixels) }
    guard let bounds = CoverageMask.bounds(of: places.flatMap { $0 }, margin: radius + 1) else { return }
    var mask = CoverageMask(bounds: bounds, limits: clip)
    for path in places {
      guard let first = path.first else { continue }
      if path.count == 1 { mask.addSegment(from: first, to: first, radius: radius) }
      for (start, end) in zip(path, path.dropFirst()) { mask.addSegment(from: start, to: end, radius: radius) }
    }
    blend(mask, stroke.color)
  }

  private mutating func circle(_ centre: Point, radius: Double, _ fill: Color) {
    let reach = radius + 1
    let bounds = Rectangle(x: centre.x - reach, y: centre.y - reach, width: 2 * reach, height: 2 * reach)
    var mask = CoverageMask(bounds: bounds, limits: clip)
    mask.addSegment(from: centre, to: centre, radius: radius)
    blend(mask, fill)
  }

  private mutating func blend(_ mask: CoverageMask, _ color: Color) {
    let (red, green, blue) = (Float(color.red), Float(color.green), Float(color.blue))
    let opacity = Float(color.opacity)
    for row in 0..<mask.height {
      for column in 0..<mask.width {
        let coverage = min(1, mask.values[row * mask.width + column]) * opacity
        if coverage <= 0 { continue }
        let index = ((mask.y + row) * width + mask.x + column) * 3
        components[index] += coverage * (red - components[index])
        components[index + 1] += coverage * (green - components[index + 1])
        components[index + 2] += coverage * (blue - components[index + 2])
      }
    }
  }

  /// Draws a picture into a rectangle: each pixel takes the mean of the part of the picture it covers, so that cells
  /// of a magnified heat map stay sharp and a reduced one does not alias.
  private mutating func draw(_ image: Raster, in place: Rectangle) {
    guard image.width > 0, image.height > 0, place.width > 0, place.height > 0 else { return }
    let window = CoverageMask(bounds: place, limits: clip)
    let columns = (0..<window.width).map {
      ImageSpan(pixel: window.x + $0, start: place.x, length: place.width, count: image.width)
    }
    for row in 0..<window.height {
      let vertical = ImageSpan(pixel: window.y + row, start: place.y, length: place.height, count: image.height)
      for column in 0..<window.width {
        let horizontal = columns[column]
        var sums = SIMD4<Float>.zero
        for (y, weightY) in vertical.weights {
          for (x, weightX) in horizontal.weights {
            let source = (y * image.width + x) * 3
            let value = SIMD4<Float>(
              Float(image.pixels[source]), Float(image.pixels[source + 1]), Float(image.pixels[source + 2]), 255)
            sums += weightX * weightY / 255 * value
          }
        }
        // The last component is the part of the pixel that the picture covers; what is left shows the old colour.
        let index = ((window.y + row) * width + window.x + column) * 3
        for channel in 0..<3 {
          components[index + channel] = components[index + channel] * (1 - sums[3]) + sums[channel]
        }
      }
    }
  }
}

/// Which cells of a stretched row of cells one pixel covers, and how much of the pixel each takes.
private struct ImageSpan {
  var weights: [(cell: Int, weight: Float)] = []

  init(pixel: Int, start: Double, length: Double, count: Int) {
    let left = max(Double(pixel), start)
    let right = min(Double(pixel + 1), start + length)
    guard right > left else { return }
    let first = min(count - 1, max(0, Int((left - start) / length * Double(count))))
    let last = min(count - 1, max(first, Int(((right - start) / length * Double(count)).rounded(.up)) - 1))
    for cell in first...last {
      let cellLeft = start + length * Double(cell) / Double(count)
      let cellRight = start + length * Double(cell + 1) / Double(count)
      let weight = min(right, cellRight) - max(left, cellLeft)
      if weight > 0 { weights.append((cell, Float(weight))) }
    }
  }
}
