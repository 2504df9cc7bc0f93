/// Axes with layers of data.
public struct Plot: Sendable {
  /// Where the names of the layers stand.
  public enum Legend: Sendable {
    /// In the corner that hides the least data.
    case automatic
    /// To the right of the axes.
    case outside
    /// Nowhere.
    case hidden
  }

  /// The line above the axes; none by default.
  public var title: String?
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// The content, from back to front. Without anything that can be shown the axes say "no data".
  public var layers: [Layer]
  /// Whether a unit has the same length on both axes; false by default. Only for linear axes.
  public var isEqualAspect: Bool
  /// Where the names of the layers stand; `.automatic` by default. It appears only when a layer has a label.
  public var legend: Legend
  /// The key to the colours of the first heat map; none by default.
  public var colorBar: ColorBar?

  /// A plot; every part may be left out.
  public init(
    title: String? = nil, x: Axis = Axis(), y: Axis = Axis(), isEqualAspect: Bool = false, legend: Legend = .automatic,
    colorBar: ColorBar? = nil, layers: [Layer] = []
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.layers = layers
    self.isEqualAspect = isEqualAspect
    self.legend = legend
    self.colorBar = colorBar
  }

  /// The first heat map among the layers, to which a colour bar refers.
  var heatMap: HeatMap? {
    for case .heatMap(let map) in layers { return map }
    return nil
  }

  /// The colours of the layers: the palette is dealt out to those without their own, leaving out what others have.
  var colors: [Color] {
    let taken = Set(layers.compactMap(\.ownColor))
    let free = Color.palette.filter { !taken.contains($0) }
    let palette = free.isEmpty ? Color.palette : free
    var next = 0
    return layers.map { layer in
      guard layer.takesPaletteColor else { return layer.ownColor ?? Style.rule }
      next += 1
      return palette[(next - 1) % palette.count]
    }
  }

  var hasData: Bool { layers.contains { $0.hasData(xScale: x.scale, yScale: y.scale) } }

  /// Maps and point clouds stand in a full frame; charts in two spines with a light grid.
  var isFramed: Bool { isEqualAspect || heatMap != nil }
}

/// The key that tells which colour stands for which value.
public struct ColorBar: Sendable {
  /// The quantity with its unit; none by default.
  public var label: String?

  /// A colour bar.
  public init(_ label: String? = nil) { self.label = label }
}
