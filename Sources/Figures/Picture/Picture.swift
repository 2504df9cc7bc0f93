/// A scientific figure: one plot or a grid of plots, drawn as vectors or as pixels.
///
///     let plot = Plot(
///       x: Axis("step"), y: Axis("loss", scale: .logarithmic),
///       layers: [.line(Line(x: steps, y: losses, label: "training", smoothing: 25))])
///     let figure = Picture(title: "Training", plot: plot)
///     let vector = figure.svg(encode: encodePNG)
///     let pixels = figure.raster(scale: 2)
///
/// Both drawings come from the same layout. Nothing in the data stops a figure from being drawn: values that cannot be
/// shown are left out, and a plot without any says "no data".
public struct Picture: Sendable {
  /// Width in points (CSS pixels). Both sides are drawn with at least 16 and at most 20 000 points.
  public var width: Double
  /// Height in points; nil (the default) follows from the width and the shape of the plots.
  public var height: Double?
  /// The line above all plots; none by default.
  public var title: String?
  /// The plots.
  public var grid: PanelGrid

  /// A figure of several plots.
  ///
  /// - Parameters:
  ///   - width: in points; 960 fills the width of an `HTMLReport`.
  ///   - height: in points; nil follows from the width.
  public init(width: Double = 960, height: Double? = nil, title: String? = nil, grid: PanelGrid) {
    self.width = width
    self.height = height
    self.title = title
    self.grid = grid
  }

  /// A figure of one plot.
  ///
  /// - Parameters:
  ///   - width: in points.
  ///   - height: in points; nil follows from the width.
  public init(width: Double = 640, height: Double? = nil, title: String? = nil, plot: Plot) {
    var grid = PanelGrid(rows: 1, columns: 1)
    grid[0, 0] = plot
    self.init(width: width, height: height, title: title, grid: grid)
  }

  /// The figure as one SVG element, which is a file of its own and may also be put into a page of HTML.
  ///
  /// - Parameter encode: the bytes of a PNG file of a picture; called for heat maps and for large sets of points.
  public func svg(encode: (Raster) -> [UInt8]) -> String {
    let name = title ?? grid[0, 0]?.title ?? "Figure"
    return SVGCanvas.document(PictureLayout(self).scene, title: name, encode: encode)
  }

  /// The figure as pixels.
  ///
  /// - Parameter scale: pixels in a point; 2 is sharp on most screens.
  public func raster(scale: Double = 2) -> Raster {
    let scene = PictureLayout(self).scene
    let bounds = Rectangle(x: 0, y: 0, width: scene.width, height: scene.height)
    var canvas = RasterCanvas(bounds: bounds, scale: min(16, max(0.1, scale)), background: scene.background)
    canvas.draw(scene.marks)
    return canvas.raster
  }
}
