/// How good a model is: the family `metric`.
public protocol Metric: Component {
  /// Figures from the evaluation of a trained model; none where it does not apply.
  ///
  /// - Throws: what keeps it from reading data that it needs.
  func evaluate(_ evaluation: Evaluation) throws -> [Figure]
}

extension Metric {
  public static var family: ComponentFamily { .metric }
}

/// One figure with its error bar.
public struct Figure: Sendable, Equatable {
  /// What it is.
  public let name: String
  /// How much.
  public let value: Double
  /// One standard deviation of the estimate; nil for figures without randomness.
  public let standardError: Double?

  /// A figure.
  public init(_ name: String, _ value: Double, standardError: Double? = nil) {
    self.name = name
    self.value = value
    self.standardError = standardError
  }
}

/// A model's log density on the centres of a square grid in two dimensions.
public struct DensityGrid: Sendable {
  /// Cells along each axis.
  public let size: Int
  /// Limits of both axes.
  public let range: ClosedRange<Double>
  /// −energy at each cell, row by row, first coordinate fastest, up to a constant.
  public let logDensity: [Double]
  /// ā and s̄ of the level.
  public let signal: Double
  /// Noise of the level.
  public let noise: Double

  /// A grid of values.
  public init(size: Int, range: ClosedRange<Double>, logDensity: [Double], signal: Double, noise: Double) {
    self.size = size
    self.range = range
    self.logDensity = logDensity
    self.signal = signal
    self.noise = noise
  }

  /// Centres of the cells, row-major `[size², 2]`.
  public static func points(size: Int, range: ClosedRange<Double>) -> [Double] {
    let width = (range.upperBound - range.lowerBound) / Double(size)
    func centre(_ cell: Int) -> Double { range.lowerBound + (Double(cell) + 0.5) * width }
    return (0..<size).flatMap { row in (0..<size).flatMap { column in [centre(column), centre(row)] } }
  }
}
