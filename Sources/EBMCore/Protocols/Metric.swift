/// How good a model is: the family `metric`.
///
/// ## Requirements on conforming types
/// - A figure that cannot be trusted says why, in its ``Figure/cautions``. What is wrong with the points themselves
///   (numbers that are not finite, too few or equal ones) is added to the figures of a metric that ``uses`` them.
public protocol Metric: Component {
  /// The points that its figures are made from. Samples and data by default.
  static var uses: Set<EvaluationPoints> { get }

  /// Figures from the evaluation of a trained model; none where it does not apply.
  ///
  /// - Throws: what keeps it from reading data that it needs.
  func evaluate(_ evaluation: Evaluation) throws -> [Figure]
}

extension Metric {
  public static var family: ComponentFamily { .metric }
  public static var uses: Set<EvaluationPoints> { [.samples, .data] }

  /// The figures with everything that is known against them.
  ///
  /// - Throws: what keeps the metric from reading data that it needs.
  public func figures(from evaluation: Evaluation) throws -> [Figure] {
    let known = evaluation.cautions(on: Self.uses)
    return try evaluate(evaluation).map { figure in
      let figure = figure.with(known)
      if figure.value.isFinite || !figure.cautions.isEmpty { return figure }
      return figure.with(["it is not a finite number, and the metric does not say why"])
    }
  }
}

/// Points that an evaluation holds.
public enum EvaluationPoints: Sendable, Hashable {
  /// Those of the model.
  case samples
  /// Those of the data.
  case data
}

/// One figure with its error bar, and why it is not to be trusted where it is not.
public struct Figure: Sendable, Equatable {
  /// What it is.
  public let name: String
  /// How much; a NaN where it cannot be measured.
  public let value: Double
  /// One standard deviation of the estimate; nil for figures without randomness, and where it cannot be told.
  public let standardError: Double?
  /// Why the figure cannot be trusted, a short clause each; none where nothing is known against it.
  public private(set) var cautions: [String]

  /// A figure.
  public init(_ name: String, _ value: Double, standardError: Double? = nil, cautions: [String] = []) {
    self.name = name
    self.value = value
    self.standardError = standardError
    self.cautions = cautions
  }

  /// A figure that cannot be measured, with the reason: a NaN.
  public static func missing(_ name: String, _ reason: String) -> Figure {
    Figure(name, .nan, cautions: [reason])
  }

  /// The figure with more cautions, each once.
  public func with(_ more: [String]) -> Figure {
    var figure = self
    for caution in more where !figure.cautions.contains(caution) { figure.cautions.append(caution) }
    return figure
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

  /// A grid of values.
  public init(size: Int, range: ClosedRange<Double>, logDensity: [Double]) {
    self.size = size
    self.range = range
    self.logDensity = logDensity
  }

  /// Centres of the cells, row-major `[size², 2]`.
  ///
  /// - Parameter offset: how far from a cell's lower corner, in cells: ½ for its centre.
  public static func points(size: Int, range: ClosedRange<Double>, offset: Double = 0.5) -> [Double] {
    let width = (range.upperBound - range.lowerBound) / Double(size)
    func centre(_ cell: Int) -> Double { range.lowerBound + (Double(cell) + offset) * width }
    return (0..<size).flatMap { row in (0..<size).flatMap { column in [centre(column), centre(row)] } }
  }
}
