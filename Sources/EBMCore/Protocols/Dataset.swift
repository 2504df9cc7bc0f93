public import Tensors

/// Batches of data: the family `dataset`.
///
/// Most data is drawn inside the program that uses it: ``batch(_:random:)``. Data in files comes from a ``rowSource``
/// instead, and ``points(of:random:)`` says what becomes of its rows. ``DataFeed`` knows the difference.
public protocol Dataset: Component {
  /// The data set ready for use: its files opened and looked at. A pipeline calls it once, when it is composed.
  ///
  /// - Throws: a ``ConfigurationError`` that names the setting, for a file that cannot be used.
  func opened() throws(ConfigurationError) -> Self

  /// What one point is.
  var space: SampleSpace { get }

  /// A batch of points, `[count, …]`, drawn anew with each step of the random stream. Traced.
  func batch(_ count: Int, random: inout RandomStream) -> Tensor

  /// A batch of points with their classes `[count]`, integers from 1. Traced. Nil for data without labels.
  func labeledBatch(_ count: Int, random: inout RandomStream) -> (points: Tensor, labels: Tensor)?

  /// Rows that the host reads for each batch; nil, the default, for data that is drawn inside the program.
  var rowSource: (any RowSource)? { get }

  /// What becomes of the source's rows `[count, …]`, such as scaling: points `[count, …]`. Traced.
  func points(of rows: Tensor, random: inout RandomStream) -> Tensor

  /// ln p at points noised to x = signal · clean + noise · ε; nil when it is not known in closed form.
  ///
  /// - Parameters:
  ///   - points: row-major `[count, D]`.
  ///   - signal: ā, 1 for clean data.
  ///   - noise: s̄, 0 for clean data.
  func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]?

  /// Which of `modeCount` disjoint regions each point lies in, or nil outside all: for data with a support.
  func mode(of point: ArraySlice<Float>) -> Int?

  /// Number of regions of the support; 0 when the data has none.
  var modeCount: Int { get }

  /// Limits of plots, the same for each axis.
  var plotRange: ClosedRange<Double> { get }
}

extension Dataset {
  public static var family: ComponentFamily { .dataset }
  public func opened() throws(ConfigurationError) -> Self { self }
  public var rowSource: (any RowSource)? { nil }
  public func points(of rows: Tensor, random: inout RandomStream) -> Tensor { rows }
  public func logDensity(at points: [Double], signal: Double, noise: Double) -> [Double]? { nil }
  public func labeledBatch(_ count: Int, random: inout RandomStream) -> (points: Tensor, labels: Tensor)? { nil }
  public func mode(of point: ArraySlice<Float>) -> Int? { nil }
  public var modeCount: Int { 0 }
}
